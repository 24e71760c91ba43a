package correlator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// topics are what can be judged, and the sources that it takes.
var topics = [...]struct {
	subject string
	sources []schemas.Source
	need    string
	// family is of the events that show it where an Expressway's log does: the
	// logs of Expressway-C and Expressway-E have the same processes.
	family string
}{
	{"calls and registrations", []schemas.Source{schemas.CUCMSDL, schemas.CUCMSDI, schemas.CUCMCallLog, schemas.ExpresswayTVCS, schemas.SIPClient, schemas.JabberCSF, schemas.JabberGuest}, "no SIP trace (CUCM SDL or SDI, Expressway, client)", ""},
	{"remote destinations", []schemas.Source{schemas.CUCMSDL, schemas.CUCMSDI}, "no CUCM SDL or SDI trace", ""},
	{"sign-ins", []schemas.Source{schemas.JabberCSF, schemas.XMPPClient}, "no client log", ""},
	{"dialback", []schemas.Source{schemas.ExpresswayXCP}, "no record of the Expressway XCP processes", "dialback"},
	{"AXL to IM&P", []schemas.Source{schemas.ExpresswayOther}, "no Expressway-C management log (network.axl)", "axl"},
}

// maxBlind bounds the sessions that the coverage names one by one.
const maxBlind = 50

// coverage says what could not be seen: topics without a log, faults of the
// inputs, and what the detectors could not judge.
func (c *Correlator) coverage(inputs []schemas.Input, blind []schemas.Coverage) []schemas.Coverage {
	var list []schemas.Coverage
	for _, t := range topics {
		seen := slices.ContainsFunc(t.sources, func(s schemas.Source) bool {
			return c.ledger.sources[s] || slices.ContainsFunc(inputs, func(in schemas.Input) bool { return in.Source == s && !mixed(&in) })
		})
		why := "a log of it was given"
		switch {
		case !seen:
			why = t.need + " was given"
		case t.family != "" && !c.ledger.families[t.family]:
			seen, why = false, "a log of an Expressway was given, and no record in it is about this: it is the other Expressway's, or the log level is too low"
		}
		list = append(list, schemas.Coverage{Subject: t.subject, Observable: seen, Why: why})
	}
	list = append(list, strangers(inputs)...)
	list = append(list, c.ledger.missing()...)
	first := map[schemas.Fingerprint]string{}
	for i := range inputs {
		list = append(list, coverageOf(&inputs[i])...)
		if in := &inputs[i]; in.Bytes > 0 {
			if other, ok := first[in.Fingerprint]; ok {
				list = append(list, schemas.Coverage{Subject: in.Path, Observable: true, Why: "begins like " + other + ": what both hold is counted once"})
			} else {
				first[in.Fingerprint] = in.Path
			}
		}
	}
	slices.SortFunc(blind, func(a, b schemas.Coverage) int {
		return cmp.Or(strings.Compare(a.Subject, b.Subject), strings.Compare(a.Why, b.Why))
	})
	blind = slices.Compact(blind)
	list = append(list, blind[:min(len(blind), maxBlind)]...)
	if more := len(blind) - maxBlind; more > 0 {
		list = append(list, schemas.Coverage{Subject: "sessions", Why: fmt.Sprintf("%d more could not be judged for reasons like these", more)})
	}
	return list
}

// mixed reports whether only the events of an input tell what it holds: an
// Expressway writes all its processes into one file, which is taken for the
// log of one of them.
func mixed(in *schemas.Input) bool {
	return in.Events > 0 && strings.HasPrefix(string(in.Source), "expressway.")
}

// strange reports whether no parser knows an input.
func strange(in *schemas.Input) bool {
	return in.Source == schemas.Unknown && in.Events == 0 && in.Records > 0
}

// maxNamed bounds the inputs that one line of the coverage names.
const maxNamed = 5

// strangers says in one line which inputs no parser knows: a collection holds
// many files beside the logs.
func strangers(inputs []schemas.Input) []schemas.Coverage {
	var names []string
	for i := range inputs {
		if strange(&inputs[i]) {
			names = append(names, inputs[i].Path)
		}
	}
	n := len(names)
	switch n {
	case 0:
		return nil
	case 1:
		return []schemas.Coverage{{Subject: names[0], Why: "no parser knows this log"}}
	}
	if n > maxNamed {
		names = append(names[:maxNamed], fmt.Sprintf("%d more", n-maxNamed))
	}
	return []schemas.Coverage{{Subject: fmt.Sprintf("%d inputs", n), Why: "no parser knows them: " + strings.Join(names, ", ")}}
}

// missing says of which files parts are missing.
func (l *ledger) missing() []schemas.Coverage {
	gaps := make([]gap, 0, len(l.gaps))
	for _, g := range l.gaps {
		gaps = append(gaps, g)
	}
	slices.SortFunc(gaps, func(a, b gap) int {
		return cmp.Or(strings.Compare(a.file, b.file), cmp.Compare(a.line, b.line), strings.Compare(a.why, b.why))
	})
	var list []schemas.Coverage
	for i := 0; i < len(gaps); {
		n := i
		for n < len(gaps) && gaps[n].file == gaps[i].file {
			n++
		}
		why := fmt.Sprintf("a part of the log is missing at line %d: %s", gaps[i].line, gaps[i].why)
		if n-i > 1 {
			why += fmt.Sprintf(", and %d more parts", n-i-1)
		}
		list = append(list, schemas.Coverage{Subject: gaps[i].file, Why: why})
		i = n
	}
	return list
}

// coverageOf says what of one input could not be read or compared.
func coverageOf(in *schemas.Input) []schemas.Coverage {
	var list []schemas.Coverage
	add := func(observable bool, format string, args ...any) {
		list = append(list, schemas.Coverage{Subject: in.Path, Observable: observable, Why: fmt.Sprintf(format, args...)})
	}
	for _, p := range in.Problems {
		if p.Unread {
			add(false, "%s", p.Message)
		}
	}
	switch {
	case in.Records == 0 || strange(in):
		return list
	case in.From.IsZero() && in.Events > 0:
		add(false, "no record carries a date: what did not happen cannot be told from it")
	}
	if in.Headless > 0 && 10*in.Headless >= in.Records && in.Events > 0 {
		add(false, "%d of %d records are not log lines", in.Headless, in.Records)
	}
	// Text without a head is not understood either: say it once.
	if in.Unparsed > in.Headless && 100*in.Unparsed >= in.Records {
		add(false, "%d of %d records were not understood", in.Unparsed, in.Records)
	}
	if in.Damaged > 0 {
		add(true, "%d damaged characters: values near them may be misread", in.Damaged)
	}
	return list
}
