package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// readDomainList reads the beginning of a search for IM and Presence.
//
//	No CUP server specified, will attempt DNS SRV with domainlist: voiceinitiate.com
func readDomainList(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: s.message, host: field(s.message, "domainlist:")})
}

// readCached reads that the search was answered by the server of last time.
//
//	[LoginMgr.dll]: dns, login, with cached cup server:pubcup.voiceinitiate.com
func readCached(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: []byte("cached server"), host: field(s.message, "server:")})
}

// readDNS reads the answer to a query. One SRV name that does not exist is no
// failure of the stage: inside, _collab-edge and _cuplogin are missing, outside,
// _cisco-uds is. The discovery result says whether there was one too few.
//
//	*-----* DNS query PII_CED_Exception{_cisco-uds._tcp.domain.com.} has failed: DNS name does not exist.
func readDNS(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	name := trimBlanks(s.message[len(r.needle):])
	answer := name
	if bytes.HasPrefix(name, []byte("PII_")) {
		name = unwrap(name)
	}
	name = bytes.TrimSuffix(word(name), []byte("."))
	if bytes.IndexByte(name, '.') < 0 {
		return dst
	}
	outcome, why := "", []byte(nil)
	switch answer = answer[bytes.IndexByte(answer, ' ')+1:]; {
	case has(answer, "has succeeded"):
		outcome = ok
	case has(answer, "has failed"):
		outcome, why = fail, bytes.TrimLeft(after(answer, "has failed"), ": ")
	default:
		return dst
	}
	kind := ""
	if name[0] == '_' {
		kind = "SRV"
	}
	dst = s.event(dst, schemas.KindDNSLookup, "type", kind, "outcome", outcome)
	s.set(dst, fields{{"name", name}, {"detail", why}})
	s.key(dst, schemas.KeyDomain, name)
	if kind == "" {
		return dst
	}
	f := fact{stage: r.stage, outcome: outcome, host: name}
	if outcome == fail {
		f.outcome, f.detail = enter, append([]byte("query failed: "), why...)
	}
	return s.stage(dst, &f)
}

// readDiscovery reads the result of service discovery. The codes that say
// that credentials are not set yet are steps on the way.
//
//	ServiceDiscoveryHandlerResult return code FAILED_NO_SRV_RECORDS_FOUND
func readDiscovery(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	code := until(after(s.message, r.needle), " .,")
	switch {
	case string(code) == "SUCCESS":
		return s.stage(dst, &fact{stage: r.stage, outcome: ok})
	case onTheWay(code):
		return dst
	case bytes.HasPrefix(code, []byte("FAILED_")):
		return s.stage(dst, &fact{stage: r.stage, outcome: fail, detail: code})
	}
	return dst
}

// onTheWay reports whether msg names a result of discovery that a healthy
// sign-in passes through.
func onTheWay(msg []byte) bool {
	return has(msg, "CREDENTIALS_NOT_SET") || has(msg, "FAILED_MALFORMED_EMAIL_ADDRESS")
}

// readDiscoveryFailure reads the code and name that the user is shown. Those of
// single sign-on belong to its own stage.
//
//	Discovery Failure -> (id) name :: (1005) ServiceDiscoveryNoSRVRecordsFound
func readDiscoveryFailure(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	f := fact{stage: r.stage, outcome: r.outcome, detail: s.message}
	if _, name, _ := bytes.Cut(after(s.message, "::"), []byte(") ")); bytes.HasPrefix(name, []byte("SSO")) {
		f.stage = "sso"
	}
	return s.stage(dst, &f)
}

// readFailedFunction reads a record of a function that exists to report a
// failure, where no string of the message says more.
//
//	[Life-Cycle-Logger] [CSFUnified::LifeCycleImpl::OnAuthenticationFailed] - …
func readFailedFunction(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	if onTheWay(s.head.message) || has(s.head.message, "SUCCESS") {
		return dst
	}
	detail := []byte(r.needle)
	if len(s.head.message) > 0 {
		detail = append(append(detail, ": "...), s.head.message...)
	}
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: detail})
}

// readCAS reads whether Webex claims the domain; if so the client does not look
// for servers of the enterprise.
//
//	makeCasLookupForDomain result is 'Code: IS_WEBEX_CUSTOMER; Server: loginp.webexconnect.com; Url: https://…'
func readCAS(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: s.message, host: until(field(s.message, "Server:"), "';")})
}
