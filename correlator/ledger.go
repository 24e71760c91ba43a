package correlator

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// ledger keeps the spans: what became of every part of every file.
type ledger struct {
	spans map[spanKey]*schemas.Span
	// sources are the sources of the events, which may be finer than those
	// of the files.
	sources map[schemas.Source]bool
	// families are those of the kinds of events that came, of dialback and axl.
	families map[string]bool
	last     schemas.Source
	gaps     map[schemas.ID]gap
}

// gap is a place where a part of a log is missing.
type gap struct {
	file string
	line int
	why  string
}

type spanKey struct {
	path       string
	print      schemas.Fingerprint
	start, end int64
}

func newLedger() ledger {
	return ledger{spans: map[spanKey]*schemas.Span{}, sources: map[schemas.Source]bool{}, families: map[string]bool{}, gaps: map[schemas.ID]gap{}}
}

func (l *ledger) see(e *schemas.Event) {
	if e.Source != l.last {
		l.last = schemas.Source(strings.Clone(string(e.Source)))
		l.sources[l.last] = true
	}
	for _, f := range [...]string{"dialback.", "axl."} {
		if strings.HasPrefix(string(e.Kind), f) {
			l.families[f[:len(f)-1]] = true
		}
	}
	if e.Kind == schemas.KindGap {
		if old, ok := l.gaps[e.ID]; !ok || e.File < old.file {
			l.gaps[e.ID] = gap{strings.Clone(e.File), e.Line, strings.Clone(e.Attr("why"))}
		}
	}
}

// addSpan keeps a span and moves the watermarks. The zero Span is none.
func (c *Correlator) addSpan(s *schemas.Span) {
	if s.File.Path == "" && s.End == 0 && len(s.Problems) == 0 {
		return
	}
	c.passing++
	key := spanKey{s.File.Path, s.File.Fingerprint, s.Start, s.End}
	if old := c.ledger.spans[key]; old == nil {
		k := *s
		k.File.Path = strings.Clone(s.File.Path)
		k.File.Cluster, k.File.Node, k.File.Zone = strings.Clone(s.File.Cluster), strings.Clone(s.File.Node), strings.Clone(s.File.Zone)
		k.File.Source = schemas.Source(strings.Clone(string(s.File.Source)))
		k.Problems = cloneProblems(s.Problems)
		key.path = k.File.Path
		c.ledger.spans[key] = &k
		c.seePart(&k)
		c.readOn(k.File.Fingerprint)
	} else {
		// A batch without bytes at the end of a file adds to the one before.
		old.EOF = old.EOF || s.EOF
		for _, p := range cloneProblems(s.Problems) {
			if !slices.Contains(old.Problems, p) {
				old.Problems = append(old.Problems, p)
			}
		}
	}
	t := instant(s.To)
	if t == undated || s.File.Source == schemas.Unknown {
		// What is not in an excerpt, quoted in a document, may still have
		// happened: only a log moves the watermarks.
		return
	}
	own, host, hosted := c.placesOf(s.File.Fingerprint, s.File.Cluster, s.File.Node, s.File.Source)
	c.advance(own, t)
	if hosted {
		c.advance(host, t)
	}
}

func cloneProblems(list []schemas.Problem) []schemas.Problem {
	var c []schemas.Problem
	for _, p := range list {
		p.File, p.Message, p.Hint = strings.Clone(p.File), strings.Clone(p.Message), strings.Clone(p.Hint)
		c = append(c, p)
	}
	return c
}

// inputs sums the spans up, one Input per path and content.
func (l *ledger) inputs() []schemas.Input {
	spans := make([]*schemas.Span, 0, len(l.spans))
	for _, s := range l.spans {
		spans = append(spans, s)
	}
	slices.SortFunc(spans, func(a, b *schemas.Span) int {
		return cmp.Or(strings.Compare(a.File.Path, b.File.Path), slices.Compare(a.File.Fingerprint[:], b.File.Fingerprint[:]),
			cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	var list []schemas.Input
	for i, s := range spans {
		first := i == 0 || spans[i-1].File.Path != s.File.Path || spans[i-1].File.Fingerprint != s.File.Fingerprint
		if first {
			list = append(list, schemas.Input{Path: s.File.Path, Fingerprint: s.File.Fingerprint, Source: s.File.Source, Node: s.File.Node, Zone: s.File.Zone})
		}
		in := &list[len(list)-1]
		addProblems(in, s.Problems)
		// The same part may have been cut into batches in two ways.
		if s.End <= in.Bytes && !first {
			continue
		}
		in.Bytes = max(in.Bytes, s.End)
		in.Lines += s.Lines
		in.Records += s.Records
		in.Events += s.Events
		in.Silent += s.Silent
		in.Unparsed += s.Unparsed
		in.Headless += s.Headless
		in.Repaired += s.Repaired
		in.Damaged += s.Damaged
		in.From = earlier(in.From, s.From)
		in.To = later(in.To, s.To)
	}
	return list
}

func addProblems(in *schemas.Input, list []schemas.Problem) {
	for _, p := range list {
		if !slices.Contains(in.Problems, p) {
			in.Problems = append(in.Problems, p)
		}
	}
	slices.SortFunc(in.Problems, func(a, b schemas.Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), strings.Compare(a.Message, b.Message), strings.Compare(a.Hint, b.Hint))
	})
}

func earlier(a, b time.Time) time.Time {
	if !schemas.Dated(a) || schemas.Dated(b) && b.Before(a) {
		return datedOnly(b)
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return datedOnly(b)
	}
	return a
}

func datedOnly(t time.Time) time.Time {
	if !schemas.Dated(t) {
		return time.Time{}
	}
	return t.UTC()
}
