package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// alarm appends the event of an alarm. SDL prints an alarm up to four times
// under one number: as GenAlarm with its parameters, as GenAlarm that is
// queued and sent, as a text with display names, and as a record of a type of
// its own, which every alarm has. The last counts.
//
//	AlarmErr |AlarmClass: CallManager, AlarmName: MGCPGatewayLostComm, AlarmSeverity: Critical, AlarmMessage: , AlarmDescription: MGCP gateway has lost communication with Unified CM, AlarmParameters:  DeviceName:gw1.example.com, AppID:Cisco CallManager, ClusterID:Cluster1, NodeID:cucm-1,
func (t *trace) alarm(dst []schemas.Event) []schemas.Event {
	line := t.words()
	name := alarmField(line, "AlarmName:")
	if name == nil {
		return append(dst, unparsed("an alarm without a name"))
	}
	f := fact{kind: schemas.KindAlarmRaised}
	if cleared(name) {
		f.kind = schemas.KindAlarmCleared
	}
	f.with("name", name)
	f.with("severity", bytes.ToLower(alarmField(line, "AlarmSeverity:")))
	f.with("text", alarmField(line, "AlarmDescription:"))
	f.with("facility", alarmField(line, "AlarmClass:"))
	v, _ := after(line, "AlarmParameters:")
	var all [48]attr
	n := 0
	for len(v) > 0 && n < len(all) {
		var p attr
		if p, v = alarmParameter(v); len(p.value) > 0 {
			all[n] = p
			n++
		}
	}
	for i := range all[:n] {
		f.alarmKey(all[i].name, all[i].value)
	}
	from := len(dst)
	dst = t.line(dst, &f)
	t.alarmParameters(&dst[from], all[:n])
	return t.alarmRegistration(dst, name, all[:n])
}

// alarmField returns the value of a field of an alarm, which the next field
// ends, nil when it is empty.
func alarmField(line []byte, name string) []byte {
	v, ok := after(line, name)
	if !ok {
		return nil
	}
	if v = bytes.TrimSpace(upTo(v, ", Alarm")); len(v) == 0 {
		return nil
	}
	return v
}

// alarmParameter reads the parameter that v begins with. A value may have
// commas and colons in it; the next parameter begins with a name, which is one
// word and begins with a capital.
//
//	DeviceName:SEP001122334455, UNKNOWN_PARAMNAME:IPv4Address:10.1.0.35, ITL_Signature:20 9B B1 CD , AppID:Cisco CallManager,
func alarmParameter(v []byte) (p attr, rest []byte) {
	v = bytes.TrimLeft(v, " ,")
	for _, mark := range [...]string{"UNKNOWN_PARAMNAME:", "UNKNOWN_PARAMTYPE:"} {
		v = bytes.TrimPrefix(v, []byte(mark))
	}
	n := parameterName(v)
	if n == 0 {
		return p, nil
	}
	p.name = string(bytes.ToLower(v[:n]))
	v = v[n+1:]
	for i := 0; ; {
		j := bytes.Index(v[i:], []byte(", "))
		if j < 0 {
			p.value = bytes.Trim(v, " ,")
			return p, nil
		}
		i += j + len(", ")
		if parameterName(v[i:]) > 0 {
			p.value = bytes.Trim(v[:i], " ,")
			return p, v[i:]
		}
	}
}

// parameterName returns the length of the name and the colon that v begins
// with, without the colon; 0 when it does not.
func parameterName(v []byte) int {
	if len(v) == 0 || v[0] < 'A' || v[0] > 'Z' {
		return 0
	}
	n := 1
	for n < len(v) && (v[n]|0x20 >= 'a' && v[n]|0x20 <= 'z' || v[n]-'0' <= 9 || v[n] == '_') {
		n++
	}
	if n == len(v) || v[n] != ':' || n > maxParameterName {
		return 0
	}
	return n
}

// maxParameterName bounds the name of a parameter; the longest in the alarm
// catalogue has about forty letters.
const maxParameterName = 64

// alarmParameters adds the parameters of an alarm under their own names, each
// once.
func (t *trace) alarmParameters(e *schemas.Event, all []attr) {
	attrs := append(t.mem.Attrs(len(e.Attrs)+len(all)), e.Attrs...)
	for _, p := range all {
		name := p.name
		if name == "appid" {
			name = "app"
		}
		if !hasAttr(attrs, name) {
			attrs = append(attrs, schemas.Attr{Name: name, Value: t.mem.String(p.value)})
		}
	}
	e.Attrs = attrs
}

func hasAttr(attrs []schemas.Attr, name string) bool {
	for i := range attrs {
		if attrs[i].Name == name {
			return true
		}
	}
	return false
}

// alarmKey adds what a parameter of an alarm names as a key.
func (f *fact) alarmKey(name string, value []byte) {
	switch name {
	case "devicename", "siptrunkname":
		if string(value) != "null" {
			f.endpoint(value)
		}
	case "ipaddress", "ipv4address", "deviceipaddress", "remoteipaddress", "peeripaddress":
		f.addr(value)
	case "userid", "loginuserid", "username":
		f.key(schemas.KeyUser, value)
	case "ci":
		f.ci(value)
	}
}

// cleared reports whether an alarm of that name says that a trouble is over,
// whatever its severity is: the second of the pairs in the alarm catalogue.
func cleared(name []byte) bool {
	for _, end := range [...]string{"Exit", "ISV", "GainedComm", "Restored", "Resumed", "Cleared"} {
		if bytes.HasSuffix(name, []byte(end)) {
			return true
		}
	}
	return string(name) == "CallThrottlingEnd" || string(name) == "ConnectionToSAFForwarderEstablished"
}

// sdlError appends the event of a connection between two nodes that the
// signal distribution layer refused. All else it calls an error is a signal
// that came too late.
//
//	<Unknown SdlLink Connection attempt rejected by this node. Check database.> TCPAddress: [10.1.0.5:8002]
func (t *trace) sdlError(dst []schemas.Event) []schemas.Event {
	if len(t.body) == 0 || t.body[0] != ' ' {
		return dst // an error of the signal that is named
	}
	line := t.words()
	t.columns = true
	text := bytes.TrimLeft(line[bytes.LastIndexByte(line, '|')+1:], " ")
	found := bytes.Contains(text, []byte("SdlLink"))
	if !found || !bytes.Contains(text, []byte("rejected")) {
		return dst
	}
	f := fact{kind: schemas.KindSIPConnection}
	f.with("state", stateFailed)
	f.with("transport", []byte("tcp"))
	if v, ok := after(text, "TCPAddress: ["); ok {
		f.with("peer", word(v))
		f.addr(f.value("peer"))
	}
	f.with("reason", bytes.Trim(upTo(text, "> "), "<> "))
	return t.line(dst, &f)
}
