package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// Bounds, unless Options.Verbose asks for everything: of a group, so many
// findings are written out and so many more have a line; behind maxFull that
// are written out, a group has few lines only.
const (
	maxWritten = 3
	maxLines   = 10
	maxFull    = 40
	fewLines   = 3
)

// group are the findings of one rule and severity: five hundred users who meet
// one expired certificate are one thing to read, and one to mend.
type group struct {
	first    int // number of the first finding
	findings []schemas.Finding
}

// arrangeFindings puts the gravest first, findings of one rule beside each
// other, and groups in the order of their first finding.
func arrangeFindings(list []schemas.Finding) []schemas.Finding {
	slices.SortStableFunc(list, compareFindings)
	type kind struct {
		severity schemas.Severity
		rule     string
	}
	place := map[kind]int{}
	of := func(f *schemas.Finding) int {
		k := kind{f.Severity, f.Rule}
		if _, ok := place[k]; !ok {
			place[k] = len(place)
		}
		return place[k]
	}
	for i := range list {
		of(&list[i])
	}
	slices.SortStableFunc(list, func(a, b schemas.Finding) int { return cmp.Compare(of(&a), of(&b)) })
	return list
}

// groups parts the findings.
func (v *view) groups() []group {
	var list []group
	for i := range v.findings {
		f := &v.findings[i]
		if n := len(list); n > 0 && list[n-1].findings[0].Rule == f.Rule && list[n-1].findings[0].Severity == f.Severity {
			list[n-1].findings = v.findings[list[n-1].first-1 : i+1]
			continue
		}
		list = append(list, group{i + 1, v.findings[i : i+1]})
	}
	return list
}

// parts returns how many findings of g are written out, and how many are
// listed behind them. One that is left over is no reason for a list. It is
// called once for each group, in order.
func (v *view) parts(g group) (written, listed int) {
	n := len(g.findings)
	switch {
	case v.opts.Verbose:
		return n, 0
	case v.full >= maxFull:
		return 0, min(fewLines, n)
	case n <= maxWritten+1:
		written = n
	default:
		written, listed = maxWritten, min(maxLines, n-maxWritten)
	}
	v.full += written
	return written, listed
}

// lineOf is a finding in one line: what, when, and a line that proves it.
func lineOf(f *schemas.Finding) string {
	words := f.Summary
	if when := stamp(f.Time); when != "" {
		words += ", " + when
	}
	for _, e := range f.Evidence {
		if e.Role == schemas.Proves {
			return words + ", " + where(e.File, e.Line)
		}
	}
	return words
}

// leftOut says how many findings of a group have no line.
func leftOut(n int) string {
	return fmt.Sprintf("and %s more of this rule, --verbose writes all out", number(n))
}

// advice remembers which causes and fixes were written out.
type advice map[string]int

// given returns the number of the finding with the same cause and fix, 0 when f,
// which is number n, is the first.
func (a *advice) given(n int, f *schemas.Finding) int {
	words := f.Cause + "\x00" + strings.Join(f.Fix, "\x00")
	if first := (*a)[words]; first > 0 {
		return first
	}
	if *a == nil {
		*a = advice{}
	}
	(*a)[words] = n
	return 0
}
