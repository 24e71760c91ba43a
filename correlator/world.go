package correlator

import (
	"slices"
	"strconv"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// world answers the detectors' questions and notes who asked.
type world struct {
	c    *Correlator
	root uint32
	idle bool // nobody waits for what changes
}

func (w world) ask(a ask) {
	if !w.idle {
		w.c.ask(w.root, a)
	}
}

func (w world) Passed(e *schemas.Event, deadline time.Time, hosted bool) bool {
	until := instant(deadline)
	own, host, known := w.c.placesOf(e.ID.Fingerprint(), e.Cluster, e.Node, e.Source)
	hosted = hosted && known
	if until == undated || w.c.facts.mark(own).t >= until || hosted && w.c.facts.mark(host).t >= until {
		return until != undated
	}
	w.ask(ask{what: askTime, place: own, until: until})
	if hosted {
		w.ask(ask{what: askTime, place: host, until: until})
	}
	return false
}

func (w world) Destinations(cluster, number string) []detect.Destination {
	tail := detect.NumberTail(number)
	if tail == "" {
		return nil
	}
	w.ask(ask{what: askNumber, scope: w.c.store.keys.symbol(cluster), text: tail})
	var list []detect.Destination
	for _, d := range w.c.destinations(cluster, number) {
		list = append(list, detect.Destination{Number: d.number, Name: d.name, DN: d.dn, Event: w.c.store.load(&w.c.eval.mem, d.rec)})
	}
	return list
}

func (w world) Detailed(e *schemas.Event) bool {
	fp := e.ID.Fingerprint()
	if w.c.facts.file(fp).detailed {
		return true
	}
	w.ask(ask{what: askDetail, text: fp.String()})
	return false
}

func (w world) Connected(e *schemas.Event, until time.Time) bool {
	from, to := instant(e.Time), instant(until)
	first := moment{placeOf(e), period(from)}
	for p := first; p.period <= period(to); p.period++ {
		if slices.ContainsFunc(w.c.facts.connected[p], func(n uint32) bool {
			t := w.c.store.at(n).t
			return t >= from && t < to
		}) {
			return true
		}
	}
	for p := first; p.period <= period(to); p.period++ {
		w.ask(ask{what: askConnect, text: p.place, until: p.period})
	}
	return false
}

func itoa(n int) string { return strconv.Itoa(n) }
