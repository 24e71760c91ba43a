package config

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// EnvPrefix begins the name of every environment variable of every program.
const EnvPrefix = "UCTRACE_"

// secretFileSuffix ends the name of the key that names a secret's file.
const secretFileSuffix = "_file"

// key is one setting.
type key struct {
	path   string // clickhouse.url
	help   string
	value  string // what the value is called in the help of the flag
	secret bool
	// of is the secret that a file key fills, nil for every other key.
	of *key
	// field is where the value goes; the file key's own is a hidden string.
	field  reflect.Value
	origin string
}

const originDefault = "default"

func (k *key) flagName() string {
	return strings.NewReplacer(".", "-", "_", "-").Replace(k.path)
}

func (k *key) envName() string {
	return EnvPrefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(k.path))
}

// nested reports whether k is a list of structs.
func (k *key) nested() bool {
	t := k.field.Type()
	return t.Kind() == reflect.Slice && isGroup(t.Elem())
}

// hasFlag reports whether k can be set by a flag.
func (k *key) hasFlag() bool { return !k.secret && !k.nested() }

// set reads text into the field.
func (k *key) set(text, origin string) error {
	if err := setText(k.field, text); err != nil {
		return &Error{Origin: origin, Key: k.path, Msg: err.Error()}
	}
	k.origin = origin
	return nil
}

// keysOf lists the keys of the struct v, in the order of its fields. Faults of
// the struct are faults of the program and panic.
func keysOf(v reflect.Value, prefix string) []*key {
	var keys []*key
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		if name == "" || !f.IsExported() {
			panic(fmt.Sprintf("config: field %s.%s needs to be exported and to have a yaml tag", t, f.Name))
		}
		path := prefix + name
		if isGroup(f.Type) {
			keys = append(keys, keysOf(v.Field(i), path+".")...)
			continue
		}
		k := &key{
			path: path, help: f.Tag.Get("help"), value: f.Tag.Get("value"), secret: f.Tag.Get("secret") == "true",
			field: v.Field(i), origin: originDefault,
		}
		if def, ok := f.Tag.Lookup("default"); ok && k.field.IsZero() {
			if err := k.set(def, originDefault); err != nil {
				panic("config: " + err.Error())
			}
		}
		if !settable(f.Type) && !k.nested() {
			panic(fmt.Sprintf("config: field %s.%s: type %s cannot be configured", t, f.Name, f.Type))
		}
		keys = append(keys, k)
		if k.secret {
			keys = append(keys, &key{
				path: path + secretFileSuffix, help: "file that holds " + path, of: k,
				field: reflect.New(reflect.TypeFor[string]()).Elem(), origin: originDefault,
			})
		}
	}
	return keys
}

// isGroup reports whether t is a struct of keys rather than a value.
func isGroup(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func settable(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) || t == reflect.TypeFor[time.Duration]() {
		return true
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint64, reflect.Float64:
		return true
	case reflect.Slice:
		return t.Elem().Kind() != reflect.Slice && settable(t.Elem())
	}
	return false
}
