package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// readYAML sets keys from a YAML document. path is the name of the file in
// origins and errors.
func readYAML(keys []*key, path string, data []byte) []error {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return []error{fmt.Errorf("read configuration: %w", err)}
	}
	r := reader{path: path, values: map[*key]given{}}
	var doc, second yaml.Node
	if err := loader.Load(&doc); errors.Is(err, io.EOF) {
		return nil // nothing but comments
	} else if err != nil {
		return []error{r.syntax(err)}
	}
	if err := loader.Load(&second); err == nil {
		r.fault(&second, "", "a second document begins, want one")
	} else if !errors.Is(err, io.EOF) {
		r.errs = append(r.errs, r.syntax(err))
	}
	r.group(keys, doc.Content[0], "")
	return append(r.errs, apply(keys, r.values)...)
}

// reader walks a YAML tree beside the keys.
type reader struct {
	path   string
	values map[*key]given
	errs   []error
}

func (r *reader) origin(n *yaml.Node) string { return fmt.Sprintf("%s:%d", r.path, n.Line) }

func (r *reader) fault(n *yaml.Node, key, msg string) {
	r.errs = append(r.errs, &Error{Origin: r.origin(n), Key: key, Msg: msg})
}

// syntax says where the text is no YAML.
func (r *reader) syntax(err error) error {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		return fmt.Errorf("%s: %w", r.path, err)
	}
	return &Error{Origin: fmt.Sprintf("%s:%d", r.path, e.Mark.Line), Msg: e.Message}
}

// group reads the mapping n, whose names stand below prefix.
func (r *reader) group(keys []*key, n *yaml.Node, prefix string) {
	n = resolve(n)
	if isNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.fault(n, strings.TrimSuffix(prefix, "."), "want names and values, one per line")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], resolve(n.Content[i+1])
		path := prefix + name.Value
		if seen[path] {
			r.fault(name, path, "stands twice in the file")
			continue
		}
		seen[path] = true
		r.entry(keys, name, value, path)
	}
}

func (r *reader) entry(keys []*key, name, value *yaml.Node, path string) {
	var known []string
	group := false
	for _, k := range keys {
		if k.path == path {
			r.value(k, value)
			return
		}
		known = append(known, k.path)
		group = group || strings.HasPrefix(k.path, path+".")
	}
	if group {
		r.group(keys, value, path+".")
		return
	}
	r.fault(name, path, "unknown key"+DidYouMean(path, "", known))
}

func (r *reader) value(k *key, n *yaml.Node) {
	switch {
	case isNull(n):
	case k.nested():
		r.structs(k, n)
	case n.Kind == yaml.ScalarNode:
		r.values[k] = given{n.Value, r.origin(n)}
	case n.Kind == yaml.SequenceNode && k.field.Kind() == reflect.Slice:
		r.list(k, n)
	default:
		r.fault(n, k.path, "want one value")
	}
}

// list reads a sequence of plain values; their text may hold commas.
func (r *reader) list(k *key, n *yaml.Node) {
	items := make([]string, 0, len(n.Content))
	for _, c := range n.Content {
		c = resolve(c)
		if c.Kind != yaml.ScalarNode {
			r.fault(c, k.path, "want plain values in the list")
			return
		}
		items = append(items, c.Value)
	}
	if err := setList(k.field, items); err != nil {
		r.fault(n, k.path, err.Error())
		return
	}
	k.origin = r.origin(n)
}

// structs reads a sequence of mappings into a list of structs.
func (r *reader) structs(k *key, n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		r.fault(n, k.path, "want a list")
		return
	}
	list := reflect.MakeSlice(k.field.Type(), len(n.Content), len(n.Content))
	for i, c := range n.Content {
		path := fmt.Sprintf("%s[%d].", k.path, i)
		keys := keysOf(list.Index(i), path)
		item := reader{path: r.path, values: map[*key]given{}}
		item.group(keys, c, path)
		r.errs = append(r.errs, item.errs...)
		if err := errors.Join(apply(keys, item.values)...); err != nil {
			r.errs = append(r.errs, err)
		}
	}
	k.field.Set(list)
	k.origin = r.origin(n)
}

func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }
