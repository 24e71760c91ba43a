package xmppclient

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// purple reads a line of libpurple's that is no stanza; the module tells what it
// is about.
func (s statement) purple(dst []schemas.Event) []schemas.Event {
	msg := s.head.message
	switch string(s.head.module) {
	case "dnssrv":
		return s.service(dst, msg)
	case "dnsquery":
		return s.query(dst, msg)
	case "proxy":
		return s.proxy(dst, msg)
	case "account":
		if who, found := bytes.CutPrefix(msg, []byte("Connecting to account ")); found {
			s.head.account = accountOf(who)
			return s.stage(dst, 0, "start", ok, nil, nil)
		}
	case "connection":
		return s.broken(dst, msg)
	case "sasl":
		if bytes.HasPrefix(msg, []byte("No worthy mechs")) {
			return s.stage(dst, 0, "xmpp", fail, msg, nil)
		}
	case "jabber":
		if bytes.HasPrefix(msg, []byte("Couldn't connect directly to ")) || bytes.HasPrefix(msg, []byte("Unable to find alternative XMPP connection")) {
			return s.stage(dst, 0, "xmpp", fail, msg, nil)
		}
	case "gnutls", "nss", "sslconn":
		return s.tls(dst, msg)
	default:
		if bytes.HasPrefix(s.head.module, []byte("certificate")) {
			return s.certificate(dst, msg)
		}
	}
	return dst
}

// accountOf returns the JID of an account as libpurple names it, with a slash and
// a full stop behind it; forums put marks around addresses.
//
//	jdoe@example.com/.      [EMAIL="jdoe@example.com"]jdoe@example.com[/EMAIL]/.
func accountOf(b []byte) []byte {
	if b = bytes.TrimRight(b, ". "); bytes.HasPrefix(b, []byte("[")) {
		if _, inner, found := bytes.Cut(b, []byte("]")); found {
			b = inner
			if end := bytes.IndexByte(b, '['); end >= 0 {
				b = b[:end]
			}
		}
	}
	return bytes.TrimSuffix(b, []byte("/"))
}

// service reads the query for the SRV record of the domain, and its answer, which
// names nothing. Without a record the client asks for the domain itself, which is
// usually a domain controller. Win32 says that it "couldn't look up".
//
//	querying SRV record for example.com: _xmpp-client._tcp.example.com
//	found 2 SRV entries
//	res_query returned an error
func (s *statement) service(dst []schemas.Event, msg []byte) []schemas.Event {
	if rest, found := bytes.CutPrefix(msg, []byte("querying ")); found {
		kind, rest, _ := bytes.Cut(rest, []byte(" "))
		_, name, found := bytes.Cut(rest, []byte(": "))
		if name = bytes.TrimRight(name, ". "); !found || !xmpp.Hostname(name) {
			return dst
		}
		dst = s.lookup(dst, name, string(kind), enter, nil)
		if string(kind) != "SRV" || !bytes.HasPrefix(name, []byte("_xmpp-client.")) {
			return dst
		}
		return s.stage(dst, 0, "discovery-srv", enter, nil, name)
	}
	outcome := fail
	switch {
	case bytes.HasPrefix(msg, []byte("found ")):
		n := digits(msg[len("found "):])
		if n == 0 {
			return dst
		}
		if string(msg[len("found "):len("found ")+n]) != "0" {
			outcome = ok
		}
	case bytes.HasPrefix(msg, []byte("res_query returned an error")), bytes.HasPrefix(msg, []byte("Couldn't look up")),
		bytes.Contains(msg, []byte("ailed")), bytes.Contains(msg, []byte("rror")):
	default:
		return dst
	}
	dst = s.lookup(dst, nil, "", outcome, msg)
	return s.stage(dst, 0, "discovery-srv", outcome, msg, nil)
}

// query reads the look-up of an address.
//
//	Performing DNS lookup for imp1.example.com
//	IP resolved for imp1.example.com
//	Error resolving imp1.example.com: Name or service not known
func (s *statement) query(dst []schemas.Event, msg []byte) []schemas.Event {
	for _, form := range [...]struct{ lead, outcome string }{
		{"Performing DNS lookup for ", enter},
		{"IP resolved for ", ok},
		{"Error resolving ", fail},
	} {
		rest, found := bytes.CutPrefix(msg, []byte(form.lead))
		if !found {
			continue
		}
		name, why, _ := bytes.Cut(rest, []byte(":"))
		if name = bytes.TrimRight(name, ". "); !xmpp.Hostname(name) {
			return dst
		}
		return s.lookup(dst, name, "A", form.outcome, why)
	}
	return dst
}

// lookup appends a dns.lookup event.
func (s *statement) lookup(dst []schemas.Event, name []byte, kind, outcome string, detail []byte) []schemas.Event {
	e := s.event(schemas.KindDNSLookup, 0)
	s.attr(&e, "name", name)
	s.attr(&e, "type", []byte(kind))
	s.word(&e, "outcome", outcome)
	s.attr(&e, "detail", detail)
	s.key(&e, schemas.KeyDomain, name)
	return append(dst, e)
}

// proxy reads the TCP connection to an XMPP port; Pidgin's other protocols use
// others. A refused one is the end of one attempt: the client goes on with the next
// address.
//
//	Connecting to imp1.example.com:5222 with no proxy
//	Connected to imp1.example.com:5222.
//	Error connecting to imp1.example.com:5222 (Connection timed out).
func (s *statement) proxy(dst []schemas.Event, msg []byte) []schemas.Event {
	for _, form := range [...]struct{ lead, outcome, detail string }{
		{"Connecting to ", enter, "connecting"},
		{"Connected to ", enter, "connected"},
		{"Error connecting to ", fail, "connect: "},
	} {
		rest, found := bytes.CutPrefix(msg, []byte(form.lead))
		if !found {
			continue
		}
		host, rest, found := bytes.Cut(rest, []byte(":"))
		n := digits(rest)
		if !found || !xmppPort(rest[:n]) {
			return dst
		}
		detail := []byte(form.detail)
		if form.outcome == fail {
			detail = append(detail, bytes.Trim(rest[n:], " ().")...)
		}
		return s.stage(dst, 0, "xmpp", form.outcome, detail, host)
	}
	return dst
}

// xmppPort reports whether port is one that XMPP servers listen on: RFC 6120
// section 14.7, TLS from the start, BOSH of IM and Presence and of others.
func xmppPort(port []byte) bool {
	switch string(port) {
	case "5222", "5223", "5280", "5281", "5443", "7335", "7336":
		return true
	}
	return false
}

// broken reads why libpurple gave a connection up: its own view, after what the
// server said or did not say.
//
//	Connection error on 0x5607b9f516f0 (reason: 0 description: Ping timed out)
func (s *statement) broken(dst []schemas.Event, msg []byte) []schemas.Event {
	if !bytes.HasPrefix(msg, []byte("Connection error on ")) {
		return dst
	}
	_, why, found := bytes.Cut(msg, []byte("description: "))
	if !found {
		why = msg
	}
	return s.stage(dst, 0, "xmpp", fail, bytes.TrimSuffix(bytes.TrimRight(why, " "), []byte(")")), nil)
}
