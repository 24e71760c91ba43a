package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/schemas"
)

// eventLine reads a line of the event log. Level is the level of the event log,
// 1 to 4, and no severity. Names are compared without case: the manual and the
// logs differ in it.
//
//	Event="Call Rejected" Service="SIP" Src-ip="192.0.2.6" Src-port="7003" … Detail="Not Found" Protocol="TLS" Response-code="404" Level="1"
func (s *statement) eventLine(dst []schemas.Event) []schemas.Event {
	var p pairs
	s.pairs(&p)
	if !p.has(fEvent) {
		return dst
	}
	var buf [64]byte
	name := lowered(&buf, p.value(fEvent))
	switch name[0] {
	case 'r':
		if state := registrationState(name); state != "" {
			return s.registration(dst, &p, state)
		}
	case 'u':
		if string(name) == "unregistration accepted" {
			return s.registration(dst, &p, "unregistered")
		}
	case 'i', 'o', 't':
		if bytes.HasSuffix(name, []byte("tls negotiation error")) {
			return s.negotiation(dst, &p, name[0])
		}
	case 'a':
		if read := s.alarmOrAuth(dst, &p, name); read != nil {
			return read
		}
	case 'd':
		if string(name) == "diagnostic logging" {
			return s.markerOf(dst, p.value(fEvent), p.value(fDetail))
		}
	case 's':
		switch string(name) {
		case "system configuration changed":
			return s.config(dst)
		case "sending http error response":
			return s.httpError(dst, &p)
		}
	case 'c':
		if string(name) == "certificate management" {
			return s.certificateChange(dst, &p)
		}
	}
	return s.callEvent(dst, &p)
}

// alarmOrAuth reads the events whose names begin with an a; nil when it is
// another one.
func (s *statement) alarmOrAuth(dst []schemas.Event, p *pairs, name []byte) []schemas.Event {
	switch string(name) {
	case "alarm raised":
		return s.alarm(dst, p, schemas.KindAlarmRaised)
	case "alarm cleared", "alarm lowered":
		return s.alarm(dst, p, schemas.KindAlarmCleared)
	case "alarm acknowledged":
		return s.acknowledged(dst, p)
	case "authentication failed", "authorization failure", "admin session login failure":
		return s.refused(dst, p)
	case "admin session start":
		return s.session(dst, p)
	}
	return nil
}

// callEvent appends what a box decided about a call or a search, and every
// event that has no kind of its own.
func (s *statement) callEvent(dst []schemas.Event, p *pairs) []schemas.Event {
	dst, e := s.fact(dst, schemas.KindSIPEvent, 15, 4)
	src, to := s.ends(p)
	e.Attrs = s.attrs(e.Attrs, "event", p.value(fEvent))
	e.Attrs = s.attrs(e.Attrs, "service", p.value(fService))
	e.Attrs = s.attrs(e.Attrs, "reason", p.value(fReason))
	e.Attrs = s.attrs(e.Attrs, "detail", clip(p.value(fDetail)))
	e.Attrs = s.attrs(e.Attrs, "code", p.value(fCode))
	e.Attrs = s.attrs(e.Attrs, "cause", p.value(fCause))
	e.Attrs = word1(e.Attrs, "src", src)
	e.Attrs = word1(e.Attrs, "dst", to)
	e.Attrs = s.attrs(e.Attrs, "src_alias", p.value(fSrcAlias))
	e.Attrs = s.attrs(e.Attrs, "dst_alias", p.value(fDstAlias))
	e.Attrs = s.attrs(e.Attrs, "protocol", p.value(fProtocol))
	e.Attrs = s.attrs(e.Attrs, "auth", p.value(fAuth))
	e.Attrs = s.attrs(e.Attrs, "level", p.value(fLevel))
	e.Keys = s.callKeys(e.Keys, p)
	switch {
	case src != "":
		e.Keys = addrKey(e.Keys, src)
	case to != "":
		e.Keys = addrKey(e.Keys, to)
	default:
		e.Keys = s.key1(e.Keys, schemas.KeyAddr, namedAddr(p.value(fDetail)))
	}
	return dst
}

