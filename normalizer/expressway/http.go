package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// http reads an HTTP message: of the proxy for mobile and remote access
// (traffic_server), of the provisioning of its users, of an external policy
// service. The block has the message at level DEBUG, Msg its start line at
// level INFO; both lines of one message have the same Txn-id and direction.
//
//	Module="network.http.trafficserver" Level="DEBUG": Detail="Sending Request" Txn-id="3028" TrackingID="f0a1…" Dst-ip="192.0.2.5" Dst-port="6972"
//	HTTPMSG:
//	|GET /CSFAMY.cnf.xml HTTP/1.1
//	… Level="INFO": Detail="Receive Request" Txn-id="1" Src-ip="192.0.2.9" Src-port="5021" Msg="GET http://vcs_control.example.com:8443/ZXhhbXBsZS5jb20/get_edge_config HTTP/1.1"
//	Module="network.http.edgeconfigprovisioning" Level="DEBUG" Action="Received" Request-url="https://cucm1.example.com:8443/cucm-uds/user/amy/devices" HTTPMSG: |HTTP/1.1 401 Unauthorized …
//	Module="network.http" Level="DEBUG":  Message="Request" Method="POST" URL="http://192.0.2.7/call" Ref="0x55d1"
func (s *statement) http(dst []schemas.Event) []schemas.Event {
	var p pairs
	s.pairs(&p)
	var m httpMessage
	m.words(&p)
	line, at := s.header(), 0
	if i := s.block(); i >= 0 {
		start := len(s.first) - len(s.head.rest) + i + len("HTTPMSG:")
		line, at = m.block(s.first, start)
		if line == nil {
			return s.unparsed(dst, "no HTTP start line in the HTTPMSG block")
		}
	} else if msg := p.value(fMessage); len(msg) > 0 {
		m.startLine(msg)
	}
	if !m.request && !m.response {
		return dst
	}
	dst, e := s.httpEvent(dst, &m, &p, line)
	e.Line = s.lineAt(at)
	return s.contents(dst, &m)
}

// httpMessage is what a record says about an HTTP message.
type httpMessage struct {
	request, response bool
	direction         schemas.Direction
	method, url       []byte
	status, reason    []byte
	host, server      []byte
	tracking          []byte
	// head is the header fields and the body of the block, at its offset in
	// the record.
	head []byte
	at   int
}

// words reads direction and kind from the words of the line.
func (m *httpMessage) words(p *pairs) {
	d := p.value(fDetail)
	switch {
	case bytes.HasPrefix(d, []byte("Receiv")), p.is(fAction, "Received"):
		m.direction = schemas.In
	case bytes.HasPrefix(d, []byte("Sen")), p.is(fAction, "Sent"), p.is(fAction, "Send"):
		m.direction = schemas.Out
	}
	switch {
	case bytes.HasSuffix(d, []byte(" Request")):
		m.request = true
	case bytes.HasSuffix(d, []byte(" Response")):
		m.response = true
	case p.is(fMessage, "Request"): // of this box to a policy service
		m.request, m.direction = true, schemas.Out
	case p.is(fMessage, "Response"):
		m.response, m.direction = true, schemas.In
		m.status, m.reason, _ = bytes.Cut(p.value(fResponse), []byte(" "))
	}
	m.method, m.url, m.tracking = p.value(fMethod), p.value(fURL), p.value(fTracking)
}

