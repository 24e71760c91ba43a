package imp

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sasl"
	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// connecting reads the beginning of a connection to another component or server,
// and its failure.
//
//	Connecting on fd 28 to host '10.48.36.171', port 7400
//	Unable to connect to host '10.48.36.171', port 7400 :(111) Connection refused
//	Failed to connect to component jabberd-port-1.expresswayc-vngtp-lab
func (s statement) connecting(dst []schemas.Event) []schemas.Event {
	state := "failed"
	if has(s.message, "Connecting on fd ") {
		state = "connecting"
	}
	peer := s.peer()
	e := s.event(schemas.KindSIPConnection)
	s.word(&e, "state", state)
	s.word(&e, "transport", "tcp")
	s.attr(&e, "peer", peer)
	if state == "failed" {
		s.attr(&e, "reason", s.reason())
	}
	s.key(&e, schemas.KeyAddr, peer, "")
	s.streamKeys(&e)
	return append(dst, e)
}

// peer returns host:port of "host 'H', port P", or what follows "connect to "
// when it looks like that.
func (s *statement) peer() []byte {
	if host := after(s.message, "host '"); host != nil {
		host = until(host, "'")
		port := after(s.message, "port ")
		if port = port[:digits(port)]; len(port) > 0 && xmpp.Hostname(host) {
			return append(append(bytes.Clone(host), ':'), port...)
		}
		return host
	}
	if to := until(after(s.message, "onnect to "), " ,;'()"); bytes.IndexByte(to, ':') > 0 && xmpp.Hostname(to) {
		return bytes.TrimRight(to, ":.")
	}
	return nil
}

// reason returns what the system said, or the whole text.
func (s *statement) reason() []byte {
	if at := bytes.Index(s.message, []byte(":(")); at >= 0 {
		if _, words, ok := bytes.Cut(s.message[at:], []byte(")")); ok && len(bytes.TrimSpace(words)) > 0 {
			return words
		}
	}
	return s.message
}

// reverse reads that an address has no name.
//
//	caught exception: exception in reverseDNSLookup: reverse DNS lookup failed for address=10.0.0.5
func (s statement) reverse(dst []schemas.Event) []schemas.Event {
	if !failing(s.message) {
		return dst
	}
	e := s.event(schemas.KindDNSLookup)
	name := until(after(s.message, "address="), " ,;'\")")
	s.attr(&e, "name", name)
	s.word(&e, "type", "PTR")
	s.word(&e, "outcome", "fail")
	s.attr(&e, "detail", s.message)
	s.key(&e, schemas.KeyDomain, name, "")
	return append(dst, e)
}

// query reads what the SIP Proxy asked DNS. Its failure was seen in no log.
//
//	"A" Query for 10.53.56.18 successful, Got 1 IP addresses
func (s statement) query(dst []schemas.Event) []schemas.Event {
	rest := after(s.message, "Query for ")
	name := until(rest, " ,")
	outcome := ""
	switch {
	case has(rest, " successful"):
		outcome = "ok"
	case failing(rest):
		outcome = "fail"
	}
	if outcome == "" || !xmpp.Hostname(name) {
		return dst
	}
	e := s.event(schemas.KindDNSLookup)
	s.attr(&e, "name", name)
	before, _, _ := bytes.Cut(s.message, []byte("Query for "))
	s.attr(&e, "type", bytes.Trim(before, "\"' "))
	s.word(&e, "outcome", outcome)
	s.attr(&e, "detail", bytes.TrimLeft(rest[len(name):], " "))
	e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyDomain, Value: fold(name)})
	return append(dst, e)
}

// certificate reads that the certificate of another component was refused.
//
//	Certificate verification failed for host=10.0.0.5, additional info: Invalid Hostname
func (s statement) certificate(dst []schemas.Event) []schemas.Event {
	e := s.event(schemas.KindTLSCertificate)
	host := until(after(s.message, "host="), " ,;'\")")
	s.word(&e, "outcome", "fail")
	s.attr(&e, "host", host)
	s.attr(&e, "reason", after(s.message, "additional info:"))
	s.key(&e, schemas.KeyAddr, host, "")
	s.streamKeys(&e)
	return append(dst, e)
}

// handshake reads how a TLS handshake ended; the words were seen in no log of
// these components.
func (s statement) handshake(dst []schemas.Event) []schemas.Event {
	outcome := "ok"
	switch {
	case failing(s.message):
		outcome = "fail"
	case !has(s.message, "TLS") && !has(s.message, "SSL"), !has(s.message, "omplete") && !has(s.message, "ucce"):
		return dst
	}
	e := s.event(schemas.KindTLSHandshake)
	peer := s.peer()
	if with := until(after(s.message, " with "), " ,;'()"); peer == nil && bytes.IndexAny(with, ".:") > 0 && xmpp.Hostname(with) {
		peer = bytes.TrimRight(with, ".:")
	}
	s.word(&e, "outcome", outcome)
	s.attr(&e, "peer", peer)
	if outcome == "fail" {
		s.attr(&e, "detail", s.message)
	}
	s.key(&e, schemas.KeyAddr, peer, "")
	s.streamKeys(&e)
	return append(dst, e)
}

// failing reports whether a text speaks of failing.
func failing(b []byte) bool {
	for _, word := range [...]string{"ailed", "ailure", "imed out", "xpired", "not found", "refused", "enied", "invalid", "NXDOMAIN", "SERVFAIL", "nsuccessful"} {
		if has(b, word) {
			return true
		}
	}
	return false
}

// mechanisms returns "mechanisms: " and the names that the elements in b give;
// nil when they give none.
func mechanisms(b []byte) []byte {
	const lead = "mechanisms: "
	list := sasl.AppendMechanisms([]byte(lead), b)
	if len(list) == len(lead) {
		return nil
	}
	return list
}
