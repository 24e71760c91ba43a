package config

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

// WriteSample writes a configuration file in which every key stands with its
// help and its default, as a comment: as it is, it changes nothing. Keys of
// secrets are left to the keys that name their files. title is the first line.
func (s *Set) WriteSample(w io.Writer, title string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n#\n# Every key with its default. Take away the # before a key, and before the name of\n"+
		"# its group, to change it. Flags and UCTRACE_* variables win over this file;\n"+
		"# \"config show --origin\" prints what is in effect, and why.\n", title)
	var group []string
	for _, k := range s.keys {
		if k.nested() {
			continue
		}
		parts := strings.Split(k.path, ".")
		in := parts[:len(parts)-1]
		for i := range in {
			if i >= len(group) || group[i] != in[i] {
				fmt.Fprintf(&b, "\n#%s%s:\n", strings.Repeat("  ", i), in[i])
				group = nil
			}
		}
		if group = in; len(group) == 0 {
			b.WriteString("\n")
		}
		indent := strings.Repeat("  ", len(in))
		if k.secret {
			fmt.Fprintf(&b, "%s# %s: %s. Give it as the file of the next key, or in %s\n", indent, parts[len(parts)-1], k.help, k.envName())
			continue
		}
		fmt.Fprintf(&b, "%s# %s\n#%s%s: %s\n", indent, k.help, indent, parts[len(parts)-1], k.sample())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// sample returns the value of k as a YAML file may have it.
func (k *key) sample() string {
	if k.field.Kind() == reflect.Slice {
		return "[]"
	}
	text := shown(k.field, k.secret)
	if kind := k.field.Kind(); text == "" || kind == reflect.String && strings.ContainsAny(text, ":#{}[]&*!|>'\"%@`, ") {
		return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`
	}
	return text
}
