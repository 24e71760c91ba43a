package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// station appends the event of a line about the registration of an SCCP phone:
// StationInit is from the phone, StationD to it.
//
//	StationD:    (0033760) RegisterReject text='Error: DB Config'.
//	StationInit:   TCPPid = [2.100.14.53787]Socket Broken. DeviceName=SEP001122334455,IPAddr=10.1.0.33, Port=0x88d6, Device Controller=[2,63,33760]
//	StationInit - InboundStim - KeepAliveMessage - Send KeepAlive to Device Controller. DeviceName=SEP001122334455, TCPHandle=000000046, IPAddr=10.1.0.11, Port=49888, Device Controller=[1,89,40]
func (t *trace) station(dst []schemas.Event) []schemas.Event {
	line := t.words()
	rest, inbound := bytes.CutPrefix(line, []byte("StationInit"))
	if !inbound {
		rest = bytes.TrimPrefix(line, []byte("StationD"))
	}
	rest = bytes.TrimLeft(rest, ": -")
	if len(rest) > 0 && rest[0] == '(' {
		if _, after, ok := bytes.Cut(rest, []byte{')'}); ok {
			rest = bytes.TrimLeft(after, " ")
		}
	}
	rest = bytes.TrimPrefix(rest, []byte("InboundStim - "))
	f := fact{kind: schemas.KindRegistrationState}
	switch name := stationMessage(rest); {
	case !inbound && name == "RegisterReject":
		f.with("state", stateRejected)
		if v, ok := after(rest, "text="); ok {
			f.with("text", bytes.Trim(bytes.TrimRight(v, ". \r"), "'"))
		}
	case !inbound && name == "RegisterAck":
		f.with("state", stateRegistered)
	case inbound && name == "Unregister":
		f.with("state", stateUnregistered)
	case inbound && name == "KeepAlive" && bytes.Contains(t.body, []byte("DeviceName=")):
		f.with("state", stateRefreshed)
		// A slide or a page may have broken the line.
		return t.stationEnd(dst, &f, t.text(), t.whole())
	case inbound && t.tail && hasPrefix(rest, "Processing StationReg."):
		return t.stationRegister(dst)
	case inbound && bytes.Contains(rest, []byte("Socket Broken")):
		f.with("state", stateLost)
		f.with("reason", []byte("Socket Broken"))
	default:
		return dst
	}
	return t.stationEnd(dst, &f, rest, nil)
}

// stationEnd appends the event of f with the phone that params name; evidence
// is the first line when it is nil.
func (t *trace) stationEnd(dst []schemas.Event, f *fact, params, evidence []byte) []schemas.Event {
	device, addr := param(params, "DeviceName="), param(params, "IPAddr=")
	if device == nil && t.tail {
		t.readCauser() // whose message it is an answer to
		device, addr = t.device, t.ip
	}
	f.with("device", device)
	f.with("protocol", protocolSCCP)
	f.key(schemas.KeyDevice, device)
	f.key(schemas.KeyAddr, addr)
	if evidence == nil {
		return t.line(dst, f)
	}
	return t.emit(dst, f, evidence, 0)
}

// stationMessage returns the name of the message of SCCP that b begins with,
// without what versions put around it.
//
//	StationRegisterMessageId, stationOutputRegisterReject, KeepAliveMessage, RegisterAck
func stationMessage(b []byte) string {
	name, _ := messageName(b)
	name = bytes.TrimSuffix(name, []byte("Message"))
	for _, known := range [...]string{"RegisterReject", "RegisterAck", "Unregister", "KeepAlive"} {
		if string(name) == known {
			return known
		}
	}
	return ""
}

// stationRegister appends the event of the line about a phone's request to
// register. SDL has a signal for it that says more.
//
//	Processing StationReg. regCount: 1 DeviceName=SEP001122334455, TCPPid = [2.100.14.53787], IPAddr=10.1.0.33, Port=35030, Device Controller=[2,63,33760]
func (t *trace) stationRegister(dst []schemas.Event) []schemas.Event {
	f := fact{kind: schemas.KindRegistrationState}
	f.with("state", stateRequested)
	return t.stationEnd(dst, &f, t.words(), nil)
}

