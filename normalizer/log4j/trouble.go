package log4j

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// trouble reads what any class logs when something goes wrong: the exception
// at the root of a stack trace, and messages of level FATAL.
//
//	Caused by: java.security.cert.CertificateException: Issuer for signed certificate [CN=cucm-1.example.com,…] not found : CN=Root…
func (s *statement) trouble(dst []schemas.Event) []schemas.Event {
	at := rootCause(s.record.Text)
	if at >= 0 {
		line, number := s.lineAt(at)
		c := readCause(s.record.Text[at:])
		if e, ok := s.exception(&c, line, number); ok {
			return append(dst, e)
		}
	}
	if string(s.head.level) != "FATAL" {
		return dst
	}
	e := s.event(schemas.KindAlarmRaised, s.line, s.record.Line)
	e.Attrs = s.alarm(s.head.class(), "fatal", s.head.message)
	return append(dst, e)
}

// alarm returns the attributes of a fault that has no kind of its own.
func (s *statement) alarm(name []byte, severity string, words []byte) []schemas.Attr {
	a := s.add(s.mem.Attrs(4), "name", name)
	a = append(a, schemas.Attr{Name: "severity", Value: severity})
	a = s.add(a, "app", s.head.logger)
	return s.add(a, "text", words)
}

// rootCause returns the index of the exception at the root of the stack trace
// in b, or of the one that a message names; -1 for none.
func rootCause(b []byte) int {
	if at := bytes.LastIndex(b, []byte("Caused by: ")); at >= 0 {
		return at + len("Caused by: ")
	}
	for from := 0; ; {
		at := bytes.Index(b[from:], []byte("Exception"))
		if at < 0 {
			return -1
		}
		at += from
		start := at
		for start > 0 && at-start < maxClass && loggerByte(b[start-1]) {
			start--
		}
		for _, p := range [...]string{"Exception.", "Exception:"} {
			// "verifyHostName:Exception.javax.net.ssl.…" names it behind.
			if bytes.HasPrefix(b[start:], []byte(p)) {
				start += len(p)
			}
		}
		if packaged(b[start:]) {
			return start
		}
		from = at + len("Exception")
	}
}

// maxClass bounds the name of an exception's class, in bytes.
const maxClass = 200

// packaged reports whether b begins with the full name of a class.
func packaged(b []byte) bool {
	for _, p := range [...]string{"java.", "javax.", "com.", "org.", "sun."} {
		if bytes.HasPrefix(b, []byte(p)) {
			return true
		}
	}
	return false
}

// cause is an exception: its class and what it says.
type cause struct{ class, words []byte }

func readCause(b []byte) (c cause) {
	end := 0
	for end < len(b) && loggerByte(b[end]) {
		end++
	}
	c.class = b[:end]
	c.class = c.class[bytes.LastIndexByte(c.class, '.')+1:]
	c.words, _, _ = bytes.Cut(b[end:], []byte{'\n'})
	// A page may have joined the lines of the trace.
	if i := bytes.Index(c.words, []byte(" at com.")); i >= 0 {
		c.words = c.words[:i]
	}
	if i := bytes.Index(c.words, []byte(" at java")); i >= 0 {
		c.words = c.words[:i]
	}
	c.words = bytes.TrimSpace(bytes.TrimLeft(c.words, ":. "))
	return c
}

// exception returns the event that c is, when it is one of those that tell why
// a service does not work. Others are of interest to programmers only.
func (s *statement) exception(c *cause, line []byte, number int) (e schemas.Event, ok bool) {
	switch class := string(c.class); {
	case bytes.Contains(c.words, []byte("Issuer for signed certificate")),
		bytes.Contains(c.words, []byte("Incorrect issuer")), bytes.Contains(c.words, []byte("Certificate not verified")),
		bytes.Contains(c.words, []byte("certification path")), bytes.Contains(c.words, []byte("PKIX path")),
		class == "SSLPeerUnverifiedException", bytes.HasPrefix(c.class, []byte("Cert")):
		return s.certificate(c, line, number), true
	case class == "SSLHandshakeException", class == "SSLException", class == "SSLProtocolException":
		e = s.event(schemas.KindTLSHandshake, line, number)
		a := append(s.mem.Attrs(2), schemas.Attr{Name: "outcome", Value: "fail"})
		e.Attrs = s.add(a, "detail", firstOf(c.words, c.class))
		return e, true
	case class == "UnknownHostException":
		e = s.event(schemas.KindDNSLookup, line, number)
		name, _ := cut(bytes.TrimRight(c.words, ":"))
		name = bytes.TrimRight(name, ":")
		a := s.add(s.mem.Attrs(3), "name", name)
		a = append(a, schemas.Attr{Name: "outcome", Value: "fail"})
		e.Attrs = s.add(a, "detail", c.class)
		e.Keys = s.key(s.mem.Keys(1), schemas.KeyDomain, bytes.ToLower(name), "")
		return e, len(name) > 0
	case class == "AuthenticationException" && bytes.Contains(c.words, []byte("LDAP")):
		l := login{outcome: "fail", service: "ldap", detail: c.words}
		if code := after(c.words, "error code ", " ]-"); len(code) > 0 {
			l.code = code
		}
		e = s.login(&l)
		return e, true
	case class == "ConnectException", class == "NoRouteToHostException", class == "SocketTimeoutException",
		class == "ConnectTimeoutException", class == "CommunicationException", class == "ServiceUnavailableException":
		if !s.head.grave() {
			return e, false
		}
		e = s.event(schemas.KindAlarmRaised, line, number)
		e.Attrs = s.alarm(c.class, string(bytes.ToLower(s.head.level)), firstOf(c.words, s.head.message))
		return e, true
	}
	return e, false
}

// certificate returns the event of a certificate that was refused.
func (s *statement) certificate(c *cause, line []byte, number int) schemas.Event {
	e := s.event(schemas.KindTLSCertificate, line, number)
	host := after(c.words, "hostname of the server '", "'")
	a := append(s.mem.Attrs(6), schemas.Attr{Name: "outcome", Value: "fail"})
	a = s.add(a, "host", host)
	a = s.add(a, "subject", after(c.words, "signed certificate [", "]"))
	a = s.add(a, "issuer", after(c.words, "not found : ", "\r\n"))
	reason := c.words
	if bytes.Contains(reason, []byte("Issuer for signed certificate")) {
		reason = []byte("issuer for signed certificate not found")
	}
	a = s.add(a, "reason", firstOf(reason, c.class))
	e.Attrs = s.add(a, "detail", c.class)
	e.Keys = s.key(s.mem.Keys(1), schemas.KeyAddr, bytes.ToLower(host), "")
	return e
}
