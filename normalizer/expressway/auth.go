package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// refused reads credentials that were refused: those of a SIP request, which
// for OPTIONS are a traversal client's, or an administrator's. SIP tells the
// method.
//
//	Event="Authentication Failed" Service="SIP" Src-ip="192.0.2.161" Src-port="25723" Detail="Incorrect authentication credential for user" Protocol="TLS" Method="OPTIONS" Level="1"
func (s *statement) refused(dst []schemas.Event, p *pairs) []schemas.Event {
	return s.verdict(dst, p, "fail")
}

// session reads an administrator's sign-in.
func (s *statement) session(dst []schemas.Event, p *pairs) []schemas.Event {
	return s.verdict(dst, p, "ok")
}

func (s *statement) verdict(dst []schemas.Event, p *pairs, outcome string) []schemas.Event {
	dst, e := s.fact(dst, schemas.KindLoginAuth, 6, 2)
	user := p.value(fUser)
	if len(user) == 0 {
		user = p.value(fUsername)
	}
	client := s.hostPort(p.value(fSrcIP), p.value(fSrcPort))
	e.Attrs = word1(e.Attrs, "outcome", outcome)
	e.Attrs = s.attrs(e.Attrs, "user", user)
	e.Attrs = s.attrs(e.Attrs, "service", p.value(fService))
	e.Attrs = word1(e.Attrs, "client", client)
	detail := p.value(fDetail)
	if len(detail) == 0 {
		detail = p.value(fReason)
	}
	e.Attrs = s.attrs(e.Attrs, "detail", clip(detail))
	e.Attrs = s.attrs(e.Attrs, "code", p.value(fCode))
	e.Keys = addrKey(s.userKey(e.Keys, user), client)
	if p.is(fService, "SIP") && p.has(fMethod) {
		e.SIP = s.mem.SIP()
		e.SIP.Direction, e.SIP.Peer = schemas.In, client
		e.SIP.Method, e.SIP.Transport = s.mem.String(p.value(fMethod)), transportName(p.value(fProtocol))
	}
	return dst
}

// digest reads that a digest does not fit, which the event log repeats with
// the address. The digests are secrets.
//
//	Module="developer.nomodule" Level="WARN" … Method="SipProxyAuthentication::checkDigestSAResponse" …: calculated response does not match supplied response, calculatedResponse=… , response=…
func (s *statement) digest(dst []schemas.Event) []schemas.Event {
	const words = "calculated response does not match supplied response"
	if !has(s.head.rest, words) {
		return dst
	}
	dst, e := s.fact(dst, schemas.KindLoginAuth, 3, 0)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: "fail"},
		schemas.Attr{Name: "service", Value: "SIP"}, schemas.Attr{Name: "detail", Value: words})
	return dst
}

// directory reads a lookup of credentials. That they were found is no success:
// the password is compared later.
func (s *statement) directory(dst []schemas.Event) []schemas.Event {
	var p pairs
	s.pairs(&p)
	if !holds(p.value(fDetail), "ailed", "not found", "rror", "imeout", "timed out", "nable to") {
		return dst
	}
	dst, e := s.fact(dst, schemas.KindLoginAuth, 3, 1)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: "fail"}, schemas.Attr{Name: "service", Value: "ldap"})
	e.Attrs = s.attrs(e.Attrs, "detail", clip(p.value(fDetail)))
	e.Keys = addrKey(e.Keys, s.hostPort(p.value(fDstIP), p.value(fDstPort)))
	return dst
}

// provisioning reads a verdict of CUCM's user data service on a user of mobile
// and remote access. It is logged twice, in the support log and in the event
// log; each record is one event. Where the edge itself says it, the client is
// the one outside, and the code what it was answered.
//
//	Detail="Failed to authenticate user against server" Username="amy" Server="('https', '192.0.2.131', 8443)" Reason="<twisted.python.failure.Failure …>"
//	Detail="Authenticating user failed" Username="amy" ClientId="198.51.100.7" Code="401"
func (s *statement) provisioning(dst []schemas.Event) []schemas.Event {
	if !has(s.head.rest, "uthenticat") {
		return dst
	}
	var p pairs
	s.pairs(&p)
	outcome := ""
	switch {
	case holds(p.value(fDetail), "Failed to authenticate", "failed to authenticate", "uthentication failed", "uthentication failure", "uthenticating user failed"):
		outcome = "fail"
	case holds(p.value(fDetail), "Successfully authenticated", "uthentication succeeded", "uthenticated user"):
		outcome = "ok"
	default:
		return dst
	}
	dst, e := s.fact(dst, schemas.KindLoginAuth, 7, 3)
	e.Attrs = word1(e.Attrs, "outcome", outcome)
	e.Attrs = s.attrs(e.Attrs, "user", p.value(fUsername))
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "service", Value: "cucm-uds"})
	e.Attrs = s.attrs(e.Attrs, "server", tupleHost(p.value(fServer)))
	e.Attrs = s.attrs(e.Attrs, "client", p.value(fClientID))
	e.Attrs = s.attrs(e.Attrs, "detail", clip(p.value(fDetail)))
	e.Attrs = s.attrs(e.Attrs, "code", p.value(fCode))
	e.Keys = s.userKey(e.Keys, p.value(fUsername))
	e.Keys = s.key1(e.Keys, schemas.KeyAddr, p.value(fClientID))
	e.Keys = s.key1(e.Keys, schemas.KeyAddr, tupleHost(p.value(fServer)))
	return dst
}

// tupleHost returns the host of a server that Python prints as a tuple.
//
//	('https', '192.0.2.131', 8443)
func tupleHost(server []byte) []byte {
	if !bytes.HasPrefix(server, []byte("(")) {
		return until(server, " ,:/")
	}
	parts := bytes.SplitN(server, []byte(","), 3)
	if len(parts) < 2 {
		return nil
	}
	host := bytes.TrimPrefix(bytes.TrimSpace(parts[1]), []byte("u'"))
	return bytes.Trim(host, "'\" )")
}

func transportName(protocol []byte) string {
	switch string(protocol) {
	case "TLS":
		return "tls"
	case "TCP":
		return "tcp"
	case "UDP":
		return "udp"
	}
	return ""
}
