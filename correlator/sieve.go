package correlator

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// sieve finds the parts that an event of one kind has in signatures. Dozens look
// at some kinds, and most of them at one value of a field that tells them apart:
// those are found by the value, the rest are tried one by one.
type sieve struct {
	gates []gate
	rest  []part
}

// part is a part in signature sig.
type part struct {
	sig uint16
	detect.Part
}

// gate are the parts that want one of some values in a field.
type gate struct {
	field  detect.Field
	parts  []part
	values map[string][]uint16 // what passes with a value in lower case
}

// minGate is from how many parts on a field is looked at once for all of them.
const minGate = 3

// maxGateValue bounds the values that are looked up, in bytes.
const maxGateValue = 64

// sift makes the sieves.
func (s *signed) sift() {
	for i := range s.sigs {
		for _, p := range s.sigs[i].Parts() {
			var seen [len(kindNames)]bool
			for _, k := range p.Kinds {
				if code := kindCode(k); code != 0 && !seen[code] {
					seen[code] = true
					s.byKind[code].rest = append(s.byKind[code].rest, part{uint16(i), p})
				}
			}
		}
	}
	for code := range s.byKind {
		for s.byKind[code].addGate() {
		}
	}
}

// addGate takes the parts from the rest that the field which most of them look
// at tells apart, false when too few look at any.
func (v *sieve) addGate() bool {
	count, name := map[string]int{}, ""
	for i := range v.rest {
		for _, c := range v.rest[i].Where {
			if !gates(&c) {
				continue
			}
			f := c.Field.Name
			if count[f]++; count[f] > count[name] || count[f] == count[name] && f < name {
				name = f
			}
		}
	}
	if count[name] < minGate {
		return false
	}
	g := gate{values: map[string][]uint16{}}
	rest := v.rest[:0]
	for _, p := range v.rest {
		i := slices.IndexFunc(p.Where, func(c detect.Condition) bool { return gates(&c) && c.Field.Name == name })
		if i < 0 {
			rest = append(rest, p)
			continue
		}
		n := uint16(len(g.parts))
		g.field, g.parts = p.Where[i].Field, append(g.parts, p)
		for _, value := range p.Where[i].Any {
			lower := string(lowerASCII(nil, value))
			if !slices.Contains(g.values[lower], n) {
				g.values[lower] = append(g.values[lower], n)
			}
		}
	}
	v.gates, v.rest = append(v.gates, g), rest
	return true
}

// gates reports whether the values that meet c can be looked up.
func gates(c *detect.Condition) bool {
	return len(c.Any) > 0 && !c.Absent && !slices.ContainsFunc(c.Any, func(v string) bool { return !plainASCII(v) })
}

// match appends the parts that e has, by signature.
func (v *sieve) match(list []match, e *schemas.Event) []match {
	for i := range v.rest {
		list = v.rest[i].match(list, e)
	}
	var lower [maxGateValue]byte
	for i := range v.gates {
		g := &v.gates[i]
		value := g.field.Of(e)
		switch {
		case value == "":
		case len(value) <= maxGateValue && plainASCII(value):
			for _, n := range g.values[string(lowerASCII(lower[:0], value))] {
				list = g.parts[n].match(list, e)
			}
		default: // letters of other alphabets may be ASCII ones in the other case
			for n := range g.parts {
				list = g.parts[n].match(list, e)
			}
		}
	}
	if len(list) > 1 {
		slices.SortFunc(list, func(a, b match) int { return cmp.Compare(a.sig, b.sig) })
	}
	return list
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
