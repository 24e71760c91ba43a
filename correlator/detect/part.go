package detect

// Part is one way to have a part in a signature: the events that the matcher is
// true of have the role.
type Part struct {
	*Matcher
	Role Role
}

// Parts returns all parts of s, which they point into.
func (s *Signature) Parts() []Part {
	var parts []Part
	matchers := func(list []Matcher, role Role) {
		for i := range list {
			parts = append(parts, Part{&list[i], role})
		}
	}
	// What stands elsewhere has no part in the session or the incident itself.
	companions := func(list []Companion, role, elsewhere Role) {
		for i := range list {
			r := role
			if list[i].Elsewhere {
				r = elsewhere
			}
			if r != 0 {
				parts = append(parts, Part{&list[i].Matcher, r})
			}
		}
	}
	matchers(s.Prove, Proves)
	for i := range s.Prove {
		companions(s.Prove[i].Needs, Needed, 0)
	}
	companions(s.Need, Needed, Beyond)
	companions(s.Clear, Clears, Beyond)
	companions(s.Expect, Expected, 0)
	companions(s.Over, Ended, 0)
	companions(s.With, Beside, 0)
	matchers(s.Context, Shown)
	for i := range s.Grade {
		parts = append(parts, Part{&s.Grade[i].With.Matcher, Grades})
	}
	for i := range s.Variants {
		matchers(s.Variants[i].When, Configures)
	}
	return parts
}
