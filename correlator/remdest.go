package correlator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// destination is a remote destination that some line of the cluster's logs
// proves to exist.
type destination struct {
	destName
	dn  string
	rec uint32 // the line: the earliest of those that say the same
}

type destName struct {
	cluster      uint32 // symbol
	number, name string
}

type tailKey struct {
	cluster uint32
	tail    string
}

// noteDestination learns from a line that names a remote destination:
//
//	found in RemoteDeviceInfo hashmap - PID(s)=2 Name=875737:RDP-marko-5737 is Active=1 Protocol=Remote Destination
func (c *Correlator) noteDestination(n uint32, e *schemas.Event) {
	if e.Kind != schemas.KindMobilityRemDest && e.Kind != schemas.KindMobilityFound {
		return
	}
	number := e.Attr("number")
	if number == "" {
		return
	}
	name := destName{c.store.keys.symbol(e.Cluster), number, e.Attr("name")}
	d := c.facts.dests[name]
	if d == nil {
		name.number, name.name = strings.Clone(number), strings.Clone(name.name)
		d = &destination{destName: name, dn: strings.Clone(e.Attr("dn")), rec: n}
		c.facts.dests[name] = d
		c.index(d, d.number)
		if detect.NumberTail(d.dn) != detect.NumberTail(number) {
			c.index(d, d.dn)
		}
	} else if c.compareRecords(n, d.rec) < 0 {
		d.rec = n
	} else {
		return
	}
	for _, s := range [...]string{number, d.dn} {
		c.answer(ask{what: askNumber, scope: name.cluster, text: detect.NumberTail(s)})
	}
}

func (c *Correlator) index(d *destination, number string) {
	if tail := detect.NumberTail(number); tail != "" {
		k := tailKey{d.cluster, tail}
		c.facts.byTail[k] = append(c.facts.byTail[k], d)
	}
}

// destinations returns the remote destinations of a cluster whose number or
// DN ends like number, in a fixed order.
func (c *Correlator) destinations(cluster, number string) []*destination {
	found := slices.Clone(c.facts.byTail[tailKey{c.store.keys.symbol(cluster), detect.NumberTail(number)}])
	slices.SortFunc(found, func(a, b *destination) int {
		return cmp.Or(strings.Compare(a.number, b.number), strings.Compare(b.name, a.name))
	})
	return found
}

// compareRecords orders two records by time, file and offset, undated first.
func (c *Correlator) compareRecords(a, b uint32) int {
	ra, rb := c.store.at(a), c.store.at(b)
	return cmp.Or(cmp.Compare(ra.t, rb.t), ra.id.Compare(rb.id))
}
