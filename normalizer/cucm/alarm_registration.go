package cucm

import (
	"bytes"
	"strconv"

	"github.com/uctrace/uctrace/normalizer/internal/codes"
	"github.com/uctrace/uctrace/schemas"
)

// alarmRegistration appends the event of what an alarm says of a registration:
// it has the reason, which no other text has.
//
//	EndPointTransientConnection … DeviceName:SEP001122334455, IPAddress:10.1.0.33, DeviceType:495, Reason:29, Protocol:SCCP, …, LastSignalReceived:DbStationAutoRegisterErr
func (t *trace) alarmRegistration(dst []schemas.Event, alarm []byte, all []attr) []schemas.Event {
	f := fact{kind: schemas.KindRegistrationState}
	state := registrationOf(string(alarm))
	if state == nil {
		return dst
	}
	f.with("state", state)
	var peers []byte
	for i := range all {
		value := all[i].value
		f.alarmKey(all[i].name, value)
		switch all[i].name {
		case "devicename", "siptrunkname":
			f.once("device", value)
		case "devicetype":
			f.once("type", value)
		case "protocol":
			f.once("protocol", bytes.ToLower(value))
		case "reason", "reasoncode":
			f.once("reason", value)
			f.once("text", []byte(reasonOf(string(state), string(value))))
		case "lastsignalreceived":
			f.once("detail", value)
		case "unavailableremotepeerswithreasoncode":
			peers = value
		}
	}
	if peers != nil {
		f.trunkReason(peers)
		f.once("detail", peers)
	}
	return t.line(dst, &f)
}

// once adds an attribute unless the fact has it.
func (f *fact) once(name string, value []byte) {
	if f.value(name) == nil {
		f.with(name, value)
	}
}

// registrationOf returns what became of a registration when alarm was raised,
// nil when it is about none.
func registrationOf(alarm string) []byte {
	switch alarm {
	case "EndPointRegistered", "DeviceRegistered", "MGCPGatewayGainedComm", "SIPTrunkISV", "SIPTrunkPartiallyISV":
		return stateRegistered
	case "EndPointUnregistered", "DeviceUnregistered", "StationUnregistered":
		return stateUnregistered
	case "EndPointTransientConnection", "DeviceTransientConnection":
		return stateRejected
	case "MGCPGatewayLostComm", "SIPTrunkOOS":
		return stateLost
	}
	return nil
}

// reasonOf returns the name of the reason of a registration's state.
func reasonOf(state, reason string) string {
	n, err := strconv.Atoi(reason)
	switch {
	case err != nil:
		return ""
	case state == "rejected":
		return codes.Transient(n)
	}
	return codes.Unregister(n)
}

// trunkReason adds the first reason that is given for a peer that does not
// answer: CUCM's own, or the response of the peer.
//
//	10.1.0.8:5060=Remote=503
//	192.0.2.7:5060 Local=1
func (f *fact) trunkReason(peers []byte) {
	local, remote := bytes.Index(peers, []byte("ocal=")), bytes.Index(peers, []byte("emote="))
	at, length := local, len("ocal=")
	if remote >= 0 && (local < 0 || remote < local) {
		at, length = remote, len("emote=")
	}
	if at < 1 {
		return
	}
	number := leadingDigits(peers[at+length:])
	n, err := strconv.Atoi(string(number))
	if err != nil {
		return
	}
	f.once("reason", peers[at-1:at+length+len(number)])
	f.once("text", []byte(codes.TrunkReason(at == local, n)))
}
