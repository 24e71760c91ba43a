package compare

import (
	"slices"
	"strings"
)

// parties tells the numbers and names of two calls that only say who took part
// from those that mean something. Between calls of other people every number
// differs; as long as each stands for the same one of the other call, that is no
// divergence. A number that is changed on its way stands for another, and is.
type parties struct {
	others    bool // nobody takes part in both
	good, bad map[string]string
}

// partyNames are the values that name who takes part.
var partyNames = []string{"from_user", "to_user", "ruri_user", "contact_user", "number", "calling", "called", "final", "dn", "asserted", "diversion", "host", "name"}

func partiesOf(good, bad []Step) parties {
	p := parties{good: map[string]string{}, bad: map[string]string{}}
	from, to := ends(good)
	bFrom, bTo := ends(bad)
	p.others = from != "" && to != "" && bFrom != "" && bTo != "" && from != bFrom && to != bTo
	return p
}

// ends returns who calls whom by the first request of a call.
func ends(steps []Step) (from, to string) {
	for i := range steps {
		if m := steps[i].Event.SIP; m != nil && m.Status == 0 && (m.Method == "INVITE" || m.Method == "REGISTER") {
			return steps[i].Event.Attr("from_user"), steps[i].Event.Attr("to_user")
		}
	}
	return "", ""
}

// same reports whether the two values are the same party's, or names that a
// client makes anew for each call.
func (p *parties) same(name, good, bad string) bool {
	if name == "contact_user" && isMade(good) && isMade(bad) {
		return true
	}
	if !p.others || !slices.Contains(partyNames, name) || good == "" || bad == "" {
		return false
	}
	if b, known := p.good[good]; known {
		return b == bad
	}
	if _, known := p.bad[bad]; known {
		return false
	}
	p.good[good], p.bad[bad] = bad, good
	return true
}

// isMade reports whether a Contact is one that a client makes up: hexadecimal
// groups.
//
//	2fbf6265-bffc-4f99-b8b2-40dce7ed2d19
func isMade(s string) bool {
	return len(s) >= 20 && strings.Count(s, "-") >= 2 && strings.Trim(strings.ToLower(s), "0123456789abcdef-") == ""
}

// meaning leaves out the differences that only say who took part.
func (p *parties) meaning(list []Difference) []Difference {
	return slices.DeleteFunc(list, func(d Difference) bool { return p.same(d.Name, d.Good, d.Bad) })
}
