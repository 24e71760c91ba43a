package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// service appends the events of an application text that is not about the
// steps of a call: media resources, bandwidth, registration, CTI, alarms, call
// records, connections. Most texts are none of that, and how they begin shows
// it. It reads the records of the types SdlError and Alarm… too.
//
//	MediaTerminationPointControl(7)::waiting_AllocateMtpResourceReq - MTP usage (1) >= configured throttle percent (95) of Total Resources (2). …
//	LBMIF: CI: 49611479 ASSOC    49611480
//	StationD:    (0033760) RegisterReject text='Error: DB Config'.
func (t *trace) service(dst []schemas.Event) []schemas.Event {
	b := t.body
	if len(b) < 12 {
		return dst
	}
	switch b[0] {
	case '/':
		return t.stack(dst)
	case 'S':
		return t.serviceS(dst)
	case 'M':
		return t.serviceM(dst)
	case 'L':
		if hasPrefix(b, "LBMIF: ") {
			return t.bandwidth(dst)
		}
	case 'D':
		switch {
		case hasPrefix(b, "DET-MediaManager-("):
			return t.mediaManager(dst)
		case hasPrefix(b, "Device "):
			return t.risDevice(dst)
		case hasPrefix(b, "Dchannel"):
			return t.dchannel(dst)
		}
	case 'A':
		switch {
		case hasPrefix(b, "ARBTRY-ConnectionManager"):
			return t.mediaConnect(dst)
		case hasPrefix(b, "AlarmClass:"):
			return t.alarm(dst)
		case hasPrefix(b, "AddDevice returns Error"):
			return t.addDevice(dst)
		case hasPrefix(b, "AnnControl"), hasPrefix(b, "AnnDControl"):
			return t.resource(dst)
		case hasPrefix(b, "AuthenticationImpl:: A"):
			return t.ctiLogin(dst)
		}
	case ' ':
		switch {
		case hasPrefix(b, " Successfully authenticated user: "):
			return t.ctiLogin(dst)
		case b[1] == ' ' && b[11] == ' ':
			return t.sdlError(dst) // columns of which the first is empty
		}
	case '[':
		switch {
		case hasPrefix(b, "[CTI-APP]"):
			return t.ctiMessage(dst)
		case b[1]-'0' <= 9:
			return t.tlsError(dst)
		}
	case 'C':
		switch {
		case hasPrefix(b, "Cti"):
			return t.ctiFailure(dst)
		case hasPrefix(b, "ConnectionManager"):
			return t.mediaConnect(dst)
		}
	case 'E':
		if hasPrefix(b, "EnvProcessCdr::output") {
			return t.callRecord(dst)
		}
	case 'N': // excerpts leave the process out that prints the words
		if hasPrefix(b, "No DTMF is possible") {
			return t.mediaFailure(dst, []byte("No DTMF is possible"))
		}
	case 'O':
		if hasPrefix(b, "Out of retries") {
			return t.sipError(dst, "retries", "Out of retries")
		}
	case 'P':
		if t.tail && hasPrefix(b, "Processing StationReg.") {
			return t.stationRegister(dst)
		}
	case 'U':
		if hasPrefix(b, "UnicastBridgeControl") {
			return t.resource(dst)
		}
	}
	return dst
}

func (t *trace) serviceS(dst []schemas.Event) []schemas.Event {
	b := t.body
	switch {
	case b[1] == 'I' && b[2] == 'P':
		switch {
		case hasPrefix(b, "SIPStationD("):
			return t.sipStation(dst)
		case hasPrefix(b, "SIPStationInit: "):
			return t.sipStationInit(dst)
		case isTransport(b[3:6]):
			return t.sipTransportError(dst)
		}
	case b[1] == 't':
		if hasPrefix(b, "StationD") || hasPrefix(b, "StationInit") {
			return t.station(dst)
		}
	case b[1] == 'I' && hasPrefix(b, "SIG-MediaManager-("):
		return t.mediaManager(dst)
	}
	return dst
}

func (t *trace) serviceM(dst []schemas.Event) []schemas.Event {
	b := t.body
	switch {
	case b[1] == 'T' && hasPrefix(b, "MTP usage ("): // without the process that prints it
		return t.throttled(dst)
	case b[1] == 'G' && hasPrefix(b, "MGCPpn9d - "):
		return t.backhaul(dst)
	case b[1] == 'R' && hasPrefix(b, "MRM::"), b[1] == 'e' && (hasPrefix(b, "MediaResource") || hasPrefix(b, "MediaTerm")),
		b[1] == 'o' && hasPrefix(b, "MohControl"), b[1] == 'O' && hasPrefix(b, "MOH"):
		return t.resource(dst)
	}
	return dst
}

// param returns the value behind name in b, without the blanks before it; it
// ends as word says. Nil when name is not there.
func param(b []byte, name string) []byte {
	v, ok := after(b, name)
	if !ok {
		return nil
	}
	if v = word(bytes.TrimLeft(v, " ")); len(v) == 0 {
		return nil
	}
	return v
}

// upTo returns b up to the first end, all of it when there is none.
func upTo(b []byte, end string) []byte {
	v, _, _ := bytes.Cut(b, []byte(end))
	return v
}
