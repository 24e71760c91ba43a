package correlator

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// Result is everything that holds now.
type Result struct {
	Inputs []schemas.Input // by path
	// Sessions are sorted by start, file and offset of their first event;
	// those without a date come first.
	Sessions []schemas.Session
	// Findings are sorted by severity, the worst first, then by time.
	Findings []schemas.Finding
	Coverage []schemas.Coverage
	// Logs says what the logs hold, by cluster, node and source.
	Logs []schemas.LogCoverage
	// Apart counts the events of SIP requests outside a dialog (OPTIONS pings
	// and the like), which make no session.
	Apart int
}

// Result computes the sessions, findings and coverage of all that was added.
// It does not change what the next Evaluate returns.
func (c *Correlator) Result() Result {
	c.settle()
	c.eval.out = output{sessions: make([]schemas.Session, 0, c.forest.likely()), coverage: map[schemas.Coverage]bool{}}
	c.eval.idle = true
	res := Result{Inputs: c.ledger.inputs()}
	for r := range c.forest.nodes {
		n := &c.forest.nodes[r]
		if n.parent != uint32(r) || n.n == 0 {
			continue
		}
		made := len(c.eval.out.sessions)
		c.evaluate(uint32(r))
		if n = &c.forest.nodes[r]; n.family == sipFamily && made == len(c.eval.out.sessions) {
			res.Apart += int(n.n)
		}
	}
	out := c.eval.out
	c.eval.out, c.eval.idle = output{}, false
	if res.Findings = out.findings; len(out.sessions) > 0 {
		res.Sessions = out.sessions
	}
	SortSessions(res.Sessions)
	SortFindings(res.Findings)
	res.Coverage = c.coverage(res.Inputs, slices.Collect(maps.Keys(out.coverage)))
	res.Logs = c.allLogs()
	return res
}

// SortSessions puts sessions in the order of Result.
func SortSessions(list []schemas.Session) {
	// A session is large: numbers are sorted in its place, and each is moved once.
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &list[i], &list[j]
		return cmp.Or(a.Start.Compare(b.Start), bytes.Compare(firstOf(a), firstOf(b)), a.ID.Compare(b.ID))
	})
	for i := range order {
		if order[i] < 0 {
			continue
		}
		first, at := list[i], i
		for order[at] != i {
			next := order[at]
			list[at], order[at] = list[next], -1
			at = next
		}
		list[at], order[at] = first, -1
	}
}

func firstOf(s *schemas.Session) []byte {
	if len(s.Events) == 0 {
		return nil
	}
	return s.Events[0][:]
}

// SortFindings puts findings in the order of Result.
func SortFindings(list []schemas.Finding) {
	slices.SortFunc(list, func(a, b schemas.Finding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), a.Time.Compare(b.Time), strings.Compare(a.Rule, b.Rule), a.ID.Compare(b.ID))
	})
}
