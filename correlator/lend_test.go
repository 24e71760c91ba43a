package correlator

import (
	"reflect"
	"unsafe"

	"github.com/uctrace/uctrace/schemas"
)

// lend returns a copy of b whose strings are parts of one buffer, as those of the
// normalizer and of the decoder are, and a function that writes something else
// there: whatever Add kept without a copy is then no longer what it was.
func lend(b *schemas.EventBatch) (lent *schemas.EventBatch, take func()) {
	var strings []*string
	lent = new(*b)
	fill(reflect.ValueOf(lent).Elem(), &strings)
	size := 0
	for _, s := range strings {
		size += len(*s)
	}
	buf := make([]byte, 0, size)
	for _, s := range strings {
		if at := len(buf); *s != "" {
			buf = append(buf, *s...)
			*s = unsafe.String(&buf[at], len(*s))
		}
	}
	return lent, func() {
		for i := range buf {
			buf[i] = '#'
		}
	}
}

// fill copies slices, pointers and what they lead to, and lists all strings.
func fill(x reflect.Value, strings *[]*string) {
	switch x.Kind() {
	case reflect.String:
		*strings = append(*strings, (*string)(x.Addr().UnsafePointer()))
	case reflect.Struct:
		if x.Type().PkgPath() == "time" {
			return
		}
		for i := range x.NumField() {
			if x.Type().Field(i).IsExported() {
				fill(x.Field(i), strings)
			}
		}
	case reflect.Slice:
		if x.IsNil() {
			return
		}
		list := reflect.MakeSlice(x.Type(), x.Len(), x.Len())
		reflect.Copy(list, x)
		x.Set(list)
		for i := range list.Len() {
			fill(list.Index(i), strings)
		}
	case reflect.Pointer:
		if !x.IsNil() {
			p := reflect.New(x.Type().Elem())
			p.Elem().Set(x.Elem())
			x.Set(p)
			fill(p.Elem(), strings)
		}
	}
}
