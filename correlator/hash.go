package correlator

import (
	"encoding/binary"
	"hash/maphash"

	"github.com/uctrace/uctrace/schemas"
)

// The hashes tell whether a revision differs from the one emitted before.
// They live in memory only: their seed differs from process to process.

type hasher struct{ maphash.Hash }

func newHasher(seed maphash.Seed) *hasher {
	h := &hasher{}
	h.SetSeed(seed)
	return h
}

func (h *hasher) str(s ...string) {
	for _, x := range s {
		h.num(len(x))
		h.WriteString(x)
	}
}

func (h *hasher) num(n int) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(n))
	h.Write(b[:])
}

func (h *hasher) keys(keys []schemas.Key) {
	h.num(len(keys))
	for _, k := range keys {
		h.str(string(k.Type), k.Value, k.Scope)
	}
}

func hashSession(seed maphash.Seed, s *schemas.Session) uint64 {
	h := newHasher(seed)
	h.str(string(s.Kind), string(s.Outcome), s.Cluster, s.Summary)
	h.num(int(s.Start.UnixNano()))
	h.num(int(s.End.UnixNano()))
	h.keys(s.Keys)
	h.num(len(s.Nodes))
	h.str(s.Nodes...)
	for _, x := range s.Sources {
		h.str(string(x))
	}
	h.num(len(s.Stages))
	for _, x := range s.Stages {
		h.str(x.Name, string(x.Outcome))
		h.num(int(x.Start.UnixNano()))
		h.num(int(x.End.UnixNano()))
	}
	h.num(s.EventCount)
	for _, id := range s.Events {
		h.Write(id[:])
	}
	h.num(len(s.Joins))
	for _, j := range s.Joins {
		h.keys([]schemas.Key{j.A, j.B})
		h.Write(j.Event[:])
	}
	h.seen(s)
	return h.Sum64()
}

// hashUnlisted is hashSession without the list of events.
func hashUnlisted(seed maphash.Seed, s schemas.Session) uint64 {
	s.Events = nil
	return hashSession(seed, &s)
}

func hashLog(seed maphash.Seed, x *schemas.LogCoverage) uint64 {
	h := newHasher(seed)
	h.str(x.Node)
	for _, n := range [...]int{
		x.Files, int(x.Bytes), x.Lines, x.Records, x.Events, x.Unparsed, x.Damaged,
		int(x.First.UnixNano()), int(x.Last.UnixNano()), int(x.Sequence), x.GapCount, int(x.Missing), len(x.Levels),
	} {
		h.num(n)
	}
	h.str(x.Levels...)
	for i := range x.Gaps {
		g := &x.Gaps[i]
		h.str(g.File, g.Why)
		h.num(g.Line)
		h.num(int(g.From.UnixNano()))
		h.num(int(g.To.UnixNano()))
	}
	return h.Sum64()
}

func (h *hasher) seen(s *schemas.Session) {
	for _, x := range s.Sights {
		h.str(x.Node, string(x.Source))
		h.num(x.Events)
		h.num(len(x.Levels))
		h.str(x.Levels...)
	}
	h.num(len(s.Coverage))
	for _, x := range s.Coverage {
		h.str(x.Subject, x.Why)
	}
	h.num(len(s.Skews))
	for _, x := range s.Skews {
		h.str(x.Node, x.File, x.Against)
		h.num(int(x.Offset))
		h.num(int(x.Within))
		h.num(x.Facts)
	}
}

func hashFinding(seed maphash.Seed, f *schemas.Finding) uint64 {
	h := newHasher(seed)
	h.str(f.Rule, f.Cluster, f.Summary, f.Cause, f.Stage)
	h.num(int(f.Severity))
	h.Write(f.Session[:])
	h.num(int(f.Time.UnixNano()))
	h.num(int(f.First.UnixNano()))
	h.num(int(f.Last.UnixNano()))
	h.num(f.Count)
	h.num(len(f.Fix))
	h.str(f.Fix...)
	h.num(len(f.Evidence))
	for _, e := range f.Evidence {
		h.Write(e.Event[:])
		h.num(e.Line)
		h.str(e.File, string(e.Role), e.Text)
	}
	h.keys(f.Keys)
	return h.Sum64()
}
