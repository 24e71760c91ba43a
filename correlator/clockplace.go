package correlator

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// clockPlace is who logs: a node, or a file that names none.
type clockPlace struct {
	file          schemas.Fingerprint
	cluster, node uint32 // symbols
}

func (p clockPlace) String() string {
	return fmt.Sprint(p.file, "/", p.cluster, "/", p.node)
}

func (k clockKey) placed() clockPlace { return clockPlace{k.file, k.cluster, k.node} }

// clockAt returns the clock of a place that most messages tell, and how far it
// is ahead of the other side's.
func (c *Correlator) clockAt(p clockPlace) (best *clock, ahead time.Duration, ok bool) {
	best = c.clockOfPlace(p)
	if best == nil || len(best.ahead) == maxReadings {
		return nil, 0, false
	}
	seconds, r := best.median()
	return best, time.Duration(seconds) * time.Second, r != nil
}

// clockOfPlace returns the clock of a place that most messages tell.
func (c *Correlator) clockOfPlace(p clockPlace) (best *clock) {
	for _, x := range c.clocks.places[p] {
		if best == nil || x.n > best.n || x.n == best.n && x.peer < best.peer {
			best = x
		}
	}
	return best
}
