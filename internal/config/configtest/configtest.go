// Package configtest holds the sample configurations of programs against their
// settings.
package configtest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/internal/config"
)

// key is a line of a sample that is a key in force when its # is taken away.
var key = regexp.MustCompile(`(?m)^#( *[a-z_]+:.*)$`)

// Sample compares file with what the program would write, and loads it twice:
// as it is, and with every key in force. Both times it must give what fresh
// gives. With -update, a flag that the caller defines, the file is written.
func Sample(t *testing.T, file, title string, fresh func() (any, *config.Set)) {
	t.Helper()
	_, set := fresh()
	var want bytes.Buffer
	if err := set.WriteSample(&want, title); err != nil {
		t.Fatal(err)
	}
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(file, want.Bytes(), 0o644); err != nil { //nolint:gosec // a document
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("%s is not what the program has: run the test with -update\n%s", file, diff)
	}
	defaults, _ := fresh()
	for name, text := range map[string][]byte{"as it is": got, "with every key in force": key.ReplaceAll(got, []byte("$1"))} {
		path := filepath.Join(t.TempDir(), "sample.yaml")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		c, set := fresh()
		if err := set.Load([]string{"UCTRACE_CONFIG=" + path}); err != nil {
			t.Errorf("%s, %s: %v\n%s", file, name, err, text)
		} else if fmt.Sprintf("%+v", c) != fmt.Sprintf("%+v", defaults) {
			t.Errorf("%s, %s, does not give the defaults: %+v, want %+v", file, name, c, defaults)
		}
	}
	if n := len(key.FindAll(got, -1)); n < 10 {
		t.Errorf("only %d keys were found", n)
	}
}
