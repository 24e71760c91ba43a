package alarm

import (
	"bytes"
	"strings"

	"github.com/uctrace/uctrace/normalizer/internal/codes"
	"github.com/uctrace/uctrace/schemas"
)

// clears reports whether the alarm name says that a condition is over: the
// second of the pairs in the alarm catalogue.
func clears(name []byte) bool {
	for _, end := range [...]string{"ISV", "GainedComm", "Restored", "Restore", "ResumeSockets", "Cleared"} {
		if bytes.HasSuffix(name, []byte(end)) {
			return !bytes.HasSuffix(name, []byte("PartiallyISV"))
		}
	}
	switch string(name) {
	case "CodeYellowExit", "CodeRedExit", "SignalCongestionExit", "MemoryThrottlingExit",
		"EndThrottlingCallListBLFSubscriptions", "TotalProcessesAndThreadsExceededThresholdEnd",
		"ConnectionToSAFForwarderEstablished":
		return true
	}
	return false
}

// registrations are the alarms that tell what became of a registration.
var registrations = [...]struct{ name, state string }{
	{"EndPointRegistered", "registered"},
	{"EndPointUnregistered", "unregistered"},
	{"EndPointTransientConnection", "rejected"},
	{"DeviceRegistered", "registered"},
	{"DeviceUnregistered", "unregistered"},
	{"DeviceTransientConnection", "rejected"},
	{"StationUnregistered", "unregistered"},
	{"MGCPGatewayLostComm", "lost"},
	{"MGCPGatewayGainedComm", "registered"},
	{"SIPTrunkOOS", "lost"},
	{"SIPTrunkISV", "registered"},
}

// consequences appends the event that the alarm e is beside an alarm: a
// registration that changed, a login that was judged.
func (s *statement) consequences(dst []schemas.Event, m *message, e *schemas.Event) []schemas.Event {
	for _, r := range registrations {
		if string(m.header.name) == r.name {
			return append(dst, s.registration(m, e, r.state))
		}
	}
	if m.header.isAlert() {
		return s.alertLogins(dst, m, e)
	}
	switch string(m.header.name) {
	case "CtiProviderOpenFailure", "CtiDeviceOpenFailure", "CtiLineOpenFailure":
		return append(dst, s.ctiFailure(m, e))
	case "AuthenticationFailed", "PlatformAdminAccountLocked":
		return append(dst, s.login(m, e, "fail"))
	case "AuthenticationSucceeded":
		return append(dst, s.login(m, e, "ok"))
	}
	return dst
}

func (s *statement) registration(m *message, alarm *schemas.Event, state string) schemas.Event {
	e := *alarm
	e.Kind = schemas.KindRegistrationState
	p := m.params
	a := append(s.mem.Attrs(8), schemas.Attr{Name: "state", Value: state})
	a = s.add(a, "device", p.get("devicename", "deviceid", "endpointname", "siptrunkname", "gatewayname", "trunkname"))
	a = s.add(a, "protocol", protocol(p.get("protocol")))
	reason := p.get("reason", "reasoncode")
	a = s.add(a, "reason", reason)
	if n := atoi(reason); n >= 0 && digits(reason) {
		name := codes.Unregister(n)
		if state == "rejected" {
			name = codes.Transient(n)
		}
		if name != "" {
			a = append(a, schemas.Attr{Name: "text", Value: name})
		}
	}
	if peers := p.get("unavailableremotepeerswithreasoncode"); peers != nil {
		a = s.trunkReason(a, peers)
	}
	a = s.add(a, "type", p.get("devicetype"))
	a = s.add(a, "detail", p.get("lastsignalreceived", "unavailableremotepeerswithreasoncode", "stationstate"))
	e.Attrs = a
	return e
}

// trunkReason reads the reason codes of the peers of a trunk. The first counts.
//
//	192.0.2.7:5060 Local=1
func (s *statement) trunkReason(a []schemas.Attr, peers []byte) []schemas.Attr {
	local := true
	at := bytes.Index(peers, []byte("ocal="))
	if r := bytes.Index(peers, []byte("emote=")); r >= 0 && (at < 0 || r < at) {
		local, at = false, r+1
	}
	if at < 0 {
		return a
	}
	n := atoi(peers[at+len("ocal="):])
	if n < 0 {
		return a
	}
	end := at + len("ocal=")
	for end < len(peers) && peers[end]-'0' <= 9 {
		end++
	}
	a = s.add(a, "reason", peers[at-1:end])
	if name := codes.TrunkReason(local, n); name != "" && !has(a, "text") {
		a = append(a, schemas.Attr{Name: "text", Value: name})
	}
	return a
}

