package collector

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// frameState is how framing goes on at the end of a batch: a framer restored
// from it gives the records that the first one would have given.
type frameState struct {
	Offset int64 `json:"offset"`
	Line   int   `json:"line"`
	// Mid is true when Offset stands inside a physical line.
	Mid bool `json:"mid,omitempty"`
	// Begun is true when it is known that a record begins at Offset; Head,
	// Glued, Source and Time are its own. Otherwise Source and Time are those
	// of the record before.
	Begun  bool           `json:"begun,omitempty"`
	Head   bool           `json:"head,omitempty"`
	Glued  bool           `json:"glued,omitempty"`
	Source schemas.Source `json:"source"`
	Time   moment         `json:"time"`
	// Owner is the source of the parser that owns the text of a document.
	Owner schemas.Source `json:"owner,omitempty"`
	// Prev holds the time of the last head of each parser that has seen one.
	Prev map[schemas.Source]moment `json:"prev,omitempty"`
	NUL  bool                      `json:"nul,omitempty"`
	// Context is the RecordBatch.Context of the next batch.
	Context []byte `json:"context,omitempty"`
}

// startState is the state before the first byte of a file of kind source.
func startState(source schemas.Source) frameState { return frameState{Line: 1, Source: source} }

// state returns how framing goes on behind the batch being emitted.
func (f *framer) state() frameState {
	s := frameState{
		Offset: f.batch.End, Line: f.line, Mid: f.mid, Source: f.rec.Source, Time: moment(f.rec.Time), NUL: f.nul,
	}
	if len(f.context) > 0 {
		s.Context = slices.Clone(f.context)
	}
	if f.begun {
		s.Begun, s.Mid = true, false
		s.Head, s.Glued, s.Line = f.rec.Head, f.rec.Glued, f.rec.Line
	}
	if f.heads.owner >= 0 {
		s.Owner = f.heads.parsers[f.heads.owner].Source()
	}
	for i := range f.heads.parsers {
		p := &f.heads.parsers[i]
		if p.seen {
			if s.Prev == nil {
				s.Prev = map[schemas.Source]moment{}
			}
			s.Prev[p.Source()] = moment(p.prev)
		}
	}
	return s
}

// restore prepares f to go on with file at s. The next bytes fed are those at
// s.Offset.
func (f *framer) restore(file schemas.File, h heads, s frameState) {
	f.reset()
	f.as(file, h)
	f.base, f.line, f.mid = s.Offset, s.Line, s.Mid
	f.limit = (s.Offset/schemas.MaxBatch + 1) * schemas.MaxBatch
	f.rec = schemas.Record{Source: s.Source, Time: time.Time(s.Time)}
	f.nul = f.nul || s.NUL
	f.context = append(f.context, s.Context...)
	for i := range f.heads.parsers {
		p := &f.heads.parsers[i]
		if s.Owner != "" && p.Source() == s.Owner {
			f.heads.owner = i
		}
		if prev, ok := s.Prev[p.Source()]; ok {
			p.prev, p.seen = prev.in(p.prev.Location()), true
		}
	}
	if s.Begun {
		f.begun, f.fresh = true, true
		f.rec.Head, f.rec.Glued = s.Head, s.Glued
		f.rec.Offset, f.rec.Line = s.Offset, s.Line
		f.rec.ID = file.Fingerprint.ID(s.Offset)
	}
}

// moment is a time that keeps its zone in JSON, also in the year 1, where
// offsets have seconds: "seconds nanoseconds offset name".
type moment time.Time

// MarshalText implements encoding.TextMarshaler.
func (m moment) MarshalText() ([]byte, error) {
	t := time.Time(m)
	_, offset := t.Zone()
	return fmt.Appendf(nil, "%d %d %d %s", t.Unix(), t.Nanosecond(), offset, t.Location()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *moment) UnmarshalText(text []byte) error {
	parts := strings.SplitN(string(text), " ", 4)
	if len(parts) != 4 {
		return fmt.Errorf("time %q: want seconds, nanoseconds, offset, zone", text)
	}
	var n [3]int64
	for i := range n {
		var err error
		if n[i], err = strconv.ParseInt(parts[i], 10, 64); err != nil {
			return fmt.Errorf("time %q: %w", text, err)
		}
	}
	*m = moment(time.Unix(n[0], n[1]).In(zone(parts[3], int(n[2]), n[0])))
	return nil
}

// in returns m in loc when loc is the zone that m was written in.
func (m moment) in(loc *time.Location) time.Time {
	t := time.Time(m)
	if loc.String() == t.Location().String() {
		return t.In(loc)
	}
	return t
}

// zone returns the location called name if it has offset at the Unix time at.
func zone(name string, offset int, at int64) *time.Location {
	if loc, err := time.LoadLocation(name); err == nil && name != "" {
		if _, o := time.Unix(at, 0).In(loc).Zone(); o == offset {
			return loc
		}
	}
	return time.FixedZone(name, offset)
}
