package imp

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// authComponent reads that the Connection Manager cannot ask who may sign in.
// Cisco's guide to mobile and remote access names the line, printed at INFO: the
// realm of the IM and Presence nodes has changed.
//
//	Failed to query auth component for SASL mechanisms
func (s statement) authComponent(dst []schemas.Event) []schemas.Event {
	e := s.event(schemas.KindLoginAuth)
	s.word(&e, "outcome", "fail")
	s.word(&e, "service", "sasl")
	s.attr(&e, "detail", s.message)
	s.streamKeys(&e)
	return append(dst, e)
}

// verdict reads a verdict in words; they were seen in no log of the XCP
// Authentication Service and are taken from what such services print.
//
//	Authentication failed for user=jdoe@example.com
func (s statement) verdict(dst []schemas.Event) []schemas.Event {
	outcome := ""
	switch {
	case has(s.message, "uthentication fail"), has(s.message, "uthentication unsuccessful"), has(s.message, "uthentication denied"):
		outcome = "fail"
	case has(s.message, "uthentication succ"):
		outcome = "ok"
	default:
		return dst
	}
	e := s.event(schemas.KindLoginAuth)
	s.word(&e, "outcome", outcome)
	user := s.who()
	s.attr(&e, "user", user)
	s.word(&e, "service", "sasl")
	if outcome == "fail" {
		s.attr(&e, "detail", s.message)
	}
	s.streamKeys(&e)
	if bytes.IndexByte(user, '@') > 0 {
		s.person(&e, user)
	} else {
		s.key(&e, schemas.KeyUser, user, s.file.Cluster)
	}
	return append(dst, e)
}

// who returns the user or JID that the text names.
func (s *statement) who() []byte {
	for _, name := range [...]string{"jid=", "JID=", "user=", "user '", "userid=", "user: ", "for user ", "username="} {
		rest := bytes.TrimLeft(after(s.message, name), "'\"")
		if who := until(rest, " ,;'\")<\r\n"); len(who) > 0 {
			return bytes.TrimRight(who, ".:")
		}
	}
	return nil
}

// alarm reads an alarm of the alarm catalogue that a component writes into its
// own trace: its name, or the text of the two that stop sign-ins.
//
//	%UC_Xcp-3-XcpCmPauseSockets : …
//	The XCP Router has directed the XCP Connection Manager (CM) to pause listening on its socket due to load.
func (s statement) alarm(dst []schemas.Event) []schemas.Event {
	name, level := alarmName(s.message)
	switch {
	case name != nil:
	case has(s.message, "pause listening on its socket"):
		name = []byte("XcpCmPauseSockets")
	case has(s.message, "resume listening on its socket"):
		name = []byte("XcpCmResumeSockets")
	default:
		return dst
	}
	kind := schemas.KindAlarmRaised
	if has(name, "Resume") || has(name, "Restore") || bytes.HasSuffix(name, []byte("Green")) {
		kind = schemas.KindAlarmCleared
	}
	e := s.event(kind)
	s.attr(&e, "name", name)
	s.attr(&e, "level", level)
	s.attr(&e, "text", s.message)
	return append(dst, e)
}

// alarmName returns the name and the syslog level of %UC_Facility-level-Name, or
// a name of alarmPrefixes; nil when b has neither.
func alarmName(b []byte) (name, level []byte) {
	if _, rest, ok := bytes.Cut(b, []byte("%UC_")); ok {
		_, rest, _ = bytes.Cut(rest[:min(len(rest), 80)], []byte("-"))
		if n := digits(rest); n == 1 && len(rest) > 2 && rest[1] == '-' {
			return wordRun(rest[2:]), rest[:1]
		}
	}
	for _, p := range alarmPrefixes {
		if at := bytes.Index(b, []byte(p)); at >= 0 && (at == 0 || !isWord(b[at-1])) {
			return wordRun(b[at:]), nil
		}
	}
	return nil, nil
}

// alarmPrefixes are what the names of the alarms of XCP components begin with,
// as the alarm catalogue of 12.5 to 15 and the alert list of RTMT have them.
var alarmPrefixes = [...]string{
	"XcpCmPauseSockets", "XcpCmResumeSockets", "XcpCmStartupError", "XcpCmXmppdError", "XcpCmHttpdError", "XcpCmComponentConnectError",
	"XcpComponentConnectError", "XcpComponentWriteAlarm", "XcpDBConnect", "XcpMdnsStartError", "XcpSIPFedCm", "XcpSIPGWStackResourceError",
	"XcpThirdPartyComplianceConnectError", "XcpTxtConf", "XcpWebCm", "XcpXMPPFedCm", "XcpConfigMgr",
}

func wordRun(b []byte) []byte {
	n := 0
	for n < len(b) && isWord(b[n]) {
		n++
	}
	return b[:n]
}

// dropped reads that the Router threw a message away while it was stopping; the
// administration guide names the line.
//
//	Dropping packet after jsm db shutdown
func (s statement) dropped(dst []schemas.Event) []schemas.Event {
	e := s.event(schemas.KindSIPError)
	s.word(&e, "error", "shutting-down")
	s.attr(&e, "detail", s.message)
	return append(dst, e)
}
