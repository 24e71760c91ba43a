package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/codes"
	"github.com/uctrace/uctrace/schemas"
)

// ctiMessage appends the event of a message between CTI Manager and an
// application, a Jabber client for example. The sequence number is the
// client's; the client prints it too.
//
//	[CTI-APP] [CTIHandler::processIncomingMessage] CTI ProviderOpenRequest ( seq#=2 provider=UCProvider login=jdoe heartbeat=60 timer=10 …)
//	[CTI-APP] [CTIHandler::OutputCtiMessage ] CTI ProviderOpenCompletedEvent (seq#=2) provider id=16777366 CM Version=14.0.1 error code=2362179679 description=Directory login failed - User not present in Standard CTI Users group. enableIpv6=0
//	[CTI-APP] [CTIHandler::OutputCtiMessage ] CTI FailureResponse ( seq#=4 result=2362179794 description=)
//	[CTI-APP] [CTIHandler::OutputCtiMessage ] CTI LineClosedEvent ( LH=1|144 reason=8 )
func (t *trace) ctiMessage(dst []schemas.Event) []schemas.Event {
	line := t.words()
	_, v, ok := bytes.Cut(line, []byte("] CTI "))
	if !ok {
		return dst
	}
	v = bytes.TrimLeft(v, " ")
	n := 0
	for n < len(v) && (v[n]|0x20 >= 'a' && v[n]|0x20 <= 'z' || v[n]-'0' <= 9) {
		n++
	}
	name, v := v[:n], v[n:]
	var f fact
	switch {
	case bytes.HasSuffix(name, []byte("Request")):
		f.kind = schemas.KindCTIRequest
	case bytes.HasSuffix(name, []byte("Response")):
		f.kind = schemas.KindCTIResponse
	case bytes.HasSuffix(name, []byte("Event")):
		f.kind = schemas.KindCTIEvent
	default:
		return dst
	}
	if bytes.Contains(name, []byte("eartbeat")) {
		return dst
	}
	f.with("name", name)
	f.ctiParty(v)
	if f.kind != schemas.KindCTIRequest {
		f.ctiOutcome(v)
	}
	return t.line(dst, &f)
}

// ctiParty reads who a message is about.
func (f *fact) ctiParty(v []byte) {
	f.with("number", param(v, "seq#="))
	for _, name := range [...]string{"device name=", "deviceName=", "DeviceName="} {
		if device := param(v, name); device != nil {
			f.with("device", device)
			f.key(schemas.KeyDevice, device)
			break
		}
	}
	for _, name := range [...]string{"login=", "LoginUserID =", "LoginUserID="} {
		if user := ctiValue(v, name); user != nil {
			f.with("user", user)
			f.key(schemas.KeyUser, user)
			break
		}
	}
	for _, name := range [...]string{"dirNumber=", "DirNumber=", "line=", " DN="} {
		if dn := param(v, name); dn != nil && dialable(dn) {
			f.with("line", dn)
			f.key(schemas.KeyDN, dn)
			break
		}
	}
}

// ctiValue returns the value behind name, nil when it is empty: the next word
// is then the name of another parameter.
//
//	LoginUserID = NoOfDaysPwdToExp =4294967295
func ctiValue(v []byte, name string) []byte {
	rest, _ := after(v, name)
	rest = bytes.TrimLeft(rest, " ")
	value := word(rest)
	if len(value) == 0 || bytes.IndexByte(value, '=') >= 0 || hasPrefix(bytes.TrimLeft(rest[len(value):], " "), "=") {
		return nil
	}
	return value
}

// ctiOutcome reads the code and the words of an answer, and what else tells
// how it ended.
func (f *fact) ctiOutcome(v []byte) {
	var description []byte
	if d, ok := after(v, "description="); ok {
		// The next parameter is a word before the next equals sign.
		if i := bytes.IndexByte(d, '='); i >= 0 {
			d = d[:max(0, bytes.LastIndexByte(d[:i], ' '))]
		}
		description = bytes.Trim(d, " )")
	}
	for _, name := range [...]string{"error code=", "result="} {
		if p := param(v, name); p != nil && f.ctiCode(p, description) {
			break
		}
	}
	if p := param(v, "reason="); p != nil {
		f.with("detail", append([]byte("reason="), p...))
	} else if p := param(v, "TotalControllableDevices ="); p != nil {
		f.with("detail", append([]byte("TotalControllableDevices="), p...))
	}
}

// ctiCode adds an error code, and its name unless CTI Manager prints words of
// its own; a code of zero is a success.
func (f *fact) ctiCode(printed, description []byte) bool {
	code, meaning, ok := codes.CTICode(string(printed))
	if !ok || code == "" {
		return false
	}
	f.with("code", []byte(code))
	if len(description) > 0 {
		f.with("text", description)
	} else {
		f.with("text", []byte(meaning))
	}
	return true
}

