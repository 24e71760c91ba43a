package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// componentState returns what became of a TCP connection between components,
// "" for another line. The lines name a host and a port: 7400 is the router of
// the other Expressway.
//
//	XCP_JABBERD[23843]: … Level="INFO " CodeLocation="mio.c:1109" Detail="Connecting on fd 28 to host '10.48.36.171', port 7400"
//	… Level="ERROR" CodeLocation="mio.c:1121" Detail="Unable to connect to host '10.48.36.171', port 7400 :(111) Connection refused"
func componentState(d []byte) string {
	switch {
	case !has(d, "host '"):
	case has(d, "nable to connect"), has(d, "ailed to connect"), has(d, "efused"), has(d, "timed out"):
		return "failed"
	case has(d, "Connecting"):
		return "connecting"
	case has(d, "onnected to"), has(d, "stablished"):
		return "connected"
	}
	return ""
}

// component reads a connection to another component.
func (l *xcpLine) component(dst []schemas.Event, state string) []schemas.Event {
	_, after, _ := bytes.Cut(l.detail, []byte("host '"))
	host := until(after, "' ,")
	port := wordAfter(after, "port ")
	dst, e := l.fact(dst, schemas.KindSIPConnection, 4, 1)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "state", Value: state}, schemas.Attr{Name: "transport", Value: "tcp"})
	peer := l.hostPort(host, port)
	e.Attrs = word1(e.Attrs, "peer", peer)
	if at := bytes.IndexByte(after, '('); at >= 0 && state == "failed" {
		e.Attrs = l.attrs(e.Attrs, "reason", clip(after[at:]))
	}
	e.Keys = addrKey(e.Keys, peer)
	return dst
}

// fault reads a warning or an error. Of its words only the first were seen in a
// log: the others are taken for what they say.
func (l *xcpLine) fault(dst []schemas.Event) []schemas.Event {
	switch d := l.detail; {
	case has(d, "ailed to connect to component "):
		return l.unreachable(dst)
	case has(d, "everse DNS lookup failed"):
		return l.noName(dst)
	case has(d, "ertificate"):
		return l.badCertificate(dst)
	case has(d, "TLS"), has(d, "SSL"), has(d, "andshake"):
		return l.badHandshake(dst)
	case has(d, "esol") && resolverFailed(d):
		return l.lookup(dst)
	case holds(d, "rivacy", "llow list", "eny list", "ot allowed") && holds(d, "enied", "eny", "eject", "lock", "ot allowed"):
		return l.broken(dst)
	}
	return dst
}

// unreachable reads that a component did not answer. The line before it says
// which address that is.
//
//	CodeLocation="base_connection.cpp:104" Detail="Failed to connect to component jabberd-port-1.expresswayc-vngtp-lab"
func (l *xcpLine) unreachable(dst []schemas.Event) []schemas.Event {
	dst, e := l.fact(dst, schemas.KindSIPConnection, 2, 0)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "state", Value: "failed"})
	e.Attrs = l.attrs(e.Attrs, "reason", clip(l.detail))
	return dst
}

// noName reads that an address has no name, which the components need to check
// the certificate of the other Expressway.
//
//	CodeLocation="cvsservice.cpp:409" Detail="caught exception: exception in reverseDNSLookup: reverse DNS lookup failed for address=10.0.2.2"
func (l *xcpLine) noName(dst []schemas.Event) []schemas.Event {
	dst, e := l.fact(dst, schemas.KindDNSLookup, 4, 1)
	name := wordAfter(l.detail, "address=")
	e.Attrs = l.attrs(e.Attrs, "name", name)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "type", Value: "PTR"}, schemas.Attr{Name: "outcome", Value: "fail"})
	e.Attrs = l.attrs(e.Attrs, "detail", clip(l.detail))
	e.Keys = l.key1(e.Keys, schemas.KeyDomain, name)
	return dst
}

// authComponent reads that the proxy of XMPP clients cannot ask IM and Presence
// how they may sign in. Cisco's guide to mobile and remote access names the line.
//
//	Detail="Failed to query auth component for SASL mechanisms"
func (l *xcpLine) authComponent(dst []schemas.Event) []schemas.Event {
	dst, e := l.fact(dst, schemas.KindLoginAuth, 3, 2)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: "fail"}, schemas.Attr{Name: "service", Value: "sasl"})
	e.Attrs = l.attrs(e.Attrs, "detail", clip(l.detail))
	e.Keys = l.streamKeys(e.Keys, l.process())
	return dst
}

