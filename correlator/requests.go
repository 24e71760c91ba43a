package correlator

import (
	"cmp"
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// requests reads a registration or a subscription, which is repeated for as
// long as it lasts.
type requests struct {
	gist
	parties
	// all counts with, wire without the lines that repeat a message.
	all, wire transactions
}

// transactions follows requests and their final answers.
type transactions struct {
	pending, begun bool
	last           int
	reason         string
}

func (t *transactions) add(m *schemas.SIP) {
	switch {
	case m.Status == 0:
		t.pending = true
		t.begun = t.begun || t.last == 0
	case m.Status >= 200:
		t.last, t.reason, t.pending = m.Status, m.Reason, false
	}
}

func (q *requests) add(_ uint32, e *schemas.Event, level levels) {
	if q.s.ID.IsZero() {
		q.gist = newGist(q.s.Kind, e)
	}
	q.gist.add(e, level)
	q.parties.add(e)
	if e.SIP == nil {
		return
	}
	q.all.add(e.SIP)
	if e.SIP.Wire {
		q.wire.add(e.SIP)
	}
}

// finish gives the session the outcome of the last transaction that ended.
func (q *requests) finish(c *Correlator) {
	p := c.shareOf("")
	s := c.eval.begin(detect.Session{Session: p.whole(&q.gist)})
	sent := q.messages + p.messages
	t := &q.all
	if sent > 0 {
		t = &q.wire
	}
	word := string(s.Kind)
	switch {
	case t.last == 0 && !t.pending:
		word += ", no final answer in these logs"
	case t.last == 0:
		s.Outcome = schemas.OutcomeOpen
		word += ", no final answer in these logs"
	case t.last >= 400 && t.pending:
		s.Outcome = schemas.OutcomeOpen
		word += ", asked again after " + status(t.last, t.reason)
	case t.last < 300:
		s.Outcome = schemas.OutcomeOK
		word += ", " + status(t.last, t.reason)
	case t.last >= 400 && t.begun:
		s.Outcome = schemas.OutcomeFailed
		word += ", failed with " + status(t.last, t.reason)
	default:
		word += ", " + status(t.last, t.reason)
	}
	who := q.from
	if s.Kind == schemas.SessionRegistration && q.to != "" {
		who = q.to
	}
	if who != "" {
		word = strings.Replace(word, ",", " of "+who+",", 1)
	}
	s.Summary = word + ", " + messages(sent)
	s.Call = &detect.Call{From: q.from, To: q.to, Messages: sent}
	c.finish(s)
}

// parties reads who speaks to whom off the events of a call.
type parties struct {
	from, to string
	messages int // that crossed the wire
	invited  bool
}

func (p *parties) add(e *schemas.Event) {
	if e.SIP != nil && e.SIP.Wire {
		p.messages++
	}
	from, to := caller(e), strings.TrimSpace(cmp.Or(e.Attr("to_user"), e.Attr("called")))
	if from == "" && to == "" {
		return
	}
	opens := e.SIP != nil && e.SIP.Method == "INVITE" && e.SIP.Status == 0
	switch {
	case opens && !p.invited && e.SIP.Direction == "out" && p.from != "" && p.to != "":
		// What CUCM sends on for a call that came in by H.323, MGCP or SCCP has
		// the numbers as they were transformed for the phone.
		p.invited = true
	case p.from == "" && p.to == "" || opens && !p.invited:
		p.from, p.to, p.invited = from, to, opens
	case e.SIP == nil && p.to != "" && len(to) > len(p.to) && strings.HasPrefix(to, p.to):
		// A phone that sends digits as they are dialled has the first ones in
		// its INVITE.
		p.to = to
	}
}

// caller returns the calling number or user that e names. A Contact stands in
// for a damaged From when it is a number; that of a client is a UUID.
func caller(e *schemas.Event) string {
	from := strings.TrimSpace(cmp.Or(e.Attr("from_user"), e.Attr("calling")))
	if contact := strings.TrimSpace(e.Attr("contact_user")); from == "" && strings.Trim(contact, "+0123456789") == "" {
		return contact
	}
	return from
}

// messages prints how many crossed the wire. Without any, the log has what
// sums them up: an INFO line of an Expressway, a row of the call logs.
func messages(n int) string {
	if n == 0 {
		return "no message logged in full"
	}
	return plural(n, "message")
}
