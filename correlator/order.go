package correlator

import (
	"cmp"
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// ordered is a record with the time that orders it.
type ordered struct {
	t   int64
	id  schemas.ID
	rec uint32
}

// sort orders records by time, file and offset. An undated record takes the
// time of the nearest dated one before it in its file, else of the nearest
// behind it: where it stands is all that its place in time can be told from.
func (c *Correlator) sort(recs []uint32) {
	o := c.eval.order[:0]
	dated := true
	for _, n := range recs {
		r := c.store.at(n)
		dated = dated && r.t != undated
		o = append(o, ordered{r.t, r.id, n})
	}
	if !dated {
		slices.SortFunc(o, func(a, b ordered) int { return a.id.Compare(b.id) })
		for i := 1; i < len(o); i++ {
			if o[i].t == undated && o[i].id.Fingerprint() == o[i-1].id.Fingerprint() {
				o[i].t = o[i-1].t
			}
		}
		for i := len(o) - 2; i >= 0; i-- {
			if o[i].t == undated && o[i].id.Fingerprint() == o[i+1].id.Fingerprint() {
				o[i].t = o[i+1].t
			}
		}
	}
	slices.SortFunc(o, func(a, b ordered) int { return cmp.Or(cmp.Compare(a.t, b.t), a.id.Compare(b.id)) })
	for i := range o {
		recs[i] = o[i].rec
	}
	c.eval.order = o
}

// load returns the events of ordered records, valid as long as the evaluation.
func (c *Correlator) load(recs []uint32) []*schemas.Event {
	events := c.eval.mem.list(len(recs))
	for _, n := range recs {
		events = append(events, c.store.load(&c.eval.mem, n))
	}
	return events
}
