package expressway

import (
	"bytes"
	"net/netip"

	"github.com/uctrace/uctrace/schemas"
)

// tcp reads what became of a TCP connection.
//
//	Module="network.tcp" Level="ERROR":  Src-ip="172.16.2.2" Src-port="25010" Dst-ip="192.0.2.64" Dst-port="5061" Detail="TCP Connection Failed"
//	… Detail="TCP Connection Closed" Reason="Got EOF on socket"
func (s *statement) tcp(dst []schemas.Event) []schemas.Event {
	var p pairs
	s.pairs(&p)
	state := connectionState(p.value(fDetail))
	if state == "" {
		return dst
	}
	dst, e := s.fact(dst, schemas.KindSIPConnection, 5, 1)
	local, peer := s.sides(&p)
	if has(p.value(fReason), "no certificate returned") {
		// Only who was connected to asks for a certificate.
		peer, local = s.ends(&p)
	}
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "state", Value: state}, schemas.Attr{Name: "transport", Value: "tcp"})
	e.Attrs = word1(e.Attrs, "local", local)
	e.Attrs = word1(e.Attrs, "peer", peer)
	e.Attrs = s.attrs(e.Attrs, "reason", clip(p.value(fReason)))
	e.Keys = addrKey(e.Keys, peer)
	return dst
}

func connectionState(detail []byte) string {
	words, ok := bytes.CutPrefix(detail, []byte("TCP "))
	if !ok {
		return ""
	}
	words = bytes.TrimPrefix(words, []byte("Connection "))
	switch string(until(words, " .,:")) {
	case "Connecting":
		return "connecting"
	case "Established", "Accepted", "Connected":
		return "connected"
	case "Closed", "Disconnected":
		return "closed"
	case "Failed", "Failure", "Error", "Refused", "Timeout", "Timed", "Aborted", "Reset":
		return "failed"
	}
	return ""
}

// sides tells which of Src and Dst is this box. The lines do not say it: Src is
// who opened the connection. Expressway opens its own from 25000 to 29999 (the
// default range of SIP over TCP), so another source port, and a port where SIP
// listens, make an incoming one. Where both may be it is taken for outgoing:
// an Expressway-C connects to an Expressway-E that way, with the ports of both;
// but nobody connects from a public address to a private one and sees it so.
func (s *statement) sides(p *pairs) (local, peer string) {
	src, dst := s.ends(p)
	if sipPort(p.value(fDstPort)) && (!ownPort(p.value(fSrcPort)) || private(p.value(fDstIP)) && !private(p.value(fSrcIP))) {
		return dst, src
	}
	return src, dst
}

// private reports whether ip is an address of a private network.
func private(ip []byte) bool {
	addr, err := netip.ParseAddr(string(ip))
	return err == nil && addr.IsPrivate()
}

func ownPort(port []byte) bool { return len(port) == 5 && port[0] == '2' && port[1] >= '5' }

// sipPort reports whether SIP or H.323 listens on port: 5060 to 5079, 7001 to
// 7099 of traversal zones, 1720, 2776 and 2777.
func sipPort(port []byte) bool {
	if len(port) != 4 {
		return false
	}
	switch string(port[:2]) {
	case "50":
		return port[2] == '6' || port[2] == '7'
	case "70":
		return true
	}
	switch string(port) {
	case "1720", "2776", "2777":
		return true
	}
	return false
}

// dns reads a query and its answer. The answer prints no name, and after a
// query for NAPTR that there is none is the usual case: a line that says so, or
// that tells of no record without the type, gets no outcome.
//
//	Detail="Sending DNS query" Name="_sips._tcp.call.example.com" Type="SRV (IPv4 and IPv6)"
//	Detail="Resolved hostname to:  ['IPv4''TCP''192.0.2.64:5061'] (A/AAAA) Hostname:'sip1.example.com ' Port:'5061' …"
//	Detail="Could not resolve hostname" Name="call.example.com" Type="NAPTR (IPv4 and IPv6)"
func (s *statement) dns(dst []schemas.Event) []schemas.Event {
	var p pairs
	s.pairs(&p)
	d := p.value(fDetail)
	outcome := ""
	switch {
	case bytes.HasPrefix(d, []byte("Sending DNS query")):
		outcome = "enter"
	case has(d, "records retrieved: 0"):
		outcome = "none"
	case bytes.HasPrefix(d, []byte("Resolved hostname to")):
		outcome = "ok"
	case holds(d, "ould not resolve", "nable to resolve", "ailed to resolve", "esolution failed", "query failed", "query timed out"):
		outcome = "fail"
	default:
		return dst
	}
	kind := until(p.value(fType), " (,")
	name := p.value(fName)
	if len(name) == 0 && outcome == "fail" {
		name = lastWord(d)
	}
	dst, e := s.fact(dst, schemas.KindDNSLookup, 5, 1)
	e.Attrs = s.attrs(e.Attrs, "name", name)
	e.Attrs = s.attrs(e.Attrs, "type", kind)
	if outcome != "none" && (outcome != "fail" || string(kind) != "NAPTR") {
		e.Attrs = word1(e.Attrs, "outcome", outcome)
	}
	switch outcome {
	case "ok":
		e.Attrs = s.attrs(e.Attrs, "answer", addresses(d))
	case "fail", "none":
		e.Attrs = s.attrs(e.Attrs, "detail", clip(d))
	}
	if len(name) > 0 {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyDomain, Value: fold(s.mem.String(name))})
	}
	return dst
}

// addresses returns the addresses in b, one blank between them.
//
//	['IPv4''TCP''192.0.2.64:5061']  →  192.0.2.64:5061
func addresses(b []byte) []byte {
	var out []byte
	for {
		at := bytes.Index(b, []byte("['IP"))
		if at < 0 {
			return out
		}
		b = b[at+2:]
		end := bytes.IndexByte(b, ']')
		if end < 0 {
			return out
		}
		if addr := listedAddr(b[:end]); len(addr) > 0 {
			if out != nil {
				out = append(out, ' ')
			}
			out = append(out, addr...)
		}
		b = b[end:]
	}
}

// listedAddr returns the last quoted word of an address that Expressway prints
// as a list.
func listedAddr(b []byte) []byte {
	b = bytes.TrimRight(b, " ]'\"")
	return b[bytes.LastIndexByte(b, '\'')+1:]
}

// lastWord returns the host name that b ends with, nil when it ends with none.
func lastWord(b []byte) []byte {
	b = bytes.TrimRight(b, " .'\"")
	b = b[bytes.LastIndexAny(b, " :'\"")+1:]
	if bytes.IndexByte(b, '.') < 0 {
		return nil
	}
	return b
}
