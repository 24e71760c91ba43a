package cucm

import (
	"bytes"
	"strconv"

	"github.com/uctrace/uctrace/schemas"
)

// statesService reports whether sdlSignal may find a fact in a signal.
func statesService(signal []byte) bool {
	switch string(signal) {
	case "StationRegister", "MGCPRestartInProgress",
		"MXErrorReport", "MediaExchangeOfferErr", "MediaConnectErrorInd", "MediaConnectErr",
		"MrmAllocateMtpResourceErr", "MrmAllocateXcoderResourceErr", "MrmAllocateConferenceResourceErr",
		"MrmAllocateUcbResourceErr", "MrmAllocateMohResourceErr", "MrmAllocateAnnResourceErr",
		"MrmAllocateMtpResourceReq", "MrmAllocateXcoderResourceReq", "MrmAllocateConferenceResourceReq",
		"MrmAllocateUcbResourceReq", "MrmAllocateMohResourceReq", "MrmAllocateAnnResourceReq",
		"SIPPingResult", "DbDiagnosticsReq",
		"CtiUserSettingsRes", "CtiLoginCheckRes", "CtiLoginCheckTimeout", "CtiDeviceOpenDeviceReq",
		"CtiLineOpenLineRes", "CtiDeviceOpenDeviceRes":
		return true
	}
	return false
}

// sdlSignal appends the event of a signal that is not about the steps of a
// call. A signal is printed for every process it reaches; the first counts.
//
//	StationRegister       |wait_register      |StationD(2,100,63,33760)    |StationInit(2,100,62,1)  |… Name=SEP001122334455 Type=495 maxStreams=40 …
//	MGCPRestartInProgress |wait               |MGCPInit(3,100,168,1)       |MGCPHandler(3,100,169,1) |… *@gw1.example.com portNum= 0 RSIP 248528641 - RM: graceful(unknown)
//	MediaConnectErrorInd  |wait               |MediaCoordinator(2,100,141,1) |MediaManager(2,100,140,7) |… CI1=49611469 CI2=49611470 … Cause=1
//	SIPPingResult         |restart0           |SIPD(2,100,81,2)            |SIPHandler(2,100,79,1)   |… ccbID= 56626 interErr=F resp=483 state=0 … PeerAddr = 10.1.0.8:5060
func sdlSignal(t *trace, s *sdlSig, dst []schemas.Event) []schemas.Event {
	if s.copy || len(s.signal) < 8 {
		return dst
	}
	switch s.signal[0] {
	case 'C':
		if hasPrefix(s.signal, "Cti") && !s.sent {
			return t.ctiSignal(dst, s)
		}
	case 'D':
		if string(s.signal) == "DbDiagnosticsReq" && !s.sent {
			return t.diagnostics(dst, s)
		}
	case 'M':
		switch {
		case string(s.signal) == "MGCPRestartInProgress":
			return t.gatewayRestart(dst, s)
		case hasPrefix(s.signal, "MrmAllocate"):
			return t.resourceSignal(dst, s)
		}
		return t.mediaErrorSignal(dst, s)
	case 'S':
		switch string(s.signal) {
		case "StationRegister":
			return t.registerSignal(dst, s)
		case "SIPPingResult":
			return t.pingResult(dst, s)
		}
	}
	return dst
}

// registerSignal appends the event of an SCCP phone that asks to be
// registered.
func (t *trace) registerSignal(dst []schemas.Event, s *sdlSig) []schemas.Event {
	if hasPrefix(s.receiver, "StationInit(") {
		return dst // from the phone to its process is the second hop
	}
	f := fact{kind: schemas.KindRegistrationState}
	device := param(s.params, "Name=")
	f.with("state", stateRequested)
	f.with("device", device)
	f.with("protocol", protocolSCCP)
	f.with("type", param(s.params, "Type="))
	f.key(schemas.KeyDevice, device)
	if s.ip != nil {
		f.key(schemas.KeyAddr, s.ip)
	} else if v, ok := after(s.params, "stationIpAddr=0x{"); ok {
		f.key(schemas.KeyAddr, hexAddr(upTo(v, "}")))
	}
	return t.line(dst, &f)
}