// startLine reads a request line or a status line (RFC 9112) that b begins
// with and returns its length, 0 when b begins with none. Behind a status line
// of a web copy header fields may follow.
func (m *httpMessage) startLine(b []byte) int {
	if bytes.HasPrefix(b, []byte("HTTP/")) {
		version := bytes.IndexByte(b, ' ')
		if version < 0 || len(b) < version+4 {
			return 0
		}
		m.status = b[version+1 : version+4]
		for _, c := range m.status {
			if !isDigit(c) {
				return 0
			}
		}
		m.request, m.response = false, true
		phrase := b[version+4:]
		if colon := bytes.Index(phrase, []byte(": ")); colon >= 0 {
			phrase = phrase[:max(0, bytes.LastIndexByte(phrase[:colon], ' '))]
		}
		m.reason = bytes.TrimSpace(phrase)
		return version + 4 + len(phrase)
	}
	end := text.Index(b, " HTTP/", 1)
	method := bytes.IndexByte(b[:max(0, end)], ' ')
	if method < 3 || method+1 == end || bytes.IndexByte(b[method+1:end], ' ') >= 0 {
		return 0
	}
	m.request, m.response = true, false
	m.method, m.url = b[:method], b[method+1:end]
	return min(len(b), end+len(" HTTP/1.1"))
}

// block reads the message behind a marker, whose end is at in record. It
// returns the start line and where it begins, nil when there is none.
func (m *httpMessage) block(record []byte, at int) (line []byte, start int) {
	for at < len(record) && bytes.IndexByte([]byte(" |\r\n\t"), record[at]) >= 0 {
		at++
	}
	first, _ := cutLine(record[at:])
	n := m.startLine(first)
	if n == 0 {
		return nil, 0
	}
	m.at, m.head = at+n, record[at+n:]
	m.host, m.server = m.header("Host:"), m.header("Server:")
	if len(m.tracking) == 0 {
		m.tracking = m.header("TrackingID:")
	}
	return first[:n], at
}

// header returns the value of a header field: to the end of the line, or, where
// a web page made one line of all, one word.
func (m *httpMessage) header(name string) []byte {
	for from := 0; ; {
		at := bytes.Index(m.head[from:], []byte(name))
		if at < 0 {
			return nil
		}
		at += from
		from = at + len(name)
		if at > 0 && m.head[at-1] != ' ' && m.head[at-1] != '\n' {
			continue
		}
		value, _ := cutLine(m.head[from:])
		value = bytes.TrimSpace(value)
		if bytes.Contains(value, []byte(": ")) {
			if value = until(value, " "); bytes.HasSuffix(value, []byte(":")) {
				return nil
			}
		}
		return value
	}
}

func (s *statement) httpEvent(dst []schemas.Event, m *httpMessage, p *pairs, line []byte) ([]schemas.Event, *schemas.Event) {
	kind := schemas.KindHTTPRequest
	if m.response {
		kind = schemas.KindHTTPResponse
	}
	url := withoutQuery(m.url)
	dst, e := s.event(dst, kind, withoutQuery(line))
	e.Attrs, e.Keys = s.mem.Attrs(9), s.mem.Keys(4)
	e.Attrs = word1(e.Attrs, "direction", string(m.direction))
	number := p.value(fTxn)
	if len(number) == 0 {
		number = p.value(fRef)
	}
	e.Attrs = s.attrs(e.Attrs, "number", number)
	if m.request {
		e.Attrs = s.attrs(e.Attrs, "method", m.method)
	} else {
		e.Attrs = s.attrs(e.Attrs, "status", m.status)
		e.Attrs = s.attrs(e.Attrs, "reason", m.reason)
	}
	e.Attrs = s.attrs(e.Attrs, "url", url)
	if m.response {
		e.Attrs = s.attrs(e.Attrs, "server", m.server)
	}
	peer := s.far(p)
	if m.direction == schemas.Out && p.has(fDstIP) {
		peer = s.hostPort(p.value(fDstIP), p.value(fDstPort))
	}
	e.Attrs = word1(e.Attrs, "peer", peer)
	if m.request && m.direction == schemas.In && p.empty(fLastVia) {
		e.Attrs = word1(e.Attrs, "client", peer) // no other Expressway stands between
	}
	e.Attrs = word1(e.Attrs, "local", s.hostPort(p.value(fLocalIP), p.value(fLocalPort)))
	e.Keys = s.key1(e.Keys, schemas.KeyTrackingID, m.tracking)
	authority, path := cutURL(url)
	switch host := hostOf(authority); {
	case len(host) > 0:
		e.Keys = s.key1(e.Keys, schemas.KeyAddr, host)
	case len(m.host) > 0:
		e.Keys = s.key1(e.Keys, schemas.KeyAddr, m.host)
	default:
		e.Keys = addrKey(e.Keys, peer)
	}
	const uds = "/cucm-uds/user/"
	if at := text.Index(url, uds, len("/cucm")); at >= 0 {
		e.Keys = s.userKey(e.Keys, until(url[at+len(uds):], "/?# "))
	}
	if m.request {
		e.Keys = s.asker(e.Keys, m.url)
		if domain := s.edgeDomain(path); domain != "" {
			e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyDomain, Value: domain})
		}
		if device := configured(path); len(device) > 0 {
			e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyDevice, Value: s.mem.String(device), Scope: s.file.Cluster})
		}
	}
	return dst, e
}

