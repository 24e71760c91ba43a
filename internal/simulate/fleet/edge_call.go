package fleet

import (
	"fmt"

	"github.com/uctrace/uctrace/schemas"
)

// b2bCall is a call from another company that arrives at Expressway-E.
type b2bCall struct {
	s           *story
	x           *expressway
	session     int
	peer        address
	target      string
	from        string
	callID      string
	tag, serial string
	fromTag     string
	half        string
	branch      string
}

// b2b begins a call from another company to target.
func (s *story) b2b(target string) *b2bCall {
	domain, ip := s.company("caller")
	b := &b2bCall{
		s: s, x: s.site.edge, session: s.begin(schemas.SessionCall), peer: s.address(ip), target: target, from: "sip:desk@" + domain,
		callID: s.hex(32), tag: s.uuid(), serial: s.uuid(), fromTag: s.hex(16), half: s.hex(32), branch: s.hex(32),
	}
	s.key(b.session, schemas.KeyCallID, b.callID)
	s.key(b.session, schemas.KeyTag, b.tag)
	s.key(b.session, schemas.KeyCallSerial, b.serial)
	m := b.message("INVITE " + target + " SIP/2.0")
	m.typ, m.body = "application/sdp", sdp(b.peer.ip, 36000, "0")
	s.sip(b.x, true, address{b.x.ip, 5061}, b.peer, m)
	s.event(b.x, "Call Attempted", fmt.Sprintf(`Service="SIP" Src-ip="%s" Src-port="%d" Src-alias-type="SIP" Src-alias="%s" Dst-alias-type="SIP" Dst-alias="%s" %s Protocol="TLS" Auth="NO"`,
		b.peer.ip, b.peer.port, b.from, target, b.ids()))
	s.event(b.x, "Search Attempted", fmt.Sprintf(`Service="SIP" Src-alias-type="SIP" Src-alias="%s" Dst-alias-type="SIP" Dst-alias="%s" %s Detail="searchtype:INVITE"`, b.from[4:], target, b.ids()))
	return b
}

func (b *b2bCall) ids() string {
	return fmt.Sprintf(`Call-serial-number="%s" Tag="%s"`, b.serial, b.tag)
}

func (b *b2bCall) message(start string, more ...string) sipMessage {
	h := []string{
		fmt.Sprintf("Via: SIP/2.0/TLS %s;branch=z9hG4bK%s;received=%s;rport=%d;ingress-zone=DefaultZone", b.peer, b.branch, b.peer.ip, b.peer.port),
		"Call-ID: " + b.callID, "CSeq: 100 INVITE", "From: <" + b.from + ">;tag=" + b.fromTag, "To: <" + b.target + ">",
		"Session-ID: " + b.half + ";remote=" + nilHalf,
	}
	return sipMessage{start: start, headers: append(h, more...)}
}

// searched writes the end of the search.
func (b *b2bCall) searched(reason, detail string) {
	b.s.event(b.x, "Search Completed", fmt.Sprintf(`%sService="SIP" Src-alias-type="SIP" Src-alias="%s" Dst-alias-type="SIP" Dst-alias="%s" %s Detail="%s"`, reason, b.from[4:], b.target, b.ids(), detail))
}

// rejected ends the call with a final response.
func (b *b2bCall) rejected(code, phrase string, more ...string) {
	b.s.tick()
	m := b.message("SIP/2.0 "+code+" "+phrase, append([]string{"X-TAATag: " + b.tag}, more...)...)
	m.headers[4] += ";tag=" + b.s.hex(16)
	b.s.sip(b.x, false, address{b.x.ip, 5061}, b.peer, m)
	b.s.event(b.x, "Call Rejected", fmt.Sprintf(`Service="SIP" Src-ip="%s" Src-port="%d" Src-alias-type="SIP" Src-alias="%s" Dst-alias-type="SIP" Dst-alias="%s" %s Detail="%s" Protocol="TLS" Response-code="%s"`,
		b.peer.ip, b.peer.port, b.from, b.target, b.ids(), phrase, code))
}
