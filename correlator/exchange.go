package correlator

import (
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

// dated is what one side says, and who says it to whom; the first of the
// messages that say so stands for it.
type dated struct {
	date int64 // Unix seconds
	key  clockKey
}

// noteExchange compares the two clocks of a request and its answer, in a log
// whose records have no date. A message that is sent again, or a second answer,
// is compared with all of the other side, so that their order does not matter.
func (c *Correlator) noteExchange(n uint32, k clockKey, e *schemas.Event) {
	if e.SIP.CallID == "" {
		return
	}
	in := e.SIP.Direction == schemas.In
	if k.peer = strings.Clone(k.peer); !in {
		k = clockKey{} // this side's clock
	}
	x := exchange{e.ID.Fingerprint(), strings.Clone(e.SIP.CallID), strings.Clone(e.SIP.CSeq), in}
	d := dated{e.SIP.Date.Unix(), k}
	first, known := c.clocks.exchanges[x][d]
	if known && c.store.at(first).id.Compare(c.store.at(n).id) <= 0 {
		return
	}
	if c.clocks.exchanges[x] == nil {
		c.clocks.exchanges[x] = map[dated]uint32{}
	}
	c.clocks.exchanges[x][d] = n
	other := x
	other.in = !in
	for o, rec := range c.clocks.exchanges[other] {
		sent, got, answer := o, d, n
		if !in {
			sent, got, answer = d, o, rec
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
