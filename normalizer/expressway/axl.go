package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// axl reads a record of network.axl: a call of Expressway-C to the AXL service
// of IM and Presence, or its answer. The level is INFO even when the answer
// is 401.
//
//	Module="network.axl" Level="INFO" Action="Send" URL="https://cups.example.com:8443/axl/" Function="executeSQLQuery"
//	Module="network.axl" Level="INFO" … Function="executeSQLQuery" Status="401" Reason="None"
func (s *statement) axl(dst []schemas.Event) []schemas.Event {
	var p pairs
	s.pairs(&p)
	return s.axlIn(dst, &p)
}

// axlIn reads the call in p, the pairs of the record or of the quotation in it.
func (s *statement) axlIn(dst []schemas.Event, p *pairs) []schemas.Event {
	if !p.has(fFunction) {
		return dst
	}
	function, status, url := p.value(fFunction), p.value(fStatus), withoutQuery(p.value(fURL))
	kind := schemas.KindAXLResponse
	switch {
	case len(status) > 0:
	case p.is(fAction, "Send"):
		kind = schemas.KindAXLRequest
	default:
		return dst
	}
	dst, e := s.event(dst, kind, withoutQuery(s.header()))
	e.Attrs = s.attrs(e.Attrs, "function", function)
	if kind == schemas.KindAXLResponse {
		e.Attrs = s.attrs(e.Attrs, "status", status)
		// None is how Python prints that there is no reason.
		if !p.is(fReason, "None") {
			e.Attrs = s.attrs(e.Attrs, "reason", p.value(fReason))
		}
	}
	e.Attrs = s.attrs(e.Attrs, "url", url)
	authority, _ := cutURL(url)
	e.Keys = s.key1(e.Keys, schemas.KeyAddr, hostOf(authority))
	return dst
}

// cutURL returns what stands between :// and the next slash of url, and what
// stands behind that; the whole url where it has no authority.
func cutURL(url []byte) (authority, path []byte) {
	at := text.Index(url, "://", 1)
	if at < 0 {
		return nil, url
	}
	authority, path, _ = bytes.Cut(url[at+len("://"):], []byte("/"))
	return authority, path
}

// hostOf returns the host of an authority, without port.
func hostOf(authority []byte) []byte {
	if host, end := nameUntil(authority, 0); end == len(authority) || authority[end] == ':' {
		return host // as nearly every one is
	}
	host := until(authority, "?# ")
	if bytes.HasPrefix(host, []byte("[")) {
		return until(host[1:], "]")
	}
	return until(host, ":")
}
