package correlator

import (
	"slices"
	"strings"
)

// distinct returns recs, which are ordered, without those that came twice: an
// Expressway sends its records by syslog and writes them into the log that an
// archive holds. The two have other heads, so other ids, and the same time (it
// is UTCTime), node and facts. The one with the smaller id stays, whichever
// arrived first.
func (c *Correlator) distinct(recs []uint32) []uint32 {
	kept := recs[:0]
	for i, n := range recs {
		if i == 0 || !c.cameBefore(kept, n) {
			kept = append(kept, n)
		}
	}
	return kept
}

// cameBefore reports whether one of recs, which stand before record n, is n by
// another way.
func (c *Correlator) cameBefore(recs []uint32, n uint32) bool {
	r := c.store.at(n)
	if r.t == undated {
		return false
	}
	for _, m := range slices.Backward(recs) {
		o := c.store.at(m)
		if o.t != r.t {
			return false
		}
		if c.twins(o, r) {
			return true
		}
	}
	return false
}

// twins reports whether two records of one time say the same of one Expressway,
// in two files.
func (c *Correlator) twins(a, b *record) bool {
	if a.kind != b.kind || a.id.Fingerprint() == b.id.Fingerprint() {
		return false
	}
	oa, ob := c.store.origins[a.origin], c.store.origins[b.origin]
	if oa.cluster != ob.cluster || !strings.EqualFold(c.store.name(oa.node), c.store.name(ob.node)) || oa.node == 0 {
		return false
	}
	if !expressway(c.store.name(oa.source)) || !expressway(c.store.name(ob.source)) {
		return false
	}
	// The head of the line differs by the way it came.
	return c.store.factsOf(a) == c.store.factsOf(b)
}

// mayBeTwin reports whether record n may have come before, when record last was
// the last that was looked at.
func (c *Correlator) mayBeTwin(n, last uint32) bool {
	r := c.store.at(n)
	return r.t != undated && r.t == c.store.at(last).t && expressway(c.store.name(c.store.origins[r.origin].source))
}

func expressway(source string) bool { return strings.HasPrefix(source, "expressway.") }
