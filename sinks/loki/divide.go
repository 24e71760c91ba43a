package loki

import (
	"context"
	"time"
)

// divide finds among es, which Loki refuses as a whole, the lines that it
// refuses, and delivers the others. Loki may have stored the good lines
// already; they are sent again, because it does not say which.
//
// Where Loki says what it refuses, the lines are parted by that, so that a log
// of last year costs a few pushes and not two for each line. Else es is
// halved until single lines are left: about 2·log2(n) pushes for one of n.
func (s *Sink) divide(ctx context.Context, es []entry, f *fault) error {
	switch {
	case !f.oldest.IsZero():
		old, rest := part(es, func(e *entry) bool { return e.time.Before(f.oldest) })
		groups := byStream(old)
		if len(rest) == 0 && len(groups) == 1 {
			return s.bury(ctx, es, f) // the limit is that of this stream
		}
		if len(old) > 0 {
			return s.each(ctx, append(groups, rest))
		}
	case f.reason == reasonNew:
		// Nothing is written after it arrived: the clock or the zone of the
		// log is wrong. It goes where it will be looked for first.
		if late, rest := part(es, (*entry).early); len(late) > 0 {
			for i := range late {
				late[i].retime()
			}
			return s.each(ctx, [][]entry{rest, late})
		}
	case f.longest > 0:
		if parts, ok := s.shorten(es, f.longest); ok {
			return s.each(ctx, [][]entry{parts})
		}
	}
	if len(es) == 1 {
		return s.bury(ctx, es, f)
	}
	return s.each(ctx, [][]entry{es[:len(es)/2], es[len(es)/2:]})
}

// shorten cuts the lines of es that are longer than Loki says it takes. It
// reports whether there are any; lines below 1 KiB are not cut.
func (s *Sink) shorten(es []entry, longest int) (cut []entry, ok bool) {
	if longest < 1<<10 {
		return nil, false
	}
	for i := range es {
		before := len(cut)
		cut = es[i].cut(cut, longest)
		ok = ok || len(cut) > before+1
	}
	if ok {
		s.maxLine = min(s.maxLine, longest)
	}
	return cut, ok
}

// part returns the entries that is holds for, and the others, as copies.
func part(es []entry, is func(*entry) bool) (yes, no []entry) {
	for i := range es {
		if is(&es[i]) {
			yes = append(yes, es[i])
		} else {
			no = append(no, es[i])
		}
	}
	return yes, no
}

// byStream parts es by stream.
func byStream(es []entry) [][]entry {
	var groups [][]entry
	index := map[*stream]int{}
	for i := range es {
		g, ok := index[es[i].stream]
		if !ok {
			g = len(groups)
			index[es[i].stream] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], es[i])
	}
	return groups
}

// early reports whether e was written after it arrived, if one believes its
// time.
func (e *entry) early() bool { return e.time.After(e.batch.Arrived) }

// retime gives e the time of its arrival, and notes the time it had.
func (e *entry) retime() {
	e.meta = withNote(e.meta, metaPrinted, e.time.UTC().Format(time.RFC3339Nano))
	e.meta = withNote(e.meta, metaTimeFrom, timeArrival)
	e.time = e.batch.Arrived
}
