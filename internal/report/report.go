// Package report turns what the correlator found into something a person
// forwards to a colleague: Text for a terminal, Markdown for a ticket, JSON
// for another program.
//
// The order is the reader's: what was found, with the lines that show it, the
// cause and what to do; then what happened otherwise; then what could not be
// seen; then what became of each input. A report is bounded: it shows
// everything that went wrong and sums up what is healthy, unless Options asks
// for more. It is a function of the result alone, so two runs can be compared.
package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/schemas"
)

// Options say how a report is laid out. The zero Options give plain text
// without line breaks.
type Options struct {
	// Width is the number of columns that text is wrapped to, 0 for none.
	// Paths and ids are never broken.
	Width int
	// Color marks severities and headings with ANSI colours (Text only).
	Color bool
	// AllSessions lists healthy sessions too.
	AllSessions bool
	// Verbose lists every input and every line of evidence, and writes every
	// finding out.
	Verbose bool
	// Title returns the name of a rule in words, "" when it has none. A nil
	// Title names no rule.
	Title func(rule string) string
}

// Bounds of what is listed unless Options asks for everything.
const (
	maxEvidence = 12
	maxAlike    = 3 // lines of evidence that differ in numbers alone
	maxSessions = 20
	maxInputs   = 20
	maxStrange  = 5
	maxKeys     = 3
)

// view is a result arranged for a reader; Text and Markdown print it.
type view struct {
	findings []schemas.Finding
	sessions []schemas.Session
	inputs   []schemas.Input // logs, the troubled ones first
	strange  []schemas.Input // files of no known kind
	below    string          // what the paths of all inputs begin with
	unseen   []schemas.Coverage
	seen     []string            // subjects
	notes    map[string][]string // what the coverage says about an input, by path
	totals   totals
	byID     map[schemas.ID]*schemas.Session
	// full is how many findings are written out.
	full int
	// about lists, for each session, the numbers of its findings.
	about map[schemas.ID][]int
	opts  Options
}

// totals are the sums over all inputs.
type totals struct {
	records, events, unparsed, damaged, unread int
	bytes                                      int64
	from, to                                   time.Time
	nodes                                      []string
	sources                                    []count
}

func newView(r correlator.Result, o Options) *view {
	v := &view{opts: o, byID: map[schemas.ID]*schemas.Session{}, about: map[schemas.ID][]int{}, notes: map[string][]string{}}
	for i := range r.Sessions {
		if !r.Sessions[i].Deleted {
			v.sessions = append(v.sessions, r.Sessions[i])
		}
	}
	slices.SortStableFunc(v.sessions, compareSessions)
	for i := range v.sessions {
		v.byID[v.sessions[i].ID] = &v.sessions[i]
	}
	for i := range r.Findings {
		if !r.Findings[i].Deleted {
			v.findings = append(v.findings, r.Findings[i])
		}
	}
	v.findings = arrangeFindings(v.findings)
	for i := range v.findings {
		if id := v.findings[i].Session; !id.IsZero() {
			v.about[id] = append(v.about[id], i+1)
		}
	}
	v.arrangeInputs(r.Inputs)
	v.arrangeCoverage(r.Inputs, r.Coverage)
	v.totals = sum(r.Inputs, r.Logs)
	return v
}

// arrangeInputs parts the logs from files that are none, such as the notes
// and lists that lie in a collection.
func (v *view) arrangeInputs(inputs []schemas.Input) {
	for i := range inputs {
		if in := inputs[i]; isLog(&in) || len(in.Problems) > 0 {
			v.inputs = append(v.inputs, in)
		} else {
			v.strange = append(v.strange, in)
		}
	}
	slices.SortStableFunc(v.inputs, func(a, b schemas.Input) int { return troubled(&b) - troubled(&a) })
	v.below = commonFolder(inputs)
}

// isLog reports whether in is a log of a known kind, or holds lines of one.
func isLog(in *schemas.Input) bool { return in.Source != schemas.Unknown || in.Events > 0 }

