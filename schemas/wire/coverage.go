package wire

import (
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// AppendCoverage appends the frame of list to dst and returns it. It uses the
// spare capacity of dst as scratch memory: reuse dst. It keeps nothing of
// list. See SplitCoverage for the size of the frame.
func AppendCoverage(dst []byte, list []schemas.LogCoverage) []byte {
	size := 0
	for i := range list {
		size += coverageSize(&list[i])
	}
	return seal(dst, kindCoverage, size, func(w *writer) {
		w.array(1)
		w.array(len(list))
		for i := range list {
			w.coverage(&list[i])
		}
	})
}

// DecodeCoverage returns the revisions of the frame data. The errors are
// ErrVersion and ErrCorrupt.
func DecodeCoverage(data []byte) ([]schemas.LogCoverage, error) {
	payload, err := open(data, kindCoverage, nil)
	if err != nil {
		return nil, err
	}
	var list []schemas.LogCoverage
	err = decode(payload, func(r *reader) {
		outer := r.enter(1)
		n, o := r.list(18 + coverageFields)
		list = make([]schemas.LogCoverage, n)
		for i := range list {
			r.coverage(&list[i])
		}
		r.endList(o)
		r.leave(outer)
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

const coverageFields = 21

func (w *writer) coverage(c *schemas.LogCoverage) {
	w.array(coverageFields)
	w.id(c.ID)
	w.uint(c.Version)
	w.str(c.Cluster)
	w.str(c.Node)
	w.str(string(c.Source))
	w.int(int64(c.Files))
	w.int(c.Bytes)
	for _, n := range [...]int{c.Lines, c.Records, c.Events, c.Unparsed, c.Damaged} {
		w.int(int64(n))
	}
	w.strs(c.Levels)
	w.time(c.First)
	w.time(c.Last)
	w.uint(c.Sequence)
	w.array(len(c.Gaps))
	for i := range c.Gaps {
		w.gap(&c.Gaps[i])
	}
	w.int(int64(c.GapCount))
	w.uint(c.Missing)
}

func (r *reader) coverage(c *schemas.LogCoverage) {
	outer := r.enter(coverageFields)
	r.fixed(c.ID[:])
	c.Version = r.uint()
	c.Cluster = r.str()
	c.Node = r.str()
	c.Source = schemas.Source(r.str())
	c.Files = int(r.int())
	c.Bytes = r.int()
	for _, n := range [...]*int{&c.Lines, &c.Records, &c.Events, &c.Unparsed, &c.Damaged} {
		*n = int(r.int())
	}
	c.Levels = r.strs(nil)
	c.First = r.time()
	c.Last = r.time()
	c.Sequence = r.uint()
	n, o := r.list(1 + gapFields)
	c.Gaps = grow(c.Gaps, n)
	for i := range c.Gaps {
		r.gap(&c.Gaps[i])
	}
	r.endList(o)
	c.GapCount = int(r.int())
	c.Missing = r.uint()
	r.leave(outer)
}

const gapFields = 8

func (w *writer) gap(g *schemas.LogGap) {
	w.array(gapFields)
	w.str(g.File)
	w.int(int64(g.Line))
	w.time(g.From)
	w.time(g.To)
	w.uint(g.Missing)
	w.str(g.Why)
}

func (r *reader) gap(g *schemas.LogGap) {
	outer := r.enter(gapFields)
	g.File = r.str()
	g.Line = int(r.int())
	g.From = r.time()
	g.To = r.time()
	g.Missing = r.uint()
	g.Why = r.str()
	r.leave(outer)
}

// seen writes from where a session was seen, and what could not be.
func (w *writer) seen(s *schemas.Session) {
	w.array(len(s.Sights))
	for i := range s.Sights {
		x := &s.Sights[i]
		w.array(sightFields)
		w.str(x.Node)
		w.str(string(x.Source))
		w.int(int64(x.Events))
		w.strs(x.Levels)
	}
	w.array(len(s.Coverage))
	for i := range s.Coverage {
		x := &s.Coverage[i]
		w.array(subjectFields)
		w.str(x.Subject)
		w.bool(x.Observable)
		w.str(x.Why)
	}
	w.array(len(s.Skews))
	for i := range s.Skews {
		x := &s.Skews[i]
		w.array(skewFields)
		w.str(x.Node)
		w.str(x.File)
		w.str(x.Against)
		w.int(int64(x.Offset))
		w.int(int64(x.Within))
		w.int(int64(x.Facts))
	}
}

const (
	sightFields   = 4
	subjectFields = 3
	skewFields    = 6
)

// seen reads what seen wrote; nothing is there when an older build wrote the
// session.
func (r *reader) seen(s *schemas.Session) {
	n, o := r.list(1 + sightFields)
	s.Sights = grow(s.Sights, n)
	for i := range s.Sights {
		outer := r.enter(sightFields)
		s.Sights[i] = schemas.Sight{Node: r.str(), Source: schemas.Source(r.str()), Events: int(r.int()), Levels: r.strs(nil)}
		r.leave(outer)
	}
	r.endList(o)
	n, o = r.list(1 + subjectFields)
	s.Coverage = grow(s.Coverage, n)
	for i := range s.Coverage {
		outer := r.enter(subjectFields)
		s.Coverage[i] = schemas.Coverage{Subject: r.str(), Observable: r.bool(), Why: r.text()}
		r.leave(outer)
	}
	r.endList(o)
	n, o = r.list(1 + skewFields)
	s.Skews = grow(s.Skews, n)
	for i := range s.Skews {
		outer := r.enter(skewFields)
		s.Skews[i] = schemas.Skew{
			Node: r.str(), File: r.str(), Against: r.str(),
			Offset: time.Duration(r.int()), Within: time.Duration(r.int()), Facts: int(r.int()),
		}
		r.leave(outer)
	}
	r.endList(o)
}
