package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// readUDSQuery reads the refusal of the home cluster's UDS: 403 is a missing
// role.
//
//	Home Uds query failed responseCode =[403]
func readUDSQuery(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: s.message, status: digits(after(s.message, "=["))})
}

// readUDSResult reads the name of a result.
//
//	Result of UDS result conversion - UDS Result: HOME_UDS_AUTHENTICATION_FAILED.
//	Result from Home UDS query: HOME_UDS_QUERY_FAILED
//	locatorUdsResult=[NO_HOME_UDS_FOUND] ucmConfigResult=[2]
//	homeUdsResult=[HOME_UDS_AUTHENTICATION_FAILED] ucmConfigResult=[FAILED_TO_AUTHENTICATE_WITH_CALL_MANAGER]
func readUDSResult(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	rest := s.message[len(r.needle):]
	result := bytes.TrimLeft(rest, ":=[ ")
	result = until(result, " ].,")
	f := fact{stage: r.stage, detail: s.message}
	if has(result, "NO_HOME") {
		f.stage = "home-cluster"
	}
	switch {
	case has(result, "FAIL"), has(result, "NO_"), has(result, "NOT_"), has(result, "ERROR"),
		has(result, "UNREACHABLE"), has(result, "TIMEOUT"), has(result, "INVALID"):
		f.outcome = fail
	case has(result, "SUCCESS"):
		f.outcome, f.detail = ok, nil
	default:
		return dst
	}
	return s.stage(dst, &f)
}

// readRefused reads that UDS refused the credentials; other components say the
// same of other servers.
//
//	[csf.config] [csf::ucm90::HomeUdsUtilities::convertHttpUtilsResult] - Authentication failed
//	[authentication-handler] [AuthenticateImpl] - Authentication Failed
func readRefused(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.component, "csf.config") && !has(s.component, "authentication-handler") && !has(s.function, "Uds") {
		return dst
	}
	return readText(s, dst, r)
}

// readAuthenticate reads the end of authentication.
//
//	doAuthenticate() succeeded with user='…'
func readAuthenticate(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.message, "succeeded") {
		return dst
	}
	return s.stage(dst, &fact{stage: r.stage, outcome: ok, user: until(after(s.message, "user='"), "'")})
}

// readNavigation reads how the sign-on page ended.
//
//	OnNavigationCompleted( UnknownError )
func readNavigation(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	switch result := until(after(s.message, "("), " )"); string(result) {
	case "":
		return dst
	case "Success":
		return s.stage(dst, &fact{stage: r.stage, outcome: ok})
	default:
		return s.stage(dst, &fact{stage: r.stage, outcome: fail, detail: s.message})
	}
}
