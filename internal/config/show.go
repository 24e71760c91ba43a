package config

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Show writes the settings in effect as a YAML file, secrets masked; with
// origin each value is followed by the place it came from.
func (s *Set) Show(w io.Writer, origin bool) error {
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, k := range s.keys {
		if k.of != nil && k.field.String() == "" || s.readFromFile(k) {
			continue
		}
		name := &yaml.Node{Kind: yaml.ScalarNode}
		parent := root
		path := k.path
		for {
			group, below, ok := strings.Cut(path, ".")
			if !ok {
				break
			}
			parent, path = child(parent, group), below
		}
		name.Value = path
		value := k.node()
		if origin {
			comment := value
			if value.Kind != yaml.ScalarNode && value.Style != yaml.FlowStyle {
				comment = name
			}
			comment.LineComment = "# " + k.origin
		}
		parent.Content = append(parent.Content, name, value)
	}
	enc, err := yaml.NewDumper(w)
	if err != nil {
		return fmt.Errorf("print configuration: %w", err)
	}
	if err := enc.Dump(root); err != nil {
		return fmt.Errorf("print configuration: %w", err)
	}
	return enc.Close()
}

// Hash names the settings in effect: equal settings have equal hashes. Secrets
// have no part in it.
func (s *Set) Hash() string {
	h := sha256.New()
	if err := s.Show(h, false); err != nil {
		return "" // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// readFromFile reports whether k is a secret that stands in a file, whose name
// is shown instead: a file may give only one of the two.
func (s *Set) readFromFile(k *key) bool {
	return slices.ContainsFunc(s.keys, func(f *key) bool { return f.of == k && f.field.String() != "" })
}

// child returns the mapping name of parent, made when it is missing.
func child(parent *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(parent.Content); i += 2 {
		if parent.Content[i].Value == name {
			return parent.Content[i+1]
		}
	}
	n := &yaml.Node{Kind: yaml.MappingNode}
	parent.Content = append(parent.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, n)
	return n
}

// node returns the value of k as it may be shown.
func (k *key) node() *yaml.Node {
	if k.field.Kind() != reflect.Slice {
		return scalar(k.field, k.secret)
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	if k.field.Len() == 0 {
		list.Style = yaml.FlowStyle
	}
	for i := range k.field.Len() {
		item := k.field.Index(i)
		if !k.nested() {
			list.Content = append(list.Content, scalar(item, k.secret))
			continue
		}
		m := &yaml.Node{Kind: yaml.MappingNode}
		for _, f := range keysOf(item, "") {
			if f.of == nil && !f.field.IsZero() {
				m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: f.path}, f.node())
			}
		}
		list.Content = append(list.Content, m)
	}
	return list
}

func scalar(v reflect.Value, secret bool) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: shown(v, secret)}
	if k := v.Kind(); k == reflect.String || k == reflect.Struct {
		n.Tag = "!!str" // a name such as 123 or true stays a name
	}
	return n
}

// WriteFlags writes what each flag is, without those of the keys except, one
// paragraph a flag: its name, its help and its default.
func (s *Set) WriteFlags(w io.Writer, except ...string) error {
	var b strings.Builder
	for _, k := range s.keys {
		if !k.hasFlag() || slices.Contains(except, k.path) {
			continue
		}
		b.WriteString("  --" + k.flagName())
		if k.field.Kind() != reflect.Bool {
			b.WriteString(" " + cmp.Or(k.value, strings.ToUpper(k.path[strings.LastIndexAny(k.path, "._")+1:])))
		}
		b.WriteString("\n        " + k.help)
		if !k.field.IsZero() {
			b.WriteString(" (default " + shown(k.field, k.secret) + ")")
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
