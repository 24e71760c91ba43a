package log4j

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// ruleFunc appends the events of a statement.
type ruleFunc func(s *statement, dst []schemas.Event) []schemas.Event

// ruleOf returns what reads the records of h's class, nil when nothing does,
// or when neither the message nor the rest behind its line states a fact.
func ruleOf(h *head, rest []byte) ruleFunc {
	m := h.message
	switch string(h.class()) {
	case "AuthenticationImpl":
		if bytes.Contains(m, []byte("complete with result")) {
			return (*statement).verdict
		}
	case "EMAppServlet":
		if len(m) > 2 && (m[0] == 'E' || m[0] == 'U' || m[0] == 'S' || refused(m)) {
			return (*statement).emApp
		}
	case "EMServiceServlet":
		if bytes.Contains(m, []byte("Login Successful")) || refused(m) || failure(m) || failure(rest) {
			return (*statement).emService
		}
	case "SAMLAuthenticator":
		if bytes.HasPrefix(m, []byte("Error while")) || bytes.HasPrefix(m, []byte("Time Valid?:false")) ||
			bytes.HasPrefix(m, []byte("Invalid Status")) {
			return (*statement).saml
		}
	case "AXLFilter", "AXLClientLogger", "AXLClientBase", "AXLClient":
		return (*statement).axl
	case "XCPConfigMgr", "CloudOnboarding", "CCMPNServer", "PushNotificationManager":
		if response(m) > 0 || bytes.Contains(m, []byte("createAccessToken()")) || bytes.Contains(m, []byte("TRACKING ID")) {
			return (*statement).push
		}
	}
	return nil
}

// refused reports whether m says that somebody was not let in.
func refused(m []byte) bool {
	for _, w := range [...]string{"uthentication failed", "ogin failed", "ogin Failed", "uthentication Failed", "ogin unsuccessful"} {
		if bytes.Contains(m, []byte(w)) {
			return true
		}
	}
	return false
}

// verdict reads the end of an authentication against the database or LDAP. The
// user stands in records before it, see Attach.
//
//	loginUtil: Authentication complete with result=0
func (s *statement) verdict(dst []schemas.Event) []schemas.Event {
	code := bytes.TrimSpace(after(s.head.message, "with result", ",;"))
	code = bytes.TrimSpace(bytes.TrimPrefix(code, []byte("=")))
	code, _ = cut(code)
	if len(code) == 0 || code[0]-'0' > 9 && code[0] != '-' {
		return dst
	}
	outcome := "fail"
	if string(code) == "0" {
		outcome = "ok"
	}
	e := s.event(schemas.KindLoginAuth, s.line, s.record.Line)
	a := append(s.mem.Attrs(6), schemas.Attr{Name: "outcome", Value: outcome})
	e.Attrs = s.add(a, "code", code)
	return append(dst, e)
}

// login is a login by Extension Mobility or single sign-on.
type login struct {
	outcome, service                   string
	user, device, client, code, detail []byte
}

func (s *statement) login(l *login) schemas.Event {
	e := s.event(schemas.KindLoginAuth, s.line, s.record.Line)
	a := append(s.mem.Attrs(7), schemas.Attr{Name: "outcome", Value: l.outcome}, schemas.Attr{Name: "service", Value: l.service})
	a = s.add(a, "user", l.user)
	a = s.add(a, "client", l.client)
	a = s.add(a, "device", l.device)
	a = s.add(a, "code", l.code)
	e.Attrs = s.add(a, "detail", l.detail)
	k := s.key(s.mem.Keys(3), schemas.KeyUser, l.user, s.file.Cluster)
	k = s.key(k, schemas.KeyAddr, l.client, "")
	e.Keys = s.key(k, schemas.KeyDevice, l.device, s.file.Cluster)
	return e
}

// emApp reads the application that phones ask for Extension Mobility.
//
//	EMApp Request parameters: Logout=null Device Name=SEP001122334455 User Id=alice … Remote Host IP Address = 10.1.0.9 Via …
//	User authentication complete for user alice
//	Successfully performed Login for user alice at SEP001122334455
func (s *statement) emApp(dst []schemas.Event) []schemas.Event {
	m := s.head.message
	l := login{service: "em"}
	switch {
	case bytes.HasPrefix(m, []byte("EMApp Request parameters:")):
		l.outcome = "enter"
		l.user = after(m, "User Id=", "")
		l.device = after(m, "Device Name=", "")
		l.client = after(bytes.Replace(m, []byte("Address = "), []byte("Address="), 1), "Remote Host IP Address=", "")
		if logout := after(m, "Logout=", ""); len(l.user) == 0 || string(l.user) == "null" || string(logout) == "true" {
			return dst
		}
	case bytes.HasPrefix(m, []byte("User authentication complete for user ")):
		l.outcome, l.user = "ok", after(m, "for user ", "")
	case bytes.HasPrefix(m, []byte("Successfully performed Login for user ")):
		l.outcome, l.user, l.device, l.detail = "ok", after(m, "for user ", ""), after(m, " at ", ""), m
	case refused(m):
		l.outcome, l.user, l.detail = "fail", firstOf(after(m, "for user ", ""), after(m, "user ", "")), m
	default:
		return dst
	}
	return append(dst, s.login(&l))
}

// emService reads the service that does the login.
//
//	7: LoginService.executeLogin: Dev: SEP001122334455- Login Successful
//	7:Request failed returning<?xml version="1.0"?> <response><failure><error code="6">…</error></failure></response>
func (s *statement) emService(dst []schemas.Event) []schemas.Event {
	m := s.head.message
	l := login{service: "em", outcome: "fail", detail: m, device: bytes.TrimRight(after(m, "Dev: ", ""), "-")}
	if !failure(s.record.Text) {
		if !refused(m) {
			l.outcome = "ok"
		}
		return append(dst, s.login(&l))
	}
	fault := s.record.Text
	fault = fault[bytes.Index(fault, []byte("<failure>")):]
	l.code = after(fault, `code="`, `"`)
	if l.code == nil {
		l.code = after(fault, "code='", "'")
	}
	if at := bytes.Index(fault, []byte("<error")); at >= 0 {
		l.detail = after(fault[at:], ">", "<")
	}
	return append(dst, s.login(&l))
}

// failure reports whether b holds the answer to a request that was refused.
func failure(b []byte) bool { return bytes.Contains(b, []byte("<failure>")) }

func firstOf(values ...[]byte) []byte {
	for _, v := range values {
		if len(v) > 0 {
			return v
		}
	}
	return nil
}

// saml reads the verdict on an assertion of an identity provider.
//
//	Error while processing saml response The signing certificate does not match what's defined in the entity metadata.
//	Time Valid?:false
func (s *statement) saml(dst []schemas.Event) []schemas.Event {
	detail := bytes.TrimPrefix(s.head.message, []byte("Error while processing saml response "))
	return append(dst, s.login(&login{outcome: "fail", service: "sso", detail: detail}))
}
