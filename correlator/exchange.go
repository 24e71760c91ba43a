package correlator

import (
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// exchange is one side of a transaction in a log.
type exchange struct {
	file         schemas.Fingerprint
	callID, cseq string
	in           bool
}

// dates are the messages of one side, each date once. There are as many as were
// sent again with another date.
type dates []dated

// dated is what one side says, and who says it to whom; the first of the
// messages that say so stands for it.
type dated struct {
	date int64 // Unix seconds
	key  clockKey
	rec  uint32
}

// noteExchange compares the two clocks of a request and its answer, in a log
// whose records have no date. A message that is sent again, or a second answer,
// is compared with all of the other side, so that their order does not matter.
func (c *Correlator) noteExchange(n uint32, k clockKey, e *schemas.Event) {
	if e.SIP.CallID == "" {
		return
	}
	in := e.SIP.Direction == schemas.In
	if !in {
		k = clockKey{} // this side's clock
	}
	x := exchange{e.ID.Fingerprint(), e.SIP.CallID, e.SIP.CSeq, in}
	list := c.clocks.exchanges[x]
	if list == nil {
		x.callID, x.cseq = strings.Clone(x.callID), strings.Clone(x.cseq)
		list = &dates{}
		c.clocks.exchanges[x] = list
	}
	d := dated{e.SIP.Date.Unix(), k, n}
	at := list.index(&d)
	known := at >= 0
	switch {
	case known && c.store.at((*list)[at].rec).id.Compare(c.store.at(n).id) <= 0:
		return
	case known:
		(*list)[at].rec = n
	default:
		d.key.peer = strings.Clone(d.key.peer)
		*list = append(*list, d)
	}
	x.in = !in
	others := c.clocks.exchanges[x]
	if others == nil {
		return
	}
	for _, o := range *others {
		sent, got, answer := o, d, n
		if !in {
			sent, got, answer = d, o, o.rec
		}
		ahead := time.Duration(sent.date-got.date) * time.Second
		switch {
		case !known:
			c.reads(answer, got.key, ahead)
		case in:
			c.leads(n, c.clockOf(got.key), ahead)
		}
	}
}

// index returns where the list says what d says, -1 when it does not.
func (list dates) index(d *dated) int {
	return slices.IndexFunc(list, func(x dated) bool { return x.date == d.date && x.key == d.key })
}
