package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// sccp appends the event of a message of SCCP between a phone and CUCM that
// belongs to a call: StationInit is from the phone, StationD to it. The number
// in brackets is the process of the phone; CUCM 3 and 4 print its connection.
//
//	StationInit: (0000109) SoftKeyEvent softKeyEvent=2(NewCall) lineInstance=0 callReference=0.
//	StationInit: (0000109) KeypadButton kpButton=5.
//	StationD:    (0000109) CallState callState=12 lineInstance=1 callReference=26717221
//	StationD:    (0000109) OpenReceiveChannel conferenceID=26717221 passThruPartyID=16777225 …
//	StationD(1):  TCPPid = [1.100.117.1] CallInfo callingPartyName='' callingParty=13001 …
//	StationInit - InboundStim - OffHookMessageID tcpHandle=0x6b88028
//	StationD - stationOutputStartTone: 37=ReorderTone tcpHandle=0x6b88028
func (t *trace) sccp(dst []schemas.Event) ([]schemas.Event, bool) {
	line := t.words()
	if n := len(line); line[n-1] == '=' {
		line = t.joined()
	}
	f := t.newFact(schemas.KindDigitsSignal)
	direction := dirIn
	rest, ok := bytes.CutPrefix(line, []byte("StationInit"))
	if !ok {
		direction = dirOut
		if rest, ok = bytes.CutPrefix(line, []byte("StationD")); !ok {
			return dst, false
		}
	}
	for len(rest) > 0 && (rest[0] == ':' || rest[0] == ' ' || rest[0] == '-') {
		rest = rest[1:]
	}
	var endpoint []byte
	if len(rest) > 0 && rest[0] == '(' {
		end := bytes.IndexByte(rest, ')')
		if end < 0 {
			return dst, false
		}
		endpoint, rest = rest[1:end], bytes.TrimLeft(rest[end+1:], ": ")
		if hasPrefix(rest, "TCPPid") {
			_, rest, _ = bytes.Cut(rest, []byte("] "))
		}
	}
	rest = bytes.TrimPrefix(rest, []byte("InboundStim - "))
	name, params := messageName(rest)
	message := callMessage(name)
	if message == nil {
		return dst, false
	}
	f.with("protocol", protocolSCCP)
	f.with("message", message)
	f.with("direction", direction)
	f.sccpParams(message, params)
	if endpoint == nil {
		if v, ok := afterFold(params, "tcpHandle="); ok {
			endpoint = word(v)
		}
	}
	f.with("endpoint", endpoint)
	if v, ok := behind(params, "DeviceName=", len("Device")); ok {
		f.key(schemas.KeyDevice, word(v))
	}
	f.call(params)
	if string(message) == "KeypadButton" {
		return t.secretKey(dst, f, line), true
	}
	return t.line(dst, f), true
}

// call adds the call identifiers among the parameters of a message.
func (f *fact) call(params []byte) {
	if v, ok := behind(params, "conferenceID=", len("conference")+1); ok {
		f.ci(v)
	}
	for _, of := range [...]string{"callReference=", "callRef="} {
		if v, ok := behind(params, of, len("call")); ok {
			f.ci(v)
		}
	}
}

var protocolSCCP = []byte("sccp")

// messageName returns the name of a message without what some versions put
// around it, and what follows the name.
//
//	OffHookMessageID, stationOutputStartTone:, StationAnnouncementFinishMessageID, startMediaTransmission
func messageName(b []byte) (name, params []byte) {
	n := 0
	for n < len(b) && (b[n]|0x20 >= 'a' && b[n]|0x20 <= 'z' || b[n]-'0' <= 9) {
		n++
	}
	name, params = b[:n], b[n:]
	if i := len(name) - len("MessageID"); i > 0 && bytes.EqualFold(name[i:], []byte("MessageID")) {
		name = name[:i]
	}
	for _, prefix := range [...]string{"stationOutput", "Station"} {
		if len(name) > len(prefix) && hasPrefix(name, prefix) {
			name = name[len(prefix):]
		}
	}
	return name, params
}

// callMessage returns the name of a message of SCCP that says how a call
// goes, nil for one of the others, which draw the screen of the phone.
func callMessage(name []byte) []byte {
	for _, m := range callMessages {
		if len(m) == len(name) && m[0]|0x20 == name[0]|0x20 && bytes.Equal(m[1:], name[1:]) {
			return m
		}
	}
	return nil
}