// callKeys appends the keys of the call that an event line is about.
func (s *statement) callKeys(keys []schemas.Key, p *pairs) []schemas.Key {
	keys = s.key1(keys, schemas.KeyCallSerial, p.value(fSerial))
	keys = s.key1(keys, schemas.KeyTag, p.value(fTag))
	return s.key1(keys, schemas.KeyCallID, p.value(fCallID))
}

// ends returns the two ends of the message or connection that a line is about.
func (s *statement) ends(p *pairs) (src, dst string) {
	return s.hostPort(p.value(fSrcIP), p.value(fSrcPort)), s.hostPort(p.value(fDstIP), p.value(fDstPort))
}

// namedAddr returns the address in the Detail of a failing external server.
//
//	Event="External Server Communications Failure" … Detail="name:10.15.13.16:1719"
func namedAddr(detail []byte) []byte {
	addr, ok := bytes.CutPrefix(detail, []byte("name:"))
	if !ok {
		return nil
	}
	return until(addr, " ,;")
}

// registrationState returns the state that an event of a registration means,
// "" for another event. name is in lower case.
func registrationState(name []byte) string {
	switch string(name) {
	case "registration requested", "registration refresh requested":
		return "requested"
	case "registration accepted":
		return "registered"
	case "registration refresh accepted":
		return "refreshed"
	case "registration rejected", "registration refresh rejected":
		return "rejected"
	case "registration removed":
		return "unregistered"
	}
	return ""
}

// registration reads what became of a registration with this box. A refresh
// that is rejected with 401 or 423 is a normal step; reason tells.
//
//	Event="Registration Rejected" Reason="Unknown domain" Service="SIP" Src-ip="192.0.2.7" … AOR="sip:amy@example.com" Contact="…"
func (s *statement) registration(dst []schemas.Event, p *pairs, state string) []schemas.Event {
	dst, e := s.fact(dst, schemas.KindRegistrationState, 8, 6)
	who := p.value(fAOR)
	if who == nil {
		who = p.value(fSrcAlias)
	}
	e.Attrs = word1(e.Attrs, "state", state)
	e.Attrs = s.attrs(e.Attrs, "device", who)
	e.Attrs = word1(e.Attrs, "protocol", registrationProtocol(p.value(fService)))
	reason := p.value(fReason)
	if len(reason) == 0 {
		reason = p.value(fCode)
	}
	e.Attrs = s.attrs(e.Attrs, "reason", reason)
	e.Attrs = s.attrs(e.Attrs, "detail", clip(p.value(fDetail)))
	e.Attrs = s.attrs(e.Attrs, "contact", p.value(fContact))
	e.Keys = s.userKey(e.Keys, sip.URIUser(who))
	e.Keys = addrKey(e.Keys, s.hostPort(p.value(fSrcIP), p.value(fSrcPort)))
	e.Keys = s.callKeys(e.Keys, p)
	return dst
}

func registrationProtocol(service []byte) string {
	switch string(service) {
	case "SIP":
		return "sip"
	case "H323", "H.323", "H.225":
		return "h323"
	}
	return ""
}

// markerOf appends a mark that somebody set: it parts one test from the next.
func (s *statement) markerOf(dst []schemas.Event, name, detail []byte) []schemas.Event {
	dst, e := s.fact(dst, schemas.KindLogMarker, 1, 0)
	words := name
	if len(detail) > 0 {
		words = append(append(append([]byte(nil), name...), ": "...), detail...)
	}
	e.Attrs = s.attrs(e.Attrs, "text", clip(words))
	return dst
}

// marker reads the text that an administrator put into the diagnostic log. The
// manual says that it has a DEBUG_MARKER tag; its exact place in the line is
// not known.
func (s *statement) marker(dst []schemas.Event) []schemas.Event {
	line, _ := cutLine(s.head.rest)
	if at := bytes.Index(line, []byte("DEBUG_MARKER")); at >= 0 {
		line = line[at+len("DEBUG_MARKER"):]
	}
	line = bytes.Trim(line, " \t:=\"")
	if len(line) == 0 {
		line = []byte("DEBUG_MARKER")
	}
	return s.markerOf(dst, line, nil)
}
