package ruleset

import "github.com/uctrace/uctrace/correlator/detect"

// weight returns what the proofs of a matcher are worth, nil when one is
// enough.
func (c *compiler) weight(where string, m *matcher) *detect.Weight {
	if m.AtLeast == 0 && m.Over == 0 && m.Within == 0 && m.Distinct == "" && m.Severity == nil {
		return nil
	}
	if where != "match" {
		c.fault(m.Where.Line, "%s: only what proves a failure is counted", where)
	}
	w := &detect.Weight{AtLeast: m.AtLeast, Distinct: c.optional(where, m.Distinct), Over: m.Over, Within: m.Within}
	if m.Severity != nil {
		w.Severity, w.Own = *m.Severity, true
	}
	return w
}

// variant reads a cause that the configuration tells.
func (c *compiler) variant(v *variant) detect.Variant {
	out := detect.Variant{When: c.matchers("variants", v.When), Cause: c.template("variants", v.Cause)}
	if len(v.When) == 0 || v.Cause == "" || len(v.Fix) == 0 {
		c.fault(0, "variants: each wants when, cause and fix")
	}
	for _, text := range v.Fix {
		out.Fix = append(out.Fix, c.template("variants", text))
	}
	return out
}

// optional returns the field called name, nil when there is no name.
func (c *compiler) optional(where, name string) *detect.Field {
	if name == "" {
		return nil
	}
	fields := c.fields(where, []string{name})
	if len(fields) == 0 {
		return nil
	}
	return &fields[0]
}