// ctiFailure appends the event of the text of an alarm that tells why CTI
// Manager refused an application. The record of the alarm has numbers only.
//
//	CtiProviderOpenFailure - CTI application failed to open provider; application startup failed CTIconnectionId:150 Reason code.:-1932787617 IPAddress:10.1.0.9 IPv6Address: App ID:Cisco CTIManager …
//	CtiLineOpenFailure - Unable to open the line CTI Connection Id:1 Device Name:CSFJDOE Directory Number:1151026 Partition:Internal_PT UNKNOWN_PARAMTYPE:Reason:-1932787501 App ID:Cisco CTIManager …
//	CtiDeviceOpenFailure - Device Open failed CTI Connection Id:154 Device Name:CSFJDOE UNKNOWN_PARAMTYPE:ReasonCode:-1932787502 … Process ID:jdoe-10.1.0.9-51126 Process ID:29347 Process Name:CtiHandler
func (t *trace) ctiFailure(dst []schemas.Event) []schemas.Event {
	line := t.words()
	name, v, ok := bytes.Cut(line, []byte(" - "))
	if !ok || !bytes.HasSuffix(name, []byte("OpenFailure")) || bytes.IndexByte(name, ' ') >= 0 {
		return dst
	}
	f := fact{kind: schemas.KindCTIEvent}
	f.with("name", name)
	for _, label := range [...]string{"Reason code.:", "ReasonCode:", "Reason:", "Reason Code:"} {
		if p := param(v, label); p != nil && f.ctiCode(p, nil) {
			break
		}
	}
	if device := param(v, "Device Name:"); device != nil {
		f.with("device", device)
		f.key(schemas.KeyDevice, device)
	}
	if dn := param(v, "Directory Number:"); dn != nil {
		f.with("line", dn)
		f.key(schemas.KeyDN, dn)
	}
	if p := param(v, "Process ID:"); p != nil {
		if user := ctiUser(p); user != nil {
			f.with("user", user)
			f.key(schemas.KeyUser, user)
		}
	}
	if i := bytes.IndexByte(v, ':'); i > 0 {
		v = v[:max(0, bytes.LastIndexAny(v[:i], " "))]
		v = bytes.TrimSuffix(bytes.TrimSuffix(v, []byte("CTI Connection")), []byte("Reason"))
	}
	f.with("detail", bytes.TrimSpace(v))
	return t.line(dst, &f)
}

// ctiUser returns the user of an application's name, which is made of the
// user, the address and the port; nil when it is no such name.
//
//	jdoe-10.1.0.9-51126
func ctiUser(process []byte) []byte {
	port := bytes.LastIndexByte(process, '-')
	if port <= 0 || !digits(process[port+1:]) {
		return nil
	}
	addr := bytes.LastIndexByte(process[:port], '-')
	if addr <= 0 || bytes.IndexByte(process[addr:port], '.') < 0 && bytes.IndexByte(process[addr:port], ':') < 0 {
		return nil
	}
	return process[:addr]
}

// ctiLogin appends the event of a user whose credentials were right.
//
//	AuthenticationImpl:: Authentication successful for User ID : jdoe
//	 Successfully authenticated user: jdoe
func (t *trace) ctiLogin(dst []schemas.Event) []schemas.Event {
	line := t.words()
	user := param(line, "successful for User ID :")
	if user == nil {
		user = param(line, "authenticated user:")
	}
	if user == nil {
		return dst
	}
	f := fact{kind: schemas.KindLoginAuth}
	f.with("outcome", []byte("ok"))
	f.with("user", user)
	f.key(schemas.KeyUser, user)
	return t.line(dst, &f)
}

// ctiSignal appends the event of a signal inside CTI Manager that says more
// than the messages: who asks for a device, what a user may do, what was
// refused.
//
//	CtiUserSettingsRes    |… SuperProvider = Disabled … CTI Enabled = Disabled CallMonitor=Disabled CallRecord=Disabled Userid = jdoe result=0
//	CtiLoginCheckRes      |… Seq#=2 result=Success LoginUserID= Expire days=4294967295
//	CtiLoginCheckTimeout  |… mSequenceNumber=2
//	CtiDeviceOpenDeviceReq|… AsyncResponse=4 DH=0|0 Name= SEP001122334455 Type=0 … AppLoginUserId=jdoe AppIPAddr= …
//	CtiLineOpenLineRes    |… AsyncResponse=624 Name=CSFJDOE LH=1|145 Result=0x8ccc00d3 Auto Accept Status=0
func (t *trace) ctiSignal(dst []schemas.Event, s *sdlSig) []schemas.Event {
	f := fact{kind: schemas.KindCTIResponse}
	f.with("name", s.signal)
	var user, device, number []byte
	switch string(s.signal) {
	case "CtiUserSettingsRes":
		user = param(s.params, "Userid =")
		if i := bytes.Index(s.params, []byte("CTI Enabled =")); i >= 0 {
			v := bytes.TrimLeft(s.params[i+len("CTI Enabled ="):], " ")
			f.with("detail", s.params[i:len(s.params)-len(v)+len(word(v))])
		}
	case "CtiLoginCheckRes":
		number = param(s.params, "Seq#=")
		result := param(s.params, "result=")
		if result != nil && string(result) != "Success" {
			f.ctiCode(result, nil)
		}
		f.with("detail", append([]byte("result="), result...))
	case "CtiLoginCheckTimeout":
		f.kind = schemas.KindCTIEvent
		number = param(s.params, "mSequenceNumber=")
	case "CtiDeviceOpenDeviceReq":
		f.kind = schemas.KindCTIRequest
		device, user, number = param(s.params, " Name="), param(s.params, "AppLoginUserId="), param(s.params, "AsyncResponse=")
	case "CtiLineOpenLineRes", "CtiDeviceOpenDeviceRes":
		result, ok := afterFold(s.params, "Result=")
		if !ok || !f.ctiCode(word(result), nil) {
			return dst
		}
		device = param(s.params, " Name=")
	default:
		return dst
	}
	f.with("number", number)
	f.with("device", device)
	f.with("user", user)
	f.key(schemas.KeyDevice, device)
	f.key(schemas.KeyUser, user)
	return t.line(dst, &f)
}
