package correlator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// maxUnseen bounds Session.Coverage.
const maxUnseen = 20

// unseen returns what of a session could not be seen: what the detectors could
// not judge, gaps of its logs at its time, levels that tell too little, and
// nodes that took part and of which no log shows it.
func (c *Correlator) unseen(s *detect.Session, blind []schemas.Coverage) []schemas.Coverage {
	list := append([]schemas.Coverage(nil), blind...) // nil when nothing is left
	list = c.unseenGaps(list, s)
	if x := c.restOf(); x != nil {
		list = append(list, x.blind...)
	}
	list = c.unseenLevels(list, s)
	list = unseenNodes(list, s)
	slices.SortFunc(list, func(a, b schemas.Coverage) int {
		return cmp.Or(strings.Compare(a.Subject, b.Subject), strings.Compare(a.Why, b.Why))
	})
	list = slices.Compact(list)
	return list[:min(len(list), maxUnseen)]
}

// unseenGaps appends the gaps at the time of the session in the logs that show
// it. The next events of one that has no end may stand in a gap behind it.
func (c *Correlator) unseenGaps(list []schemas.Coverage, s *detect.Session) []schemas.Coverage {
	from, to := instant(s.Start), instant(s.End)
	if !c.gaps.any || from == undated {
		return list
	}
	if s.Outcome == schemas.OutcomeOpen || s.Outcome == schemas.OutcomeUnknown {
		to += int64(awaited)
	}
	for _, fp := range filesOf(s.Session.Events) {
		number, ok := c.gaps.numbers[gapKey{gapNumbers, fp.String()}]
		if !ok {
			continue
		}
		g := c.gaps.list[number]
		for _, h := range g.missing() {
			a, b := h.a.time(c), h.b.time(c)
			if a == undated || b == undated || a > to || b < from {
				continue
			}
			list = append(list, schemas.Coverage{
				Subject: c.store.name(c.store.origins[c.store.at(h.b.rec).origin].file),
				Why: fmt.Sprintf("about %d signals are missing before line %d, between %s and %s: what they say of it cannot be seen",
					h.b.number-h.a.number, c.store.at(h.b.rec).line, clockTime(a), clockTime(b)),
			})
		}
		for i := range g.cuts {
			if x := &g.cuts[i].gap; !x.From.IsZero() && instant(x.From) <= to && instant(x.From) >= from {
				list = append(list, schemas.Coverage{Subject: x.File, Why: fmt.Sprintf("a part of the log is missing at line %d: %s", x.Line, x.Why)})
			}
		}
	}
	return list
}

// filesOf returns the files that events are in.
func filesOf(events []schemas.ID) []schemas.Fingerprint {
	var files []schemas.Fingerprint
	var last schemas.Fingerprint
	for i := range events {
		if fp := events[i].Fingerprint(); i == 0 || fp != last {
			if last = fp; !slices.Contains(files, fp) {
				files = append(files, fp)
			}
		}
	}
	return files
}

func clockTime(t int64) string { return timeOf(t).Format("15:04:05.000") }

// unseenLevels appends the Expressways that log what stands for the SIP messages
// instead of the messages.
func (c *Correlator) unseenLevels(list []schemas.Coverage, s *detect.Session) []schemas.Coverage {
	for i := range s.Sights {
		x := &s.Sights[i]
		if x.Source != schemas.ExpresswayTVCS || x.Node == "" || s.Kind == schemas.SessionFederation {
			continue
		}
		place := s.Cluster + "/" + strings.ToLower(x.Node)
		number, ok := c.gaps.numbers[gapKey{gapSIP, place}]
		if !ok || c.gaps.list[number].rich {
			continue
		}
		world{c, c.eval.root, c.eval.idle}.ask(ask{what: askLevel, text: place})
		if g := c.gaps.list[number]; g.first > 0 {
			list = append(list, schemas.Coverage{Subject: "SIP messages at " + x.Node, Why: "network.sip is at INFO there: the log sums them up"})
		}
	}
	return list
}

// unseenNodes appends the servers that sent a message which no log shows them
// send: their logs are not there, or do not reach back. A phone has none.
func unseenNodes(list []schemas.Coverage, s *detect.Session) []schemas.Coverage {
	if s.Call == nil || len(s.Events) == 0 {
		return list
	}
	var said *schemas.SIP
	var sent map[crossing]bool
	for _, e := range s.Events {
		if !fromServer(e) || said != nil && said.Peer == e.SIP.Peer && said.UserAgent == e.SIP.UserAgent {
			continue
		}
		if x, ok := crossingOf(e); !ok || x.out || leaves(s.Events, x, &sent) {
			continue
		}
		said = e.SIP
		list = append(list, schemas.Coverage{
			Subject: detect.Host(said.Peer) + " (" + said.UserAgent + ")",
			Why:     "it sent messages of this session, and no log shows them leave: what it did cannot be seen",
		})
	}
	return list
}

// fewEvents is how many events are compared one by one.
const fewEvents = 32

// leaves reports whether one of events is the message x, which arrives, at the
// end that sends it. What is sent in many events is noted in sent.
func leaves(events []*schemas.Event, x crossing, sent *map[crossing]bool) bool {
	x.out = true
	if len(events) <= fewEvents {
		return slices.ContainsFunc(events, func(e *schemas.Event) bool {
			y, ok := crossingOf(e)
			return ok && x == y
		})
	}
	if *sent == nil {
		*sent = map[crossing]bool{}
		for _, e := range events {
			if y, ok := crossingOf(e); ok && y.out {
				(*sent)[y] = true
			}
		}
	}
	return (*sent)[x]
}

// fromServer reports whether a server sent e, which somebody else logged.
func fromServer(e *schemas.Event) bool {
	return e.SIP != nil && e.SIP.Direction == schemas.In && e.SIP.Peer != "" && isServer(e.SIP.UserAgent)
}

// isServer reports whether a User-Agent or Server header is that of a node whose
// logs uctrace reads: CUCM, or Expressway and VCS.
func isServer(agent string) bool {
	return strings.HasPrefix(agent, "Cisco-CUCM") || strings.HasPrefix(agent, "TANDBERG/4")
}

// crossing is a message as both of its ends log it.
type crossing struct {
	id, kind string // Call-ID or dialback pair; CSeq or element
	status   int
	out      bool
}

// crossingOf returns what tells e from other messages; false when it is none, or
// the log does not say which way it went.
func crossingOf(e *schemas.Event) (crossing, bool) {
	switch {
	case e.SIP != nil && e.SIP.Wire && e.SIP.CallID != "" && e.SIP.CSeq != "" && e.SIP.Direction != "":
		return crossing{e.SIP.CallID, e.SIP.CSeq, e.SIP.Status, e.SIP.Direction == schemas.Out}, true
	case e.XMPP != nil && e.XMPP.From != "" && e.XMPP.Direction != "" && strings.HasPrefix(e.XMPP.Stanza, "db:"):
		x := e.XMPP
		return crossing{x.From + ">" + x.To, x.Stanza + " " + x.ID + " " + x.Type, 0, x.Direction == schemas.Out}, true
	}
	return crossing{}, false
}

// skewKnown is from when on an offset between two nodes is told: the order of
// their lines is wrong without it.
const skewKnown = 100 * time.Millisecond
