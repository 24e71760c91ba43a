package schemas_test

import (
	"reflect"
	"testing"
	"time"
	"unsafe"

	"github.com/uctrace/uctrace/schemas"
)

// TestCloneSharesNothing gives every string of an event memory that changes
// afterwards, and wants the clone to stay as it is.
func TestCloneSharesNothing(t *testing.T) {
	var texts [][]byte
	text := func() string {
		b := []byte("abc")
		texts = append(texts, b)
		return unsafe.String(&b[0], len(b))
	}
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			v.SetString(text())
		case reflect.Struct:
			if v.Type() == reflect.TypeFor[time.Time]() {
				return
			}
			for _, field := range v.Fields() {
				fill(field)
			}
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			fill(v.Index(0))
			fill(v.Index(1))
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem())
		}
	}
	var e schemas.Event
	fill(reflect.ValueOf(&e).Elem())
	clone := e.Clone()
	if !reflect.DeepEqual(e, clone) {
		t.Fatalf("%+v is no clone of %+v", clone, e)
	}
	for _, b := range texts {
		copy(b, "xyz")
	}
	e.Keys[0], e.Attrs[1] = schemas.Key{}, schemas.Attr{}
	var within func(v reflect.Value, at string)
	within = func(v reflect.Value, at string) {
		switch v.Kind() {
		case reflect.String:
			if v.String() != "abc" {
				t.Errorf("%s shares its memory: %q", at, v.String())
			}
		case reflect.Struct:
			for f, field := range v.Fields() {
				if v.Type() != reflect.TypeFor[time.Time]() {
					within(field, at+"."+f.Name)
				}
			}
		case reflect.Slice:
			for i := range v.Len() {
				within(v.Index(i), at+"[]")
			}
		case reflect.Pointer:
			within(v.Elem(), at)
		}
	}
	within(reflect.ValueOf(clone), "Event")
}
