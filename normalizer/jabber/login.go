package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// readInitialized reads the end of the stack's initialisation; other
// components print the word too.
//
//	[IMPStackCap::StackManager::initialise] – …Initialized
func readInitialized(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.line, "StackManager::initialise") {
		return dst
	}
	return readPlain(s, dst, r)
}

// readDomainList reads the beginning of a search for IM and Presence.
//
//	No CUP server specified, will attempt DNS SRV with domainlist: voiceinitiate.com
func readDomainList(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, detail: s.message, host: field(s.message, "domainlist:")})
}

// readCached reads that the search was answered by the server of last time.
//
//	[LoginMgr.dll]: dns, login, with cached cup server:pubcup.voiceinitiate.com
func readCached(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, detail: []byte("cached server"), host: field(s.message, "server:")})
}

// readDNS reads the answer to an SRV query. One name that does not exist is
// no failure: inside, _collab-edge and _cuplogin are missing, outside,
// _cisco-uds is. The discovery result says whether there was one too few.
//
//	*-----* DNS query PII_CED_Exception{_cisco-uds._tcp.domain.com.} has failed: DNS name does not exist.
func readDNS(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	name := until(unwrap(after(s.message, r.needle)), " ")
	name = bytes.TrimSuffix(name, []byte("."))
	switch {
	case has(s.message, "has succeeded"):
		return s.stage(dst, fact{stage: r.stage, outcome: ok, host: name})
	case has(s.message, "has failed"):
		why := append([]byte("query failed: "), after(s.message, "has failed:")...)
		return s.stage(dst, fact{stage: r.stage, outcome: enter, host: name, detail: why})
	}
	return dst
}

// readDiscovery reads the result of service discovery. The codes that say
// that credentials are not set yet are steps on the way.
//
//	ServiceDiscoveryHandlerResult return code FAILED_NO_SRV_RECORDS_FOUND
func readDiscovery(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	code := until(after(s.message, r.needle), " .,")
	switch {
	case string(code) == "SUCCESS":
		return s.stage(dst, fact{stage: r.stage, outcome: ok})
	case bytes.HasSuffix(code, []byte("CREDENTIALS_NOT_SET")), string(code) == "FAILED_MALFORMED_EMAIL_ADDRESS":
		return dst
	case bytes.HasPrefix(code, []byte("FAILED_")):
		return s.stage(dst, fact{stage: r.stage, outcome: fail, detail: code})
	}
	return dst
}

// readUDSQuery reads the refusal of the home cluster's UDS: 403 is a missing
// role.
//
//	Home Uds query failed responseCode =[403]
func readUDSQuery(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, detail: s.message, status: digits(after(s.message, "=["))})
}

// readAuthenticate reads the end of authentication.
//
//	doAuthenticate() succeeded with user='…'
func readAuthenticate(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.message, "succeeded") {
		return dst
	}
	return s.stage(dst, fact{stage: r.stage, outcome: ok, user: until(after(s.message, "user='"), "'")})
}

// readVerdict reads the result of a certificate check.
//
//	finalResult: SUCCESS
//	*-----* Certificate Verification Result: FAILURE
//	Verification result : FAILURE reason : [CN_NO_MATCH UNKNOWN]
func readVerdict(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	switch verdict := until(after(s.message, ":"), " .,"); string(verdict) {
	case "SUCCESS":
		return s.stage(dst, fact{stage: r.stage, outcome: ok})
	case "FAILURE":
		return s.stage(dst, fact{stage: r.stage, outcome: fail, detail: s.message})
	}
	return dst
}

// readIfFailed reads a line whose end tells.
//
//	Verification of identity: 'URL address'  failed.
func readIfFailed(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.message, "failed") {
		return dst
	}
	return readText(s, dst, r)
}

// readNavigation reads how the sign-on page ended.
//
//	OnNavigationCompleted( UnknownError )
func readNavigation(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	switch result := until(after(s.message, "("), " )"); string(result) {
	case "":
		return dst
	case "Success":
		return s.stage(dst, fact{stage: r.stage, outcome: ok})
	default:
		return s.stage(dst, fact{stage: r.stage, outcome: fail, detail: s.message})
	}
}

// readTransformed reads the URLs of Expressway that replace one of the inside.
//
//	Transformed Urls:https://vcse-test.example.com:8443/Y29ycC5l…/Autoupdate.xml https://vcse-mum.example.com:8443/…
func readTransformed(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	url := until(unwrap(after(s.message, ":")), " ")
	if !bytes.HasPrefix(url, []byte("https://")) || !has(url, ":8443/") {
		return dst // unchanged: not outside, or a request that is let through
	}
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, host: urlHost(url)})
}

// readLoginFailed reads why the SOAP sign-in failed.
//
//	CLoginCup::OnLoginFailed errtype: 37345, errcode: 30, …, errstring: SOAP 1.2 fault: …
//	OnLoginFailed err-code: -1, err-string: The client does not meet the minimal version requirement. request-token:0
func readLoginFailed(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	why := after(s.message, "errstring:")
	if why == nil {
		why = after(s.message, "err-string:")
	}
	if len(why) == 0 {
		why = s.message
	}
	status := field(s.message, "errcode:")
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, detail: why, status: digits(status)})
}

// readLogin reads the user of a SOAP sign-in.
//
//	[LoginMgr.dll]: LoginMgrImpl::Login, type:1, serv:, user:user2, resource:jabber_6742, jw-ver:0.9.2.4420, app-ver:9.2.6.12639
func readLogin(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.message, "user:") {
		return dst // another method of the class
	}
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, user: field(s.message, "user:"), detail: resource(s.message)})
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
func readSOAPServer(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	host := field(s.message, "servers:")
	if host == nil {
		host = field(s.message, "server:")
	}
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, host: host, user: field(s.message, "user:")})
}

// readEndpoint reads the URL of the SOAP service.
//
//	@CupSoapCli: soap,endpoint:https://imppub.domain.com:8443/EPASSoap/service/v80
func readEndpoint(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	url := unwrap(after(s.message, r.needle))
	if !has(url, "EPASSoap") {
		return dst
	}
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, host: urlHost(url)})
}

// readSignOn reads the command to sign in.
//
//	Signing into Presence Server. Account: user2, server: , login mode: ON_PREM, result: 0
func readSignOn(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	var detail []byte
	if mode := field(s.message, "login mode:"); len(mode) > 0 {
		detail = append([]byte("login mode "), mode...)
	}
	user, _, _ := bytes.Cut(after(s.message, "Account:"), []byte(","))
	host, _, _ := bytes.Cut(after(s.message, "server:"), []byte(","))
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, user: user, host: bytes.TrimSpace(host), detail: detail})
}

// readToken reads that the one-time token for XMPP was made; the token is a
// secret.
//
//	login, cup, calc 1-time token(userid:user2@voiceinitiate.com, token:***)
func readToken(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, jid: field(s.message, "userid:")})
}

// digits returns the digits that b begins with.
func digits(b []byte) []byte {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return b[:n]
}
