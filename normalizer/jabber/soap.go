package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// readLoginFailed reads why the SOAP sign-in failed.
//
//	CLoginCup::OnLoginFailed errtype: 37345, errcode: 30, …, errstring: SOAP 1.2 fault: …
//	OnLoginFailed err-code: -1, err-string: The client does not meet the minimal version requirement. request-token:0
func readLoginFailed(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	why := bytes.TrimLeft(s.message[len("OnLoginFailed"):], " ,:-")
	if len(why) == 0 {
		why = s.message
	}
	if has(why, "certificate verify failed") {
		dst = s.event(dst, schemas.KindTLSCertificate, "outcome", fail, "reason", "certificate verify failed")
		s.set(dst, fields{{"detail", after(why, "errstring:")}})
	}
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: why})
}

// readLERR reads an error code of the sign-in window. Its middle names the
// stage.
//
//	OnLoginError: LERR_CUP_CERT <11>:
//	OnLoginError: LERR_JABBER_AUTH <17>: Authentication error with server, for example, resource bind, TLS, create session or SASL error
func readLERR(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	code := until(s.message, " <:,.")
	f := fact{stage: r.stage, outcome: r.outcome, detail: s.message}
	if bytes.HasPrefix(code, []byte("LERR_JABBER")) {
		f.stage = "xmpp"
	}
	return s.stage(dst, &f)
}

// readLogin reads the user and the version of a SOAP sign-in.
//
//	[LoginMgr.dll]: LoginMgrImpl::Login, type:1, serv:, user:user2, resource:jabber_6742, jw-ver:0.9.2.4420, app-ver:9.2.6.12639
func readLogin(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.message, "user:") {
		return dst // another method of the class
	}
	dst = s.version(dst, []byte("Jabber"), field(s.message, "app-ver:"))
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, user: field(s.message, "user:"), detail: resource(s.message)})
}

// resource returns "resource jabber_6742", the client's XMPP resource.
func resource(msg []byte) []byte {
	if name := field(msg, "resource:"); len(name) > 0 {
		return append([]byte("resource "), name...)
	}
	return nil
}

// readSOAPServer reads which IM and Presence node is asked.
//
//	[LoginMgr.dll]: ha, soap-servers:pubcup.voiceinitiate.com
//	@CupSoapCli: login cup async, server:imppub.domain.com, user:****, ver:14.2.0.58008
func readSOAPServer(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	host := field(s.message, "servers:")
	if host == nil {
		host = field(s.message, "server:")
	}
	dst = s.version(dst, []byte("Jabber"), field(s.message, " ver:"))
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, host: host, user: field(s.message, "user:")})
}

// version appends a log.head event: which client, of which version, writes.
func (s *statement) version(dst []schemas.Event, product, version []byte) []schemas.Event {
	if len(version) == 0 || version[0] < '0' || version[0] > '9' {
		return dst
	}
	dst = s.event(dst, schemas.KindLogHead)
	s.set(dst, fields{{"product", product}, {"version", version}})
	return dst
}

// readEndpoint reads the URL of the SOAP service.
//
//	@CupSoapCli: soap,endpoint:https://imppub.domain.com:8443/EPASSoap/service/v80
func readEndpoint(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	url := unwrap(after(s.message, r.needle))
	if !has(url, "EPASSoap") {
		return dst
	}
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, host: urlHost(url), detail: printed(url)})
}

// readSignOn reads the command to sign in.
//
//	Signing into Presence Server. Account: user2, server: , login mode: ON_PREM, result: 0
func readSignOn(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	var detail []byte
	if mode := field(s.message, "login mode:"); len(mode) > 0 {
		detail = append([]byte("login mode "), mode...)
	}
	user, _, _ := bytes.Cut(after(s.message, "Account:"), []byte(","))
	host, _, _ := bytes.Cut(after(s.message, "server:"), []byte(","))
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, user: user, host: bytes.TrimSpace(host), detail: detail})
}

// readToken reads that the one-time token for XMPP was made; the token is a
// secret.
//
//	login, cup, calc 1-time token(userid:user2@voiceinitiate.com, token:***)
func readToken(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, jid: field(s.message, "userid:")})
}
