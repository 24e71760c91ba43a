package config

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// Error is a setting that cannot be used.
type Error struct {
	// Origin is the place: file:line, "environment NAME", "flag --name".
	Origin string
	Key    string // clickhouse.url; empty when the place has no known key
	Msg    string
}

// Error returns "origin: key: message".
func (e *Error) Error() string {
	s := e.Origin
	if e.Key != "" {
		s += ": " + e.Key
	}
	return s + ": " + e.Msg
}

// Set is the settings of one program. Make it with New, give its flags to a
// FlagSet, parse that, and Load.
type Set struct {
	// DefaultFile is read when neither --config nor UCTRACE_CONFIG names a
	// file; it may be missing. Empty means none.
	DefaultFile string
	// Foreign are UCTRACE_* variables of other programs, which this one
	// passes over.
	Foreign []string

	keys  []*key
	file  string            // the value of --config
	flags map[string]string // values of the flags that were given, by key path
}

const (
	fileFlag = "config"
	fileEnv  = EnvPrefix + "CONFIG"
)

// New describes the settings that dst, a pointer to a struct, holds, and fills
// in the defaults. It panics when the struct cannot be a configuration.
func New(dst any) *Set {
	s := &Set{keys: keysOf(reflect.ValueOf(dst).Elem(), ""), flags: map[string]string{}}
	seen := map[string]string{fileFlag: "the configuration file"}
	for _, k := range s.keys {
		if other, ok := seen[k.flagName()]; ok {
			panic(fmt.Sprintf("config: %s and %s have the same flag", k.path, other))
		}
		seen[k.flagName()] = k.path
	}
	return s
}

// Flags defines the flags of s in fs, without those of the keys except. Their
// values are read by Load, so that a bad one is reported like a bad value of
// any other place.
func (s *Set) Flags(fs *flag.FlagSet, except ...string) {
	fs.StringVar(&s.file, fileFlag, "", "read settings from this YAML `file`")
	for _, k := range s.keys {
		if k.hasFlag() && !slices.Contains(except, k.path) {
			fs.Var(&flagValue{set: s, key: k}, k.flagName(), k.help)
		}
	}
}

// flagValue keeps the text of a flag until Load; a repeated list flag adds.
type flagValue struct {
	set *Set
	key *key
}

func (f *flagValue) String() string { return "" }

func (f *flagValue) IsBoolFlag() bool { return f.key.field.Kind() == reflect.Bool }

func (f *flagValue) Set(text string) error {
	if old, ok := f.set.flags[f.key.path]; ok && f.key.field.Kind() == reflect.Slice {
		text = old + "," + text
	}
	f.set.flags[f.key.path] = text
	return nil
}

// Load reads the file, then env, which has the form of os.Environ, then the
// flags, each over the one before. An empty variable counts as not given. Load
// returns every fault it finds, joined; after an error the struct is not to be
// used.
func (s *Set) Load(env []string) error {
	vars := map[string]string{}
	for _, e := range env {
		if name, value, ok := strings.Cut(e, "="); ok && strings.HasPrefix(name, EnvPrefix) {
			vars[name] = value
		}
	}
	var errs []error
	errs = append(errs, s.loadFile(vars)...)
	errs = append(errs, s.loadEnv(vars)...)
	errs = append(errs, s.loadFlags()...)
	return errors.Join(errs...)
}

func (s *Set) loadFile(vars map[string]string) []error {
	path, from := s.file, "flag --"+fileFlag
	if path == "" {
		path, from = vars[fileEnv], "environment "+fileEnv
	}
	named := path != ""
	if !named {
		path = s.DefaultFile
	}
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist) && !named:
		return nil
	case errors.Is(err, os.ErrNotExist):
		return []error{fmt.Errorf("%s: %s: no such file", from, path)}
	case err != nil && named:
		return []error{fmt.Errorf("%s: %w", from, err)}
	case err != nil:
		return []error{fmt.Errorf("read configuration: %w", err)}
	}
	return readYAML(s.keys, path, data)
}

func (s *Set) loadEnv(vars map[string]string) []error {
	names := []string{fileEnv}
	values := map[*key]given{}
	for _, k := range s.keys {
		if k.nested() {
			continue
		}
		names = append(names, k.envName())
		if text := vars[k.envName()]; text != "" {
			values[k] = given{text, "environment " + k.envName()}
		}
	}
	var errs []error
	for name := range vars {
		if !slices.Contains(names, name) && !slices.Contains(s.Foreign, name) {
			errs = append(errs, &Error{Origin: "environment " + name, Msg: "unknown variable" + DidYouMean(name, "", names)})
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return append(errs, apply(s.keys, values)...)
}

func (s *Set) loadFlags() []error {
	values := map[*key]given{}
	for _, k := range s.keys {
		if text, ok := s.flags[k.path]; ok {
			values[k] = given{text, "flag --" + k.flagName()}
		}
	}
	return apply(s.keys, values)
}

// given is a value as one place gives it.
type given struct{ text, origin string }

// apply sets the keys that one place gives.
func apply(keys []*key, values map[*key]given) []error {
	var errs []error
	for _, k := range keys {
		v, ok := values[k]
		if !ok {
			continue
		}
		if k.of != nil {
			if _, both := values[k.of]; both {
				errs = append(errs, &Error{Origin: v.origin, Key: k.path, Msg: k.of.path + " is set in the same place, want one of the two"})
				continue
			}
		}
		if err := k.set(v.text, v.origin); err != nil {
			errs = append(errs, err)
			continue
		}
		if err := k.readSecret(); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// readSecret fills the secret that k, when it is a file key, stands for.
func (k *key) readSecret() error {
	path := k.field
	if k.of == nil || path.String() == "" {
		return nil
	}
	data, err := os.ReadFile(filepath.Clean(path.String()))
	if err != nil {
		return &Error{Origin: k.origin, Key: k.path, Msg: err.Error()}
	}
	return k.of.set(strings.TrimRight(string(data), "\r\n"), k.path+" in "+k.origin)
}

// Errorf returns an Error about the value of key, with the place that gave
// it. It is for checks that go beyond one value's form.
func (s *Set) Errorf(key, format string, args ...any) error {
	e := &Error{Origin: originDefault, Key: key, Msg: fmt.Sprintf(format, args...)}
	for _, k := range s.keys {
		if k.path == key {
			e.Origin = k.origin
		}
	}
	return e
}

// Names returns the environment variables of the settings.
func (s *Set) Names() []string {
	names := []string{fileEnv}
	for _, k := range s.keys {
		if !k.nested() {
			names = append(names, k.envName())
		}
	}
	return names
}
