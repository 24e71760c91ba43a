package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// negotiation reads a TLS negotiation that failed, as the event log has it.
// first is the first letter of the event: inbound, outbound, or neither. Three
// lines tell of one failure, this, one of developer.ssl and one of network.tcp:
// all of them have the same local and peer.
//
//	Event="Inbound TLS Negotiation Error" Service="SIP" Src-ip="192.0.2.45" Src-port="46049" Dst-ip="172.16.2.2" Dst-port="5062" Detail="Peer's TLS certificate identity was unacceptable" Protocol="TLS" Level="1"
//	Event="Outbound TLS Negotiation Error" … Dst-port="7001" … Common-name="10.48.36.171"
func (s *statement) negotiation(dst []schemas.Event, p *pairs, first byte) []schemas.Event {
	dst, e := s.fact(dst, schemas.KindTLSHandshake, 7, 1)
	local, peer := s.sides(p)
	direction := ""
	switch first {
	case 'i':
		direction = "in"
		peer, local = s.ends(p)
	case 'o':
		direction = "out"
		local, peer = s.ends(p)
	}
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: "fail"})
	e.Attrs = word1(e.Attrs, "direction", direction)
	e.Attrs = word1(e.Attrs, "peer", peer)
	e.Attrs = word1(e.Attrs, "local", local)
	e.Attrs = s.attrs(e.Attrs, "name", p.value(fCommonName))
	detail := p.value(fDetail)
	if len(detail) == 0 {
		detail = p.value(fReason)
	}
	e.Attrs = s.attrs(e.Attrs, "detail", clip(detail))
	e.Attrs = s.attrs(e.Attrs, "service", p.value(fService))
	e.Keys = addrKey(e.Keys, peer)
	return dst
}

// ssl reads a handshake that failed, as OpenSSL words it. bServer says who we
// are.
//
//	Module="developer.ssl" Level="ERROR" … TTSSL_continueHandshake: Failed to establish SSL connection iResult="-1" error="1" bServer="true" localAddress="['IPv4''TCP''172.16.2.2:5062']" remoteAddress="['IPv4''TCP''192.0.2.73:58531']" ssl_error_reason="error:14089086:SSL routines:ssl3_get_client_certificate: certificate verify failed"
func (s *statement) ssl(dst []schemas.Event) []schemas.Event {
	b := s.head.rest
	if level := levelOf(b); level != "error" && level != "warning" {
		return dst
	}
	if !holds(b, "Failed to establish", "andshake failed", "andshake Failed", "erify failed", "erification failed") {
		return dst
	}
	var server, local, peer, reason []byte
	for i := 0; i < len(b); {
		name, value, next := nextPair(b, i)
		if name == nil {
			break
		}
		i = next
		switch string(name) {
		case "bServer":
			server = value
		case "localAddress":
			local = listedAddr(value)
		case "remoteAddress":
			peer = listedAddr(value)
		case "ssl_error_reason", "Reason":
			reason = bytes.TrimSpace(value)
		}
	}
	dst, e := s.fact(dst, schemas.KindTLSHandshake, 6, 1)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: "fail"})
	switch string(server) {
	case "true":
		e.Attrs = word1(e.Attrs, "direction", "in")
	case "false":
		e.Attrs = word1(e.Attrs, "direction", "out")
	}
	e.Attrs = s.attrs(e.Attrs, "peer", peer)
	e.Attrs = s.attrs(e.Attrs, "local", local)
	e.Attrs = s.attrs(e.Attrs, "detail", clip(reason))
	e.Keys = s.key1(e.Keys, schemas.KeyAddr, peer)
	return dst
}

// trafficText reads a line that the proxy writes without pairs. It names the
// server that it could not talk to; a failed check of a certificate that it
// lets pass (Action=Continue) is no failure.
//
//	traffic_server[2030]:[ET_NET 1]ERROR:SSL connection failed for 'cucm1.example.com':error:14094418: SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca
//	traffic_server[2030]: [ET_NET 3] WARNING: Core server certificate verification failed for (cucm1.example.com). Action=Terminate Error=self signed certificate server=cucm1.example.com(192.0.2.5) depth=0
func (s *statement) trafficText(dst []schemas.Event) []schemas.Event {
	line, _ := cutLine(s.head.rest)
	line, mended := text.Clean(line)
	s.repairs |= mended
	if _, after, ok := bytes.Cut(line, []byte("SSL connection failed for '")); ok {
		host, reason, _ := bytes.Cut(after, []byte("'"))
		dst, e := s.fact(dst, schemas.KindTLSHandshake, 5, 1)
		e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: "fail"}, schemas.Attr{Name: "direction", Value: "out"})
		e.Attrs = s.attrs(e.Attrs, "peer", host)
		e.Attrs = s.attrs(e.Attrs, "detail", clip(bytes.Trim(reason, ": ")))
		e.Attrs = append(e.Attrs, schemas.Attr{Name: "service", Value: "traffic_server"})
		e.Keys = s.key1(e.Keys, schemas.KeyAddr, host)
		return dst
	}
	if _, after, ok := bytes.Cut(line, []byte("certificate verification failed for (")); ok {
		host, rest, _ := bytes.Cut(after, []byte(")"))
		if has(rest, "Action=Continue") {
			return dst
		}
		_, reason, _ := bytes.Cut(rest, []byte("Error="))
		if i := bytes.Index(reason, []byte(" server=")); i >= 0 {
			reason = reason[:i]
		}
		return s.certificate(dst, host, reason)
	}
	if _, after, ok := bytes.Cut(line, []byte("SNI (")); ok && has(after, "not in certificate") && !has(after, "Action=Continue") {
		return s.certificate(dst, until(after, ")"), []byte("name not in certificate"))
	}
	return dst
}

// certificate appends that the certificate of host was refused.
func (s *statement) certificate(dst []schemas.Event, host, reason []byte) []schemas.Event {
	dst, e := s.fact(dst, schemas.KindTLSCertificate, 3, 1)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: "fail"})
	e.Attrs = s.attrs(e.Attrs, "host", host)
	e.Attrs = s.attrs(e.Attrs, "reason", clip(reason))
	e.Keys = s.key1(e.Keys, schemas.KeyAddr, host)
	return dst
}