// badCertificate reads that the certificate of a server, or of another component,
// was refused.
//
//	CodeLocation="cvsservice.cpp:601" Detail="Certificate verification failed for host=10.0.2.2, additional info: Invalid Hostname"
func (l *xcpLine) badCertificate(dst []schemas.Event) []schemas.Event {
	dst, e := l.fact(dst, schemas.KindTLSCertificate, 3, 1)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: "fail"})
	host := wordAfter(l.detail, "for host=")
	if l.hasConnection {
		host = l.connection.peer
	}
	e.Attrs = l.attrs(e.Attrs, "host", host)
	e.Keys = l.key1(e.Keys, schemas.KeyAddr, host)
	e.Attrs = l.attrs(e.Attrs, "reason", clip(l.detail))
	return dst
}

func (l *xcpLine) badHandshake(dst []schemas.Event) []schemas.Event {
	dst, e := l.fact(dst, schemas.KindTLSHandshake, 5, 1)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: "fail"})
	if l.hasConnection {
		e.Attrs = append(e.Attrs, schemas.Attr{Name: "direction", Value: string(direction(l.connection.out))})
		e.Attrs = l.attrs(e.Attrs, "peer", l.connection.peer)
		e.Keys = l.key1(e.Keys, schemas.KeyAddr, l.connection.peer)
	}
	e.Attrs = l.attrs(e.Attrs, "detail", clip(l.detail))
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "service", Value: "xmpp"})
	return dst
}

// broken reads that a dialback ended otherwise than by an answer: its time ran
// out, or a policy denied it.
func (l *xcpLine) broken(dst []schemas.Event) []schemas.Event {
	return l.state(dst, "failed", string(clip(l.detail)))
}

// streamError reads a stream error (RFC 6120 section 4.9) of a stream between
// servers.
func (l *xcpLine) streamError(dst []schemas.Event) []schemas.Event {
	if string(l.head.tag) != "XCP_CM2" && !l.hasConnection {
		return dst
	}
	condition := xmpp.Condition(l.detail)
	if condition == nil {
		condition = []byte("stream error")
	}
	return l.state(dst, "failed", string(condition))
}

// verdictStanza reads the end of the negotiation by which a stream is secured
// and its other side proves who it is (RFC 6120 sections 5 and 6). What leads
// to it states no fact.
//
//	xcoder=94A9B60C8 received:: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>
func (l *xcpLine) verdictStanza(dst []schemas.Event) []schemas.Event {
	if !has(l.detail, "<failure") && !has(l.detail, "<success") {
		return dst
	}
	l.read()
	x, ok := xmpp.Read(l.detail)
	name := string(x.Name)
	if !ok || name != "failure" && name != "success" {
		return dst
	}
	outcome := "ok"
	if name == "failure" {
		outcome = "fail"
		if has(x.XMLNS, "xmpp-tls") {
			return l.badHandshake(dst)
		}
	}
	dst, e := l.event(dst, schemas.KindLoginAuth, l.first[:l.upTo(x.End)])
	e.Attrs, e.Keys = l.mem.Attrs(3), l.mem.Keys(2)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: outcome}, schemas.Attr{Name: "service", Value: "sasl"})
	if outcome == "fail" {
		e.Attrs = l.attrs(e.Attrs, "detail", xmpp.Condition(l.detail))
	}
	e.Keys = l.streamKeys(e.Keys, l.process())
	return dst
}

// upTo returns the index in first of the offset at in the detail: a payload
// that stands behind it stays out of the evidence.
func (l *xcpLine) upTo(at int) int {
	return min(len(l.first), cap(l.first)-cap(l.detail)+at)
}

// tunnel reads a line about the SSH tunnels between Expressway-C and -E. How
// they look was not seen: what its words call a failure is one.
func (s *statement) tunnel(dst []schemas.Event) []schemas.Event {
	line, _ := cutLine(s.head.rest)
	if levelOf(line) == "debug" || !holds(line, "efused", "timed out", "ailed", "nreachable", "o route to host", "denied", "lost") {
		return dst
	}
	var p pairs
	p.read(line)
	reason := p.value(fDetail)
	if len(reason) == 0 {
		reason = line
	}
	dst, e := s.fact(dst, schemas.KindSIPConnection, 4, 1)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "state", Value: "failed"}, schemas.Attr{Name: "transport", Value: "ssh"})
	peer := s.hostPort(p.value(fDstIP), p.value(fDstPort))
	e.Attrs = word1(e.Attrs, "peer", peer)
	e.Attrs = s.attrs(e.Attrs, "reason", clip(reason))
	e.Keys = addrKey(e.Keys, peer)
	return dst
}