// arrangeCoverage parts what is said about subjects from what is said about
// inputs; of the latter, what the list of inputs says anyway is left out.
func (v *view) arrangeCoverage(inputs []schemas.Input, coverage []schemas.Coverage) {
	byPath := map[string]*schemas.Input{}
	for i := range inputs {
		byPath[inputs[i].Path] = &inputs[i]
	}
	for _, c := range coverage {
		in := byPath[c.Subject]
		switch {
		case in != nil:
			said := slices.ContainsFunc(in.Problems, func(p schemas.Problem) bool { return p.Message == c.Why })
			if isLog(in) && !said {
				v.notes[in.Path] = append(v.notes[in.Path], c.Why)
			}
		case c.Observable:
			v.seen = append(v.seen, c.Subject)
		default:
			v.unseen = append(v.unseen, c)
		}
	}
	if !v.opts.Verbose {
		v.unseen = folded(v.unseen)
	}
}

// commonFolder returns the folders, archives included, that the paths of all
// inputs begin with; "" for fewer than two inputs.
func commonFolder(inputs []schemas.Input) string {
	if len(inputs) < 2 {
		return ""
	}
	common := inputs[0].Path
	for i := range inputs {
		n := 0
		for n < len(common) && n < len(inputs[i].Path) && common[n] == inputs[i].Path[n] {
			n++
		}
		common = common[:n]
	}
	return common[:strings.LastIndexAny(common, `/\!`)+1]
}

// compareFindings puts the gravest first, then the earliest; what has no time
// stands after what has one.
func compareFindings(a, b schemas.Finding) int {
	return cmp.Or(cmp.Compare(b.Severity, a.Severity), compareTimes(a.Time, b.Time), cmp.Compare(a.Rule, b.Rule), a.ID.Compare(b.ID))
}

var outcomeOrder = map[schemas.Outcome]int{schemas.OutcomeFailed: 0, schemas.OutcomeOpen: 1, schemas.OutcomeUnknown: 2, schemas.OutcomeOK: 3}

func compareSessions(a, b schemas.Session) int {
	return cmp.Or(cmp.Compare(outcomeOrder[a.Outcome], outcomeOrder[b.Outcome]), compareTimes(a.Start, b.Start), a.ID.Compare(b.ID))
}

func compareTimes(a, b time.Time) int {
	if a.IsZero() != b.IsZero() {
		if a.IsZero() {
			return 1
		}
		return -1
	}
	return a.Compare(b)
}

func sum(inputs []schemas.Input, logs []schemas.LogCoverage) totals {
	var t totals
	sources := map[string]int{}
	for i := range inputs {
		in := &inputs[i]
		t.records += in.Records
		t.events += in.Events
		if isLog(in) {
			t.unparsed += in.Unparsed
		}
		t.damaged += in.Damaged
		t.bytes += in.Bytes
		if !in.From.IsZero() && (t.from.IsZero() || in.From.Before(t.from)) {
			t.from = in.From
		}
		if in.To.After(t.to) {
			t.to = in.To
		}
		t.node(in.Node)
		if unread(in) {
			t.unread++
		}
		if isLog(in) && in.Source != "" {
			sources[sourceWord(in)]++
		}
	}
	for i := range logs {
		t.node(logs[i].Node) // a file may hold the records of several hosts
	}
	slices.Sort(t.nodes)
	t.sources = counts(sources)
	return t
}

// node notes a host that wrote one of the logs. Products spell the names of hosts
// in upper and lower case.
func (t *totals) node(name string) {
	if name != "" && !slices.ContainsFunc(t.nodes, func(n string) bool { return strings.EqualFold(n, name) }) {
		t.nodes = append(t.nodes, name)
	}
}

// unread reports whether a part of in could not be read.
func unread(in *schemas.Input) bool {
	return slices.ContainsFunc(in.Problems, func(p schemas.Problem) bool { return p.Unread })
}

// troubled is how much the reader needs to know about in: 2 when a part of it
// could not be read, 1 when something else is wrong, else 0.
func troubled(in *schemas.Input) int {
	switch {
	case unread(in):
		return 2
	case len(in.Problems) > 0 || in.Unparsed > 0 || in.Damaged > 0:
		return 1
	default:
		return 0
	}
}