// hexAddr returns an IPv4 address that is printed as four numbers in hex, nil
// when it is none.
//
//	a,1,0,21  →  10.1.0.33
func hexAddr(b []byte) []byte {
	var addr []byte
	parts := bytes.Split(b, []byte{','})
	for i, part := range parts {
		n, err := strconv.ParseUint(string(part), 16, 8)
		if err != nil || len(parts) != 4 {
			return nil
		}
		if i > 0 {
			addr = append(addr, '.')
		}
		addr = strconv.AppendUint(addr, n, 10)
	}
	if string(addr) == "0.0.0.0" {
		return nil
	}
	return addr
}

// gatewayRestart appends the event of an MGCP gateway that goes out of
// service or comes back (RFC 3435 section 2.3.12): it says how.
func (t *trace) gatewayRestart(dst []schemas.Event, s *sdlSig) []schemas.Event {
	if s.receiver != nil && !hasPrefix(s.receiver, "MGCPInit(") {
		return dst
	}
	v, ok := after(s.params, "RM:")
	if !ok {
		return dst
	}
	how := word(bytes.TrimLeft(v, " "))
	how, _, _ = bytes.Cut(how, []byte{'('})
	f := fact{kind: schemas.KindRegistrationState}
	switch string(how) {
	case "graceful", "forced":
		f.with("state", stateUnregistered)
	case "restart", "disconnected":
		f.with("state", stateRequested)
	default:
		return dst
	}
	device := word(s.params)
	f.with("device", device)
	f.with("protocol", protocolMGCP)
	f.with("reason", how)
	f.endpoint(device)
	return t.line(dst, &f)
}

// mediaErrorSignal appends the event of a media connection that failed. The
// coordinator and the connection manager only pass it on.
func (t *trace) mediaErrorSignal(dst []schemas.Event, s *sdlSig) []schemas.Event {
	if s.sent || hasPrefix(s.sender, "MediaCoordinator(") || hasPrefix(s.sender, "ConnectionManager(") {
		return dst
	}
	f := fact{kind: schemas.KindMediaError}
	f.with("error", s.signal)
	for _, name := range [...]string{" Cause=", " cause=", " cv="} {
		if v := param(s.params, name); v != nil {
			f.with("cause", v)
			break
		}
	}
	if len(s.params) > 0 {
		f.with("detail", bytes.TrimSpace(s.params[:min(len(s.params), 200)]))
	}
	f.legs(s.params)
	return t.line(dst, &f)
}

// resourceSignal appends the event of a request for a media resource as it
// reaches the media resource manager, and of the manager's refusal to the
// process that asked, because the text about that names no call.
//
//	MrmAllocateMtpResourceReq |waiting |MediaResourceManager(3,100,121,1) |SIPCdpc(3,100,180,9645) |… CI=51140858 MRGLPkid=… Kpbs=0 RegionA=Branch CapA=7 RegionB=HQ CapB=1 SuppressFlag=0 …
func (t *trace) resourceSignal(dst []schemas.Event, s *sdlSig) []schemas.Event {
	f := fact{kind: schemas.KindMediaResource}
	f.with("resource", resourceName(nil, s.signal))
	switch {
	case s.sent:
		return dst
	case bytes.HasSuffix(s.signal, []byte("Req")) && hasPrefix(s.receiver, "MediaResourceManager("):
		f.with("state", stateRequested)
		if i := bytes.Index(s.params, []byte("RegionA=")); i >= 0 {
			f.with("detail", upTo(s.params[i:], " SuppressFlag"))
		}
	case bytes.HasSuffix(s.signal, []byte("Err")) && hasPrefix(s.sender, "MediaResourceManager("):
		f.with("state", stateFailed)
		f.with("code", param(s.params, "errBitset="))
		f.with("detail", s.signal)
	default:
		return dst
	}
	f.legs(s.params)
	return t.line(dst, &f)
}

// pingResult appends the event of an OPTIONS request to a trunk that got no
// answer. Any answer shows that the peer is there, 483 Too Many Hops too,
// since CUCM sends Max-Forwards: 0.
func (t *trace) pingResult(dst []schemas.Event, s *sdlSig) []schemas.Event {
	if string(param(s.params, "interErr=")) != "T" {
		return dst
	}
	f := fact{kind: schemas.KindSIPError}
	f.with("error", []byte("send-failed"))
	f.with("detail", upTo(s.params, " --"))
	if peer := param(s.params, "PeerAddr ="); peer != nil {
		f.with("peer", peer)
		f.addr(peer)
	}
	return t.line(dst, &f)
}