// ctiFailure returns the event of an alarm by which CTI Manager refuses an
// application, a device or a line.
func (s *statement) ctiFailure(m *message, alarm *schemas.Event) schemas.Event {
	e := *alarm
	e.Kind = schemas.KindCTIEvent
	p := m.params
	a := s.add(s.mem.Attrs(7), "name", m.header.name)
	if code, text, _ := codes.CTICode(string(p.get("reasoncode", "reason"))); code != "" {
		a = append(a, schemas.Attr{Name: "code", Value: code})
		if text != "" {
			a = append(a, schemas.Attr{Name: "text", Value: text})
		}
	}
	a = s.add(a, "device", p.get("devicename"))
	a = s.add(a, "line", p.get("directorynumber"))
	a = s.add(a, "user", p.get("loginuserid", "userid"))
	e.Attrs = s.add(a, "detail", m.text)
	return e
}

// protocol returns the name of a protocol as events spell it.
func protocol(b []byte) []byte {
	b = bytes.ToLower(b)
	switch string(b) {
	case "sip", "sccp", "mgcp", "h323", "h.323":
		return bytes.Replace(b, []byte("."), nil, 1)
	}
	return nil
}

func (s *statement) login(m *message, alarm *schemas.Event, outcome string) schemas.Event {
	e := *alarm
	e.Kind = schemas.KindLoginAuth
	p := m.params
	a := append(s.mem.Attrs(6), schemas.Attr{Name: "outcome", Value: outcome})
	a = s.add(a, "user", p.get("userid", "loginuserid", "user", "username"))
	a = s.add(a, "service", p.get("interface", "logininterface"))
	a = s.add(a, "client", p.client())
	a = s.add(a, "detail", m.header.name)
	e.Attrs = a
	return e
}

// isAudit reports whether m tells who changed what.
func (m *message) isAudit() bool {
	return bytes.Contains(m.header.facility, []byte("AUDIT")) || string(m.header.name) == "AuditEventGenerated" ||
		m.params.get("eventtype") != nil && m.params.get("auditcategory", "auditdetails", "resourceaccessed") != nil
}

// audit appends the event of an audit message, and the verdict on a login when
// it is one.
func (s *statement) audit(dst []schemas.Event, m *message, e schemas.Event) []schemas.Event {
	p := m.params
	user, client := p.get("userid", "username"), p.get("clientaddress", "clientipaddress")
	kind, details := p.get("eventtype"), p.get("auditdetails", "description", "detail")
	e.Kind = schemas.KindAlarmAudit
	a := s.mem.Attrs(6)
	a = s.add(a, "user", user)
	a = s.add(a, "client", client)
	a = s.add(a, "type", kind)
	a = s.add(a, "resource", p.get("resourceaccessed"))
	a = s.add(a, "status", p.get("eventstatus"))
	if details == nil {
		details = m.text
	}
	e.Attrs = s.add(a, "text", details)
	keys := s.key(s.mem.Keys(2), schemas.KeyUser, user, s.file.Cluster)
	e.Keys = s.key(keys, schemas.KeyAddr, client, "")
	dst = append(dst, e)
	if string(kind) != "UserLogging" || bytes.Contains(bytes.ToLower(details), []byte("out ")) && !bytes.Contains(details, []byte("into")) {
		return dst
	}
	outcome := ""
	switch status := strings.ToLower(string(p.get("eventstatus"))); {
	case strings.HasPrefix(status, "succ"):
		outcome = "ok"
	case strings.HasPrefix(status, "fail"):
		outcome = "fail"
	default:
		return dst
	}
	l := e
	l.Kind = schemas.KindLoginAuth
	a = append(s.mem.Attrs(5), schemas.Attr{Name: "outcome", Value: outcome})
	a = s.add(a, "user", user)
	a = s.add(a, "service", p.get("resourceaccessed"))
	a = s.add(a, "client", client)
	l.Attrs = s.add(a, "detail", details)
	return append(dst, l)
}
