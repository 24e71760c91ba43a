package correlator

import (
	"slices"
	"unicode/utf8"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// sieve finds the parts that an event of one kind has in signatures. Dozens look
// at some kinds, and most of them want one of a few values in the same fields: a
// gate reads such a field once for all of them. What no gate tells apart is
// tried one by one.
type sieve struct {
	gates []gate
	rest  []part
}

// part is a part in signature sig.
type part struct {
	sig uint16
	detect.Part
}

// gate are the parts that want a value in a field.
type gate struct {
	field  detect.Field
	parts  []part
	values map[string]*sieve // those that want one value, by it in lower case
	any    sieve             // those that want another thing of it
}

// minGate is from how many parts on a field is looked at once for all of them.
const minGate = 3

// maxGateValue bounds the values that are looked up, in bytes.
const maxGateValue = 64

// sift makes the sieves.
func (s *signed) sift() {
	var byKind [len(kindNames)][]part
	for i := range s.sigs {
		for _, p := range s.sigs[i].Parts() {
			var seen [len(kindNames)]bool
			for _, k := range p.Kinds {
				if code := kindCode(k); code != 0 && !seen[code] {
					seen[code] = true
					byKind[code] = append(byKind[code], part{uint16(i), p})
				}
			}
		}
	}
	for code, parts := range byKind {
		s.byKind[code] = newSieve(parts, nil)
	}
}

// newSieve returns a sieve of parts behind the gates of the given fields.
func newSieve(parts []part, behind []string) (v sieve) {
	for {
		name := widest(parts, behind)
		if name == "" {
			v.rest = parts
			return v
		}
		var g gate
		g, parts = newGate(name, parts, behind)
		v.gates = append(v.gates, g)
	}
}

// widest returns the field that most parts want a value in, "" when too few want
// one in any.
func widest(parts []part, behind []string) (name string) {
	count := map[string]int{}
	for i := range parts {
		for j := range parts[i].Where {
			if c := &parts[i].Where[j]; c.Wants() && !slices.Contains(behind, c.Field.Name) {
				count[c.Field.Name]++
			}
		}
	}
	best := minGate
	for f, n := range count {
		if n > best || n == best && (name == "" || f < name) {
			name, best = f, n
		}
	}
	return name
}

// newGate returns the gate of the field called name and the parts that it does
// not concern.
func newGate(name string, parts []part, behind []string) (g gate, rest []part) {
	var other []part
	byValue := map[string][]part{}
	for _, p := range parts {
		i := slices.IndexFunc(p.Where, func(c detect.Condition) bool { return c.Wants() && c.Field.Name == name })
		if i < 0 {
			rest = append(rest, p)
			continue
		}
		c := &p.Where[i]
		g.field, g.parts = c.Field, append(g.parts, p)
		if c.Asks() {
			other = append(other, p.without(i))
			continue
		}
		if len(c.Any) == 0 || slices.ContainsFunc(c.Any, func(v string) bool { return !plainASCII(v) }) {
			other = append(other, p)
			continue
		}
		values := map[string]bool{}
		for _, v := range c.Any {
			values[string(lowerASCII(nil, v))] = true
		}
		if c.Lists() {
			p = p.without(i)
		}
		for v := range values {
			byValue[v] = append(byValue[v], p)
		}
	}
	behind = append(slices.Clone(behind), name)
	g.any, g.values = newSieve(other, behind), map[string]*sieve{}
	for value, list := range byValue {
		v := newSieve(list, behind)
		g.values[value] = &v
	}
	return g, rest
}

// without returns p without its condition i, which a gate has seen to.
func (p part) without(i int) part {
	m := *p.Matcher
	m.Where = slices.Delete(slices.Clone(m.Where), i, i+1)
	p.Matcher = &m
	return p
}

// match appends the parts that e has to list.
func (v *sieve) match(list []match, e *schemas.Event) []match {
	for i := range v.rest {
		list = v.rest[i].match(list, e)
	}
	for i := range v.gates {
		list = v.gates[i].match(list, e)
	}
	return list
}

func (g *gate) match(list []match, e *schemas.Event) []match {
	value := g.field.Of(e)
	if value == "" {
		return list
	}
	if len(value) > maxGateValue || !plainASCII(value) {
		// A letter of another alphabet may be an ASCII one in the other case.
		for i := range g.parts {
			list = g.parts[i].match(list, e)
		}
		return list
	}
	var lower [maxGateValue]byte
	if v := g.values[string(lowerASCII(lower[:0], value))]; v != nil {
		list = v.match(list, e)
	}
	return g.any.match(list, e)
}

// match adds the part to list when e has it and it is not there yet.
func (p *part) match(list []match, e *schemas.Event) []match {
	i := slices.IndexFunc(list, func(m match) bool { return m.sig == p.sig })
	if i >= 0 && list[i].role&p.Role == p.Role {
		return list
	}
	switch {
	case !p.Holds(e):
	case i >= 0:
		list[i].role |= p.Role
	default:
		list = append(list, match{p.sig, p.Role})
	}
	return list
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lowerASCII appends s in lower case to dst.
func lowerASCII(dst []byte, s string) []byte {
	for i := range len(s) {
		b := s[i]
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		dst = append(dst, b)
	}
	return dst
}
