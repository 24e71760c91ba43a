package log4j

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// axl reads a request to the AXL web service, or its answer, on the side that
// asks or the one that serves. The sequence that both carry ties them together.
//
//	servletRouters.AXLFilter - AXL REQUEST :⏎<SOAP-ENV:Envelope …><ns:executeSQLQuery sequence="1563080407841"><sql>…
//	axl.AXLClientLogger - AXLClientBase - sendSOAPRequest received : <?xml …><ns:executeSQLQueryResponse sequence="…
func (s *statement) axl(dst []schemas.Event) []schemas.Event {
	body, _ := text.Clean(s.record.Text)
	name, sequence, at := bodyElement(body)
	if len(name) == 0 {
		return dst
	}
	if len(body) != len(s.record.Text) {
		at = bytes.Index(s.record.Text, name)
	}
	line, number := s.lineAt(max(0, at))
	function, answer := bytes.CutSuffix(name, []byte("Response"))
	kind := schemas.KindAXLRequest
	if answer || string(name) == "Fault" {
		kind = schemas.KindAXLResponse
	}
	e := s.event(kind, line, number)
	a := s.mem.Attrs(3)
	if string(name) == "Fault" {
		fault := body
		a = s.add(a, "status", after(fault, "<faultcode>", "<"))
		a = s.add(a, "reason", after(fault, "<faultstring>", "<"))
	} else {
		a = s.add(a, "function", function)
	}
	e.Attrs = a
	k := s.mem.Keys(2)
	if len(sequence) > 0 {
		k = s.key(k, schemas.KeySequence, sequence, s.mem.Fingerprint(s.file.Fingerprint))
	}
	if peer := after(s.head.thread, "Peer: ", ")]"); bytes.IndexByte(peer, ' ') < 0 {
		k = s.key(k, schemas.KeyAddr, peer, "")
	}
	e.Keys = k
	return append(dst, e)
}

// bodyElement returns the name of the first element in the body of the SOAP
// message in b, without its prefix, its sequence attribute, and where it
// stands.
func bodyElement(b []byte) (name, sequence []byte, at int) {
	body := bytes.Index(b, []byte(":Body"))
	if body < 0 {
		return nil, nil, 0
	}
	open := bytes.IndexByte(b[body:], '<')
	if open < 0 {
		return nil, nil, 0
	}
	at = body + open
	end := bytes.IndexByte(b[at:], '>')
	if end < 0 {
		return nil, nil, 0
	}
	element := b[at+1 : at+end]
	name = element
	if i := bytes.IndexAny(name, " \r\n/"); i >= 0 {
		name = name[:i]
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return name, after(element, `sequence="`, `"`), at
}

// lineAt returns the line of the record around index at, and its number.
func (s *statement) lineAt(at int) (line []byte, number int) {
	b := s.record.Text
	from := bytes.LastIndexByte(b[:at], '\n') + 1
	line, _ = text.Line(b[from:])
	return line, s.record.Line + bytes.Count(b[:from], []byte{'\n'})
}

// push reads the requests for access tokens of the push notification service,
// and their answers.
//
//	XCPConfigMgr - FetchAndStoreAccessToken: Calling createAccessToken() with granttype:refresh_token, refreshToken:…
//	CloudOnboarding - TRACKING ID:::::::FOS_e8e8ee93-818f-4fe5-8a23-6b08a879b91b
//	XCPConfigMgr - 400 Bad Request: invalid_request, unsupported_grant_type, …
//	XCPConfigMgr - fetchAndStoreAccessToken() Response received : 400
func (s *statement) push(dst []schemas.Event) []schemas.Event {
	m := s.head.message
	status := response(m)
	if status == 0 {
		e := s.event(schemas.KindHTTPRequest, s.line, s.record.Line)
		a := append(s.mem.Attrs(2), schemas.Attr{Name: "direction", Value: string(schemas.Out)})
		if url := after(m, "accessTokenURL", ""); bytes.HasPrefix(bytes.TrimLeft(url, " :="), []byte("http")) {
			a = s.add(a, "url", withoutQuery(bytes.TrimLeft(url, " :=")))
		}
		e.Attrs = a
		e.Keys = s.key(s.mem.Keys(1), schemas.KeyTrackingID, trackingID(m), "")
		return append(dst, e)
	}
	e := s.event(schemas.KindHTTPResponse, s.line, s.record.Line)
	a := append(s.mem.Attrs(3), schemas.Attr{Name: "direction", Value: string(schemas.In)})
	a = s.add(a, "status", m[status-3:status])
	e.Attrs = s.add(a, "reason", m[status:])
	return append(dst, e)
}

// response returns the index behind the status that m begins with, or that
// follows "Response received :"; 0 when m is no answer.
func response(m []byte) int {
	from := 0
	if i := bytes.Index(m, []byte("esponse received")); i >= 0 {
		from = i + len("esponse received")
		for from < len(m) && (m[from] == ' ' || m[from] == ':') {
			from++
		}
	}
	if from+3 > len(m) || m[from] < '1' || m[from] > '5' || m[from+1]-'0' > 9 || m[from+2]-'0' > 9 ||
		from+3 < len(m) && m[from+3] != ' ' && m[from+3] != '\r' {
		return 0
	}
	return from + 3
}

// trackingID returns the id behind TRACKING ID and its colons.
func trackingID(m []byte) []byte {
	_, after, ok := bytes.Cut(m, []byte("TRACKING ID"))
	if !ok {
		return nil
	}
	id, _ := cut(bytes.TrimLeft(after, ": "))
	return id
}
