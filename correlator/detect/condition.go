package detect

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// Condition is what the value of a field must be. Of the parts that are set
// all must hold; comparison ignores case.
type Condition struct {
	Field Field
	// Any lists values, one of which it is.
	Any []string
	// Contains lists texts, one of which it holds.
	Contains []string
	Prefix   string
	Suffix   string
	Matches  *regexp.Regexp
	// Min and Max bound a number; what is no number is outside.
	Min, Max *float64
	// None lists values and texts that it must not be, nor hold.
	None []string
	// Present wants a value, whatever it is.
	Present bool
	// Absent wants the event to have no such value.
	Absent bool
}

// Holds reports whether e meets the condition. A value that is absent meets
// only Absent and None.
func (c *Condition) Holds(e *schemas.Event) bool {
	v := c.Field.Of(e)
	if v == "" {
		return c.Absent || len(c.None) > 0 && !c.Wants()
	}
	same := func(w string) bool { return strings.EqualFold(v, w) }
	holds := func(w string) bool { return containsFold(v, w) }
	switch {
	case c.Absent,
		len(c.Any) > 0 && !slices.ContainsFunc(c.Any, same),
		len(c.Contains) > 0 && !slices.ContainsFunc(c.Contains, holds),
		!hasPrefixFold(v, c.Prefix),
		!hasPrefixFold(v[max(0, len(v)-len(c.Suffix)):], c.Suffix),
		c.Matches != nil && !c.Matches.MatchString(v),
		slices.ContainsFunc(c.None, holds):
		return false
	}
	if c.Min == nil && c.Max == nil {
		return true
	}
	n, err := strconv.ParseFloat(v, 64)
	return err == nil && (c.Min == nil || n >= *c.Min) && (c.Max == nil || n <= *c.Max)
}

// Wants reports whether the condition asks for a value to be there.
func (c *Condition) Wants() bool {
	return !c.Absent && (c.Present || len(c.Any)+len(c.Contains) > 0 || c.Prefix != "" || c.Suffix != "" || c.Matches != nil || c.Min != nil || c.Max != nil)
}

// Lists reports whether the condition is a list of values and nothing else.
func (c *Condition) Lists() bool { return len(c.Any) > 0 && !c.weighs() }

// Asks reports whether the condition wants a value, whatever it is, and nothing
// else.
func (c *Condition) Asks() bool { return c.Present && len(c.Any) == 0 && !c.weighs() }

// weighs reports whether the condition looks into the value.
func (c *Condition) weighs() bool {
	return len(c.Contains)+len(c.None) > 0 || c.Prefix != "" || c.Suffix != "" || c.Matches != nil || c.Min != nil || c.Max != nil
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// containsFold reports whether s holds part in any case. Most values are short
// and most parts do not occur.
func containsFold(s, part string) bool {
	if part == "" {
		return true
	}
	lower, upper := part[0]|0x20, part[0]
	if upper >= 'a' && upper <= 'z' {
		upper -= 'a' - 'A'
	}
	if lower < 'a' || lower > 'z' {
		lower = upper
	}
	for i := 0; i+len(part) <= len(s); i++ {
		if (s[i] == lower || s[i] == upper) && strings.EqualFold(s[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

// Matcher is true of an event of one of the kinds that meets all conditions.
type Matcher struct {
	Kinds []schemas.Kind
	Where []Condition
	// Weight is what the events are worth as proofs; nil means that one is
	// enough.
	Weight *Weight
	// Needs are events that must be there as well for this matcher's proofs,
	// beside those that all proofs need.
	Needs []Companion
}

// Matches reports whether m is true of e.
func (m *Matcher) Matches(e *schemas.Event) bool {
	return slices.Contains(m.Kinds, e.Kind) && m.Holds(e)
}

// Holds reports whether e, which is of one of the kinds, meets all conditions.
func (m *Matcher) Holds(e *schemas.Event) bool { return allHold(m.Where, e) }

func allHold(list []Condition, e *schemas.Event) bool {
	for i := range list {
		if !list[i].Holds(e) {
			return false
		}
	}
	return true
}