// addDevice appends the event of what the database said to a device that it
// does not know.
//
//	AddDevice returns Error: Autoregistration disabled
func (t *trace) addDevice(dst []schemas.Event) []schemas.Event {
	why, _ := after(t.words(), "returns Error")
	f := fact{kind: schemas.KindRegistrationState}
	f.with("state", stateRejected)
	f.with("text", bytes.TrimLeft(why, " :-"))
	f.with("detail", []byte("AddDevice"))
	return t.line(dst, &f)
}

// risDevice appends the event of what CUCM reports to the real-time
// information server: whatever registers, phones, gateways, route lists, hunt
// lists and trunks. Phones that do not get through have an alarm; of a gateway
// this line is all.
//
//	Device Register deviceName : S0/SU2/DS1-0@gw1.example.com, IPAdress : 10.1.0.254, IPv6Address : not shown, …, DeviceType : 121, Protocol : 0
//	Device UnRegister deviceName : S0/SU2/DS1-0@gw1.example.com, Protocol : 0
//	Device Transient deviceName : *@gw1.example.com, IPAddress : 10.1.0.254, …, Protocol : 0
func (t *trace) risDevice(dst []schemas.Event) []schemas.Event {
	f := fact{kind: schemas.KindRegistrationState}
	what, _, ok := bytes.Cut(t.body[len("Device "):], []byte(" deviceName : "))
	if !ok {
		return dst
	}
	line := t.words()
	protocol := param(line, "Protocol :")
	switch string(what) {
	case "Register":
		f.with("state", stateRegistered)
	case "UnRegister":
		f.with("state", stateUnregistered)
	case "Transient":
		if string(protocol) != "0" {
			return dst
		}
		f.with("state", stateRejected)
		f.with("text", what)
	default:
		return dst
	}
	v, _ := after(line, "deviceName : ")
	device := bytes.TrimSpace(upTo(v, ", "))
	f.with("device", device)
	switch string(protocol) {
	case "1":
		f.with("protocol", protocolSCCP)
	case "2":
		f.with("protocol", protocolSIP)
	}
	f.with("type", param(line, "DeviceType :"))
	f.endpoint(device)
	for _, name := range [...]string{"IPAdress :", "IPAddress :"} {
		f.key(schemas.KeyAddr, param(line, name))
	}
	return t.line(dst, &f)
}

// endpoint adds a device as a key, and the gateway that an MGCP endpoint
// (RFC 3435 section 3.2.1) belongs to.
//
//	S0/SU2/DS1-0@gw1.example.com
//	*@gw1.example.com
func (f *fact) endpoint(device []byte) {
	local, gateway, ok := bytes.Cut(device, []byte{'@'})
	if string(local) != "*" {
		f.key(schemas.KeyDevice, device)
	}
	if ok {
		f.key(schemas.KeyDevice, gateway)
	}
}

// dchannel appends the event of the D channel of a gateway.
//
//	DchannelInService: deviceName = S0/SU2/DS1-0@gw1.example.com, channelId = 24
func (t *trace) dchannel(dst []schemas.Event) []schemas.Event {
	what, rest, ok := bytes.Cut(t.words(), []byte(": deviceName = "))
	if !ok {
		return dst
	}
	f := fact{kind: schemas.KindRegistrationState}
	switch {
	case bytes.HasSuffix(what, []byte("OutOfService")):
		f.with("state", stateLost)
	case bytes.HasSuffix(what, []byte("InService")):
		f.with("state", stateRegistered)
	default:
		return dst
	}
	device := bytes.TrimSpace(upTo(rest, ", "))
	f.with("device", device)
	f.with("detail", what)
	f.endpoint(device)
	return t.line(dst, &f)
}

// backhaul appends the event of the link on which a gateway passes on the
// messages of its D channel.
//
//	MGCPpn9d - Backhaul link CLOSED for Devicename S0/SU2/DS1-0@gw1.example.com
func (t *trace) backhaul(dst []schemas.Event) []schemas.Event {
	line := t.words()
	v, ok := after(line, "Backhaul link ")
	if !ok {
		return dst
	}
	f := fact{kind: schemas.KindRegistrationState}
	switch string(word(v)) {
	case "OPEN":
		f.with("state", stateRegistered)
	case "CLOSED":
		f.with("state", stateLost)
	default:
		return dst
	}
	device := param(v, "Devicename ")
	f.with("device", device)
	f.with("protocol", protocolMGCP)
	f.with("detail", upTo(line[len(line)-len(v)-len("Backhaul link "):], " for "))
	f.endpoint(device)
	return t.line(dst, &f)
}
