package correlator

import (
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// isExchange reports whether e is a message of the HTTP proxy by which clients
// reach the inside over Expressway-E and Expressway-C, and says whose it is.
func isExchange(e *schemas.Event) bool {
	switch e.Kind {
	case schemas.KindHTTPRequest, schemas.KindHTTPResponse:
		return e.Source == schemas.ExpresswayTraffic && (e.Attr("number") != "" || e.Key(schemas.KeyTrackingID) != "")
	}
	return false
}

// exchangeKeys appends what the messages of one client share beside the
// TrackingID, which a request has on both Expressways: the number of a request
// in the log of one, and the connection on which the client asks the
// Expressway-E. Between the two all clients share connections.
func exchangeKeys(dst []schemas.Key, e *schemas.Event) []schemas.Key {
	if n := e.Attr("number"); n != "" {
		scope := e.ID.Fingerprint()
		dst = append(dst, schemas.Key{Type: keyExchange, Value: n, Scope: scope.String()})
	}
	if client := e.Attr("client"); client != "" {
		dst = append(dst, schemas.Key{Type: keyClient, Value: client, Scope: placeOf(e)})
	}
	return dst
}

// evaluateMRA makes one session of what a client asked the edge for. An
// exchange of which no line names the client, or what it asked for, makes none.
func (c *Correlator) evaluateMRA(r uint32) {
	recs := c.records(c.eval.recs[:0], r)
	c.eval.recs = recs
	c.sort(recs)
	events := c.load(c.distinct(recs))
	first := events[0]
	s := c.eval.begin(detect.Session{Session: c.describe(schemas.SessionMRA, first, events), Events: events})
	concludeMRA(s)
	if s.Summary != "" {
		c.finish(s)
	}
}

// concludeMRA says how a client fared: as its last answer tells. A 401 asks for
// credentials, so the session is open until something follows it.
func concludeMRA(s *detect.Session) {
	client, domain, status := "", "", ""
	for _, e := range s.Events {
		if client == "" {
			client = detect.Host(e.Attr("client"))
		}
		if domain == "" {
			domain = e.Key(schemas.KeyDomain)
		}
		if st := e.Attr("status"); len(st) == 3 {
			status = st
		}
	}
	if client == "" && domain == "" {
		return
	}
	s.Outcome = schemas.OutcomeOpen
	switch {
	case status == "" || status == "401":
	case status[0] >= '4':
		s.Outcome = schemas.OutcomeFailed
	default:
		s.Outcome = schemas.OutcomeOK
	}
	s.Summary = "mobile and remote access"
	if client != "" {
		s.Summary += " of " + client
	}
	if domain != "" {
		s.Summary += " to " + strings.ToLower(domain)
	}
	s.Summary += ", " + plural(requested(s.Events, client != ""), "request")
	if status != "" {
		s.Summary += ", the last answer is " + status
	}
}

// requested returns how many requests came in, at the Expressway-E when the
// client is known. A request may be logged twice, with and without its text.
func requested(events []*schemas.Event, own bool) int {
	type exchange struct {
		file   schemas.Fingerprint
		number string
	}
	seen := map[exchange]bool{}
	for _, e := range events {
		if e.Kind == schemas.KindHTTPRequest && e.Attr("direction") == string(schemas.In) && (!own || e.Attr("client") != "") {
			seen[exchange{e.ID.Fingerprint(), e.Attr("number")}] = true
		}
	}
	return len(seen)
}
