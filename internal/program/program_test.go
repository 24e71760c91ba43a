package program_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/uctrace/uctrace/internal/program"
)

// manyReasons is an error with a text of its own and several reasons.
type manyReasons []error

func (e manyReasons) Error() string   { return "nothing works; tried:\n  a: x\n  b: y" }
func (e manyReasons) Unwrap() []error { return e }

func TestPrintError(t *testing.T) {
	a, b := errors.New("a is wrong"), errors.New("b is wrong")
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"one", a, "p: a is wrong\n"},
		{"joined", errors.Join(a, errors.Join(b, nil)), "p: a is wrong\np: b is wrong\n"},
		{"several wrapped in a sentence", fmt.Errorf("open: %w, and %w", a, b), "p: open: a is wrong, and b is wrong\n"},
		{"reasons of one error", errors.Join(manyReasons{a, b}, nil), "p: nothing works; tried:\n  a: x\n  b: y\n"},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		program.PrintError(&out, "p", tt.err)
		if out.String() != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, &out, tt.want)
		}
	}
}

func TestRedact(t *testing.T) {
	tests := []struct{ urls, want string }{
		{"nats://host:4222", "nats://host:4222"},
		{"tls://ann:secret@a:1,nats://b:2", "tls://ann:xxxxx@a:1,nats://b:2"},
		{"http://u:secret%zz@h", "(malformed URL)"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := program.Redact(tt.urls); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.urls, got, tt.want)
		}
	}
}

func TestLevel(t *testing.T) {
	var l program.Level
	for _, name := range []string{"debug", "info", "warn", "error"} {
		if err := l.UnmarshalText([]byte(name)); err != nil {
			t.Error(err)
		}
		if text, err := l.MarshalText(); err != nil || string(text) != name {
			t.Errorf("%s comes back as %s, %v", name, text, err)
		}
	}
	if err := l.UnmarshalText([]byte("loud")); err == nil || err.Error() != `"loud": want debug, info, warn or error` {
		t.Errorf("error %v", err)
	}
}
