package ruleset

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// Rule is a rule file that has been read.
type Rule struct {
	detect.Signature
	// Path is where it was read.
	Path  string
	Tests []Test
	// Digest is the SHA-256 of the file.
	Digest [sha256.Size]byte
}

// Parse reads the rule file data, which path names in errors. The error lists
// everything that is wrong, each fault with its place.
func Parse(path string, data []byte) (Rule, error) {
	var f file
	if err := yaml.Load(data, &f, yaml.WithKnownFields()); err != nil {
		return Rule{}, yamlFault(path, err)
	}
	c := compiler{path: path}
	r := Rule{Path: path, Tests: f.Tests, Signature: c.signature(&f), Digest: sha256.Sum256(data)}
	return r, errors.Join(c.faults...)
}

// compiler collects the faults of one file.
type compiler struct {
	path   string
	faults []error
}

func (c *compiler) fault(line int, format string, args ...any) {
	at := c.path
	if line > 0 {
		at = fmt.Sprintf("%s:%d", at, line)
	}
	c.faults = append(c.faults, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
}

func (c *compiler) signature(f *file) detect.Signature {
	s := detect.Signature{
		Name: f.ID, Title: f.Title, Severity: f.Severity, Doc: f.Doc.markdown(f),
		Sessions: c.sessions(f.Sessions), Per: c.fields("per", f.Per),
		Prove: c.matchers("match", f.Match), Context: c.matchers("context", f.Context),
		Need: c.companions("needs", f.Needs), With: c.companions("with", f.With), Clear: c.companions("clear", f.Clear), Expect: c.companions("expect", f.Expect),
		Over: c.companions("over", f.Over), AtLeast: f.AtLeast, Within: f.Within, Burst: f.Burst, Unless: f.Unless,
		Summary: c.template("summary", f.Summary), Cause: c.template("cause", f.Cause), Stage: c.template("stage", f.Stage),
	}
	for _, name := range f.Subject {
		if name == "session" {
			s.Subject = append(s.Subject, detect.Subject{Session: true})
			continue
		}
		for _, field := range c.fields("subject", []string{name}) {
			s.Subject = append(s.Subject, detect.Subject{Field: field})
		}
	}
	for _, text := range f.Fix {
		s.Fix = append(s.Fix, c.template("fix", text))
	}
	s.Once = c.fields("once", f.Once)
	for _, r := range f.Raise {
		s.Raise = append(s.Raise, detect.Raise{Field: c.optional("raise", r.Field), AtLeast: r.AtLeast, Severity: r.Severity})
	}
	for _, v := range f.Variants {
		s.Variants = append(s.Variants, c.variant(&v))
	}
	s.Grade = c.grades(f.Grade)
	for _, x := range f.Expect {
		if x.Within <= 0 {
			c.fault(x.Where.Line, "expect: say within what time it is expected")
		}
	}
	for _, list := range [...][]companion{f.Expect, f.Over, f.With} {
		for _, x := range list {
			if x.Elsewhere {
				c.fault(x.Where.Line, "elsewhere is for needs and clear")
			}
		}
	}
	c.required(f)
	return s
}

// required says what a rule cannot do without.
func (c *compiler) required(f *file) {
	family, name, ok := strings.Cut(f.ID, ".")
	if !ok || family == "" || name == "" || strings.Trim(f.ID, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
		c.fault(0, "id: %q: want family.name in lower case, with digits and dashes", f.ID)
	}
	for _, part := range []struct {
		name    string
		missing bool
	}{
		{"title", f.Title == ""},
		{"subject", len(f.Subject) == 0},
		{"match", len(f.Match) == 0},
		{"summary", f.Summary == ""},
		{"cause", f.Cause == ""},
		{"fix", len(f.Fix) == 0},
	} {
		if part.missing {
			c.fault(0, "%s is missing", part.name)
		}
	}
}

func (c *compiler) sessions(names []string) (kinds []schemas.SessionKind) {
	all := schemas.SessionKinds()
	for _, name := range names {
		if !slices.Contains(all, schemas.SessionKind(name)) {
			c.fault(0, "sessions: there is no session kind %q", name)
		}
		kinds = append(kinds, schemas.SessionKind(name))
	}
	return kinds
}

func (c *compiler) fields(where string, names []string) (fields []detect.Field) {
	for _, name := range names {
		f, err := detect.NewField(name)
		if err != nil {
			c.fault(0, "%s: %v", where, err)
			continue
		}
		fields = append(fields, f)
	}
	return fields
}

func (c *compiler) template(where, text string) detect.Template {
	t, err := detect.NewTemplate(text)
	if err != nil {
		c.fault(0, "%s: %v", where, err)
	}
	return t
}

func (c *compiler) matchers(where string, list []matcher) (ms []detect.Matcher) {
	for i := range list {
		m := c.matcher(where, list[i].Kind, &list[i].Where)
		m.Weight = c.weight(where, &list[i])
		m.Needs = c.companions(where, list[i].Needs)
		ms = append(ms, m)
	}
	return ms
}

func (c *compiler) companions(where string, list []companion) (cs []detect.Companion) {
	for i := range list {
		cs = append(cs, c.companion(where, &list[i]))
	}
	return cs
}

func (c *compiler) companion(where string, x *companion) detect.Companion {
	return detect.Companion{
		Matcher: c.matcher(where, x.Kind, &x.Where), For: c.conditions(where, &x.For), Anywhere: x.Anywhere,
		Within: x.Within, Before: x.Before, After: x.After, Same: c.fields(where, x.Same), Alike: c.fields(where, x.Alike), Elsewhere: x.Elsewhere,
	}
}

func (c *compiler) grades(list []grade) (gs []detect.Grade) {
	for i := range list {
		x := &list[i]
		g := detect.Grade{For: c.conditions("grade", &x.For), Severity: x.Severity}
		if x.With != nil {
			g.With = c.companion("grade", x.With)
		}
		if len(g.For) == 0 && x.With == nil {
			c.fault(0, "grade: say for which proofs, or with what")
		}
		gs = append(gs, g)
	}
	return gs
}

func (c *compiler) matcher(where string, kinds []string, conditions *yaml.Node) (m detect.Matcher) {
	if len(kinds) == 0 {
		c.fault(conditions.Line, "%s: kind is missing", where)
	}
	all := schemas.Kinds()
	for _, name := range kinds {
		if !slices.Contains(all, schemas.Kind(name)) {
			c.fault(conditions.Line, "%s: there is no event kind %q", where, name)
		}
		m.Kinds = append(m.Kinds, schemas.Kind(name))
	}
	m.Where = c.conditions(where, conditions)
	return m
}

func (c *compiler) conditions(where string, list *yaml.Node) (cs []detect.Condition) {
	if list.Kind != 0 && list.Kind != yaml.MappingNode {
		c.fault(list.Line, "%s: want a mapping of fields to conditions", where)
		return nil
	}
	for i := 0; i+1 < len(list.Content); i += 2 {
		cs = append(cs, c.condition(where, list.Content[i], list.Content[i+1]))
	}
	return cs
}

func (c *compiler) condition(where string, name, value *yaml.Node) (out detect.Condition) {
	fault := func(err error) {
		if err != nil {
			c.fault(value.Line, "%s: %s: %v", where, name.Value, err)
		}
	}
	var err error
	if out.Field, err = detect.NewField(name.Value); err != nil {
		c.fault(name.Line, "%s: %v", where, err)
	}
	if value.Kind != yaml.MappingNode {
		var any list
		fault(any.UnmarshalYAML(value))
		out.Any = any
		return out
	}
	// The pieces are decoded one by one, so that a misspelt one is a fault.
	known := []string{"contains", "prefix", "suffix", "matches", "min", "max", "not", "any", "present", "absent"}
	for i := 0; i+1 < len(value.Content); i += 2 {
		if !slices.Contains(known, value.Content[i].Value) {
			c.fault(value.Content[i].Line, "%s: %s: no condition %q; there are %s", where, name.Value, value.Content[i].Value, strings.Join(known, " "))
		}
	}
	var k condition
	fault(value.Decode(&k))
	out.Any, out.Contains, out.Prefix, out.Suffix, out.None = k.Any, k.Contains, k.Prefix, k.Suffix, k.Not
	out.Min, out.Max, out.Present, out.Absent = k.Min, k.Max, k.Present, k.Absent
	if k.Matches != "" {
		out.Matches, err = regexp.Compile("(?i)" + k.Matches)
		fault(err)
	}
	return out
}

// markdown returns the documentation in the form of detect.Detector.Doc.
func (d *doc) markdown(f *file) string {
	var b strings.Builder
	add := func(title, text string) {
		if text = strings.TrimSpace(text); text != "" {
			if title != "" {
				text = "**" + title + ":** " + text
			}
			b.WriteString(text + "\n\n")
		}
	}
	add("", d.What)
	add("Needs", d.Needs)
	add("Silent for", d.Silent)
	add("Cause", f.Cause)
	if len(f.Fix) > 0 {
		add("", "**Fix:**\n- "+strings.Join(f.Fix, "\n- "))
	}
	add("Strings", d.Strings)
	add("References", strings.Join(d.References, "; "))
	return strings.TrimSpace(b.String())
}