var callMessages = [...][]byte{
	[]byte("CallState"), []byte("CallInfo"), []byte("CallInfoV2"), []byte("StartTone"), []byte("KeypadButton"),
	[]byte("OffHook"), []byte("OffHookWithCgpn"), []byte("OnHook"), []byte("SoftKeyEvent"), []byte("EnblocCall"),
	[]byte("DialedNumber"), []byte("DialedNumberV2"), []byte("AnnouncementFinish"),
	[]byte("OpenReceiveChannel"), []byte("OpenReceiveChannelAck"), []byte("CloseReceiveChannel"),
	[]byte("StartMediaTransmission"), []byte("StartMediaTransmissionAck"), []byte("StopMediaTransmission"),
	[]byte("MediaTransmissionFailure"),
}

// sccpParams reads what a message says beside its call.
func (f *fact) sccpParams(name, params []byte) {
	switch string(name) {
	case "CallInfo", "CallInfoV2":
		f.with("calling", parameter(params, "callingParty="))
		f.with("called", parameter(params, "calledParty="))
	case "EnblocCall":
		f.with("called", parameter(params, "calledParty="))
	case "DialedNumber", "DialedNumberV2":
		f.with("called", parameter(params, "dialedNumber="))
	case "SoftKeyEvent":
		f.printed(params, "softKeyEvent=")
	case "CallState":
		f.printed(params, "callState=")
	case "StartTone":
		if v, ok := bytes.CutPrefix(params, []byte(": ")); ok {
			f.with("detail", word(v)) // 37=ReorderTone
			return
		}
		f.printed(params, "tone=")
	case "OpenReceiveChannelAck", "StartMediaTransmission", "StartMediaTransmissionAck":
		f.with("detail", mediaEnd(params))
	}
}

// printed makes the parameter name, with its name, the detail.
func (f *fact) printed(params []byte, name string) {
	i := 1 // it stands first more often than not
	if len(params) == 0 || !hasPrefix(params[1:], name) {
		if i = bytes.Index(params, []byte(name)); i < 0 {
			return
		}
	}
	end := i
	for end < len(params) && params[end] != ' ' && params[end] != ',' && params[end] != '|' {
		end++
	}
	f.with("detail", bytes.TrimRight(params[i:end], "."))
}

// mediaEnd returns where a phone receives media, or is to send it, and the
// status that it gives.
//
//	Status=0, IpAddr=IpAddr.type:0 ipAddr:0x0a01021c000000000000000000000000(10.1.2.28), Port=17996, PartyID=33554450
//	… remoteIpAddress=IpAddr.type:0 ipAddr:0x0a0102aa000000000000000000000000(10.1.2.170) remotePortNumber=6000 …
func mediaEnd(params []byte) []byte {
	var detail []byte
	if v := parameter(params, "Status="); v != nil {
		detail = append(append(detail, "Status="...), v...)
	}
	_, v, ok := bytes.Cut(params, []byte{'('})
	if !ok {
		return detail
	}
	addr, rest, ok := bytes.Cut(v, []byte{')'})
	if !ok || bytes.IndexByte(addr, '.') < 0 && bytes.IndexByte(addr, ':') < 0 {
		return detail
	}
	if detail != nil {
		detail = append(detail, ' ')
	}
	detail = append(append(detail, "media "...), addr...)
	if port, ok := after(rest, "Port="); ok {
		return append(append(detail, ':'), leadingDigits(port)...)
	}
	if port, ok := after(rest, "remotePortNumber="); ok {
		detail = append(append(detail, ':'), leadingDigits(port)...)
	}
	return detail
}

// parameter returns the value behind name, which stands at a word's beginning
// and may begin with a capital.
func parameter(params []byte, name string) []byte {
	for rest := params; ; {
		i := bytes.Index(rest, []byte(name[1:]))
		if i < 0 {
			return nil
		}
		at := i - 1
		ok := at >= 0 && rest[at]|0x20 == name[0]|0x20 &&
			(at == 0 || rest[at-1] == ' ' || rest[at-1] == ',' || rest[at-1] == '.')
		rest = rest[i+len(name)-1:]
		if ok {
			return bytes.Trim(bytes.TrimRight(word(rest), "."), "'\"")
		}
	}
}

// secretKey appends the event of a pressed key, which may be one of a PIN:
// the evidence does not show which.
func (t *trace) secretKey(dst []schemas.Event, f *fact, line []byte) []schemas.Event {
	evidence := append(bytes.Clone(t.record.Text[:len(t.record.Text)-len(t.body)]), line...)
	name := []byte("kpButton")
	at := bytes.LastIndex(evidence, name)
	if at < 0 {
		name = []byte("KeypadButton")
		at = bytes.LastIndex(evidence, name)
	}
	i := at + len(name)
	for i < len(evidence) && bytes.IndexByte([]byte(" :=("), evidence[i]) >= 0 {
		i++
	}
	for ; i < len(evidence) && bytes.IndexByte([]byte(" ,.|"), evidence[i]) < 0; i++ {
		evidence[i] = '*'
	}
	return t.emit(dst, f, evidence, 0)
}