// contents appends two facts of the messages that sign in a user over the
// edge: the domain of the session cookie, which a client ignores when it is not
// the server's own, and the address of the user data service, without which it
// cannot go on.
//
//	Set-Cookie: X-Auth=…; Expires=…; Domain=.example.com; Path=/; Secure
//	<userUdsServer></userUdsServer>
func (s *statement) contents(dst []schemas.Event, m *httpMessage) []schemas.Event {
	if !m.response || len(m.head) == 0 {
		return dst
	}
	if at := bytes.Index(m.head, []byte("Set-Cookie: X-Auth=")); at >= 0 {
		line, _ := cutLine(m.head[at:])
		if domain := wordAfter(line, "Domain="); len(domain) > 0 {
			dst = s.stated(dst, m, at, line, "X-Auth cookie domain", domain)
		}
	}
	if at := bytes.Index(m.head, []byte("<userUdsServer")); at >= 0 {
		line, _ := cutLine(m.head[at:])
		dst = s.stated(dst, m, at, line, "userUdsServer", udsServer(m.head[at:]))
	}
	return dst
}

// udsServer returns the address in the element that b begins with.
func udsServer(b []byte) []byte {
	end := bytes.IndexByte(b, '>')
	if end > 0 && b[end-1] != '/' {
		value := b[end+1:]
		if i := bytes.Index(value, []byte("</userUdsServer")); i >= 0 {
			value = value[:i]
		}
		value = bytes.TrimSpace(value)
		if bytes.HasPrefix(value, []byte("<")) { // <server><address>…
			value = until(value[bytes.IndexByte(value, '>')+1:], "<")
			value = bytes.TrimSpace(value)
		}
		if len(value) > 0 {
			return value
		}
	}
	return []byte("(empty)")
}

// stated appends a value that a message states at in its head.
func (s *statement) stated(dst []schemas.Event, m *httpMessage, at int, line []byte, name string, value []byte) []schemas.Event {
	dst, e := s.event(dst, schemas.KindConfigValue, line)
	e.Line = s.lineAt(m.at + at)
	e.Attrs = append(s.mem.Attrs(2), schemas.Attr{Name: "name", Value: name})
	e.Attrs = s.attrs(e.Attrs, "value", clip(value))
	return dst
}

// httpError reads that the proxy refused a request: 403 where the domain is
// not one of ours. It names no transaction.
//
//	traffic_server[15550]: Event="Sending HTTP error response" Status="403" Reason="Forbidden" Dst-ip="192.0.2.80" Dst-port="50314"
func (s *statement) httpError(dst []schemas.Event, p *pairs) []schemas.Event {
	dst, e := s.fact(dst, schemas.KindHTTPResponse, 5, 2)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "direction", Value: string(schemas.Out)})
	e.Attrs = s.attrs(e.Attrs, "number", p.value(fTxn))
	e.Attrs = s.attrs(e.Attrs, "status", p.value(fStatus))
	e.Attrs = s.attrs(e.Attrs, "reason", p.value(fReason))
	peer := s.far(p)
	e.Attrs = word1(e.Attrs, "peer", peer)
	e.Keys = addrKey(s.key1(e.Keys, schemas.KeyTrackingID, p.value(fTracking)), peer)
	return dst
}
