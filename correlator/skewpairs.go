package correlator

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// vantage is whose clock stamps an event: its node, or its file when no node is
// named.
type vantage struct{ node, file string }

func vantageOf(e *schemas.Event) vantage {
	if e.Node != "" {
		return vantage{node: strings.ToLower(e.Node)}
	}
	return vantage{file: e.File}
}

// way is from one vantage to another.
type way struct{ from, to vantage }

// skews returns whose clocks differ in a session. The clocks of two servers are
// compared by the messages that both logged: what leaves one arrives at the
// other, so the least difference of each direction is the offset plus and minus
// the time on the way. That of a client is compared by the Date headers of the
// servers it talks to.
func (c *Correlator) skews(s *detect.Session) []schemas.Skew {
	list := c.skewsBetween(s.Events)
	for i := range s.Sights {
		if isClient(s.Sights[i].Source) {
			list = c.clientSkews(list, s)
			break
		}
	}
	slices.SortFunc(list, func(a, b schemas.Skew) int {
		return cmp.Or(strings.Compare(a.Node, b.Node), strings.Compare(a.File, b.File))
	})
	return list
}

// skewsBetween compares the nodes that logged the same messages. The one with
// most events is taken for right.
func (c *Correlator) skewsBetween(events []*schemas.Event) []schemas.Skew {
	if !slices.ContainsFunc(events, func(e *schemas.Event) bool {
		return e.Node != events[0].Node || e.Node == "" && e.File != events[0].File
	}) {
		return nil // as nearly always: spare the rest
	}
	counts := map[vantage]int{}
	names := map[vantage]string{}
	for _, e := range events {
		v := vantageOf(e)
		if counts[v]++; names[v] == "" || e.Node < names[v] {
			names[v] = e.Node
		}
	}
	if len(counts) < 2 {
		return nil
	}
	passed := crossings(events)
	reference := slices.MaxFunc(slices.Collect(maps.Keys(counts)), func(a, b vantage) int {
		return cmp.Or(cmp.Compare(counts[a], counts[b]), strings.Compare(b.node, a.node), strings.Compare(b.file, a.file))
	})
	var list []schemas.Skew
	known := map[vantage]schemas.Skew{reference: {}}
	for at := []vantage{reference}; len(at) > 0; at = at[1:] {
		for _, v := range slices.SortedFunc(maps.Keys(counts), func(a, b vantage) int {
			return cmp.Or(strings.Compare(a.node, b.node), strings.Compare(a.file, b.file))
		}) {
			if _, ok := known[v]; ok {
				continue
			}
			k, ok := between(passed, at[0], v)
			if !ok {
				continue
			}
			k.Offset += known[at[0]].Offset
			k.Within += known[at[0]].Within
			known[v] = k
			at = append(at, v)
			if k.Offset.Abs() < max(skewKnown, k.Within+1) {
				continue
			}
			k.Node, k.File, k.Against = names[v], v.file, cmp.Or(names[reference], reference.file)
			list = append(list, k)
		}
	}
	return list
}

// crossings returns how long messages were on their way, by the clocks of both
// ends. A message that one end logged twice tells nothing: it may have been sent
// again.
func crossings(events []*schemas.Event) map[way][]time.Duration {
	type logged struct {
		crossing
		at vantage
	}
	first := map[logged]*schemas.Event{}
	again := map[logged]bool{}
	ends := map[crossing][]vantage{}
	for _, e := range events {
		x, ok := crossingOf(e)
		if !ok || !schemas.Dated(e.Time) {
			continue
		}
		l := logged{x, vantageOf(e)}
		if first[l] != nil {
			again[l] = true
			continue
		}
		first[l] = e
		ends[x] = append(ends[x], l.at)
	}
	passed := map[way][]time.Duration{}
	for x, senders := range ends {
		if !x.out {
			continue
		}
		in := x
		in.out = false
		for _, from := range senders {
			for _, to := range ends[in] {
				if a, b := (logged{x, from}), (logged{in, to}); from != to && !again[a] && !again[b] {
					passed[way{from, to}] = append(passed[way{from, to}], first[b].Time.Sub(first[a].Time))
				}
			}
		}
	}
	return passed
}

// between returns how far the clock of v is ahead of that of reference. Messages
// in one direction alone tell it when they arrive before they are sent.
func between(passed map[way][]time.Duration, reference, v vantage) (schemas.Skew, bool) {
	there, back := passed[way{reference, v}], passed[way{v, reference}]
	k := schemas.Skew{Facts: len(there) + len(back)}
	switch {
	case len(there) > 0 && len(back) > 0:
		a, b := slices.Min(there), slices.Min(back)
		k.Offset, k.Within = (a-b)/2, (a+b).Abs()/2
	case len(there) > 0 && slices.Min(there) < 0:
		k.Offset, k.Within = slices.Min(there), skewKnown
	case len(back) > 0 && slices.Min(back) < 0:
		k.Offset, k.Within = -slices.Min(back), skewKnown
	default:
		return k, false
	}
	k.Offset = k.Offset.Round(time.Millisecond)
	return k, true
}

func isClient(s schemas.Source) bool {
	return s == schemas.JabberCSF || s == schemas.JabberGuest || s == schemas.SIPClient || s == schemas.XMPPClient
}

// clientSkews appends the clocks of the clients whose logs show the session,
// unless the messages told them.
func (c *Correlator) clientSkews(list []schemas.Skew, s *detect.Session) []schemas.Skew {
	seen := map[vantage]bool{}
	for i, id := range s.Session.Events {
		if i > 0 && id.Fingerprint() == s.Session.Events[i-1].Fingerprint() {
			continue
		}
		n, ok := c.store.lookup(id)
		if !ok {
			continue
		}
		r := c.store.at(n)
		o := c.store.origins[r.origin]
		if r.t == undated && c.store.name(o.source) == string(schemas.SIPClient) {
			continue // a message that a document quotes: nobody tells whose it is
		}
		v := vantage{node: strings.ToLower(c.store.name(o.node))}
		if v.node == "" {
			v.file = c.store.name(o.file)
		}
		if !isClient(schemas.Source(c.store.name(o.source))) || seen[v] ||
			slices.ContainsFunc(list, func(k schemas.Skew) bool { return strings.EqualFold(k.Node, v.node) && k.File == v.file }) {
			continue
		}
		seen[v] = true
		place := clockPlace{cluster: o.cluster, node: c.store.keys.symbol(v.node)}
		if v.node == "" {
			place.file = id.Fingerprint()
		}
		world{c, c.eval.root, c.eval.idle}.ask(ask{what: askClock, text: place.String()})
		if x, ahead, ok := c.clockAt(place); ok && ahead.Abs() >= skewSeen {
			list = append(list, schemas.Skew{Node: c.store.name(o.node), File: v.file, Against: x.peer, Offset: ahead, Within: time.Second, Facts: x.n})
		}
	}
	return list
}
