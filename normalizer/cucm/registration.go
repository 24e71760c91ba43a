package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// The states of a registration.
var (
	stateRegistered   = []byte("registered")
	stateRefreshed    = []byte("refreshed")
	stateRejected     = []byte("rejected")
	stateUnregistered = []byte("unregistered")
	stateLost         = []byte("lost")
)

var protocolSIP = []byte("sip")

// sipStation appends the event of a line of the process that a SIP phone has
// while it is registered. It reports what the phone said of itself, which may
// be the history of an older failure, and what CUCM decided.
//
//	SIPStationD(9841) - sendRegisterResp: non-200 response code 503, ccbId 54422, expires 0, warning Device handler is shutting down
//	SIPStationD(9841) - Received REGISTER in wait_subTerm state, sending 503
//	SIPStationD(607) - verifyAddressAndPort - Endpoint unregistered (expires=0), old ip:10.1.0.9, new ip:10.1.0.9
//	SIPStationD(9844) - parseReasonHeader: SIP;cause=200;text="cisco-alarm:24 Name=SEP001122334455 ActiveLoad=sip78xx.10-3-0-21dev.loads InactiveLoad= Last=phone-reg-rej"
func (t *trace) sipStation(dst []schemas.Event) []schemas.Event {
	line, ok := t.stationWords()
	if !ok {
		return dst
	}
	if hasPrefix(line, "validTLSConnection") {
		return t.certificateName(dst, line)
	}
	f := fact{kind: schemas.KindRegistrationState}
	switch {
	case hasPrefix(line, "Received REGISTER from "):
		contact := word(line[len("Received REGISTER from "):])
		f.with("state", stateRequested)
		f.with("contact", contact)
		user := upTo(bytes.TrimPrefix(contact, []byte("sip:")), "@")
		if dialable(user) {
			f.key(schemas.KeyDN, user)
		}
	case hasPrefix(line, "Received REGISTER in ") && bytes.Contains(line, []byte(" sending 503")):
		f.kind = schemas.KindSIPError
		f.with("error", []byte("shutting-down"))
		f.with("detail", line)
		return t.line(dst, &f)
	case hasPrefix(line, "verifyAddressAndPort"):
		i := bytes.Index(line, []byte("Endpoint unregistered"))
		if i < 0 {
			return dst
		}
		f.with("state", stateUnregistered)
		f.with("detail", line[i:])
		f.key(schemas.KeyAddr, param(line, "old ip:"))
	case hasPrefix(line, "processReasonCode"):
		v, ok := after(line, "reason code=[")
		if !ok {
			return dst
		}
		f.with("state", stateRequested)
		f.with("reason", word(v))
		f.with("detail", []byte("provided by the phone"))
	case hasPrefix(line, "parseReasonHeader: "):
		if !f.history(line[len("parseReasonHeader: "):]) {
			return dst
		}
	case hasPrefix(line, "parseLoad: "):
		return t.firmware(dst, line[len("parseLoad: "):])
	case hasPrefix(line, "sendRegisterResp: non-200 response code "):
		code := leadingDigits(line[len("sendRegisterResp: non-200 response code "):])
		if string(code) == "401" || string(code) == "407" {
			return dst // a challenge is the first step of digest authentication
		}
		f.with("state", stateRejected)
		f.with("reason", code)
		if v, ok := after(line, "warning "); ok {
			f.with("text", bytes.TrimSpace(v))
		}
	case hasPrefix(line, "DevStat-StopClose: "):
		if !f.closing(line[len("DevStat-StopClose: "):]) {
			return dst
		}
	default:
		i := bytes.Index(line, []byte("Primary Line Timeout"))
		if i < 0 {
			return dst
		}
		f.with("state", stateLost)
		f.with("reason", []byte("Primary Line Timeout"))
		f.with("detail", line[i:])
	}
	f.with("protocol", protocolSIP)
	return t.line(dst, &f)
}

// stationWords returns the words behind the name of the process, and whether
// they may state a fact. Two letters tell for most.
func (t *trace) stationWords() ([]byte, bool) {
	i := bytes.IndexByte(t.body[:min(len(t.body), 40)], ')')
	if i < 0 {
		return nil, false
	}
	rest := t.body[i+1:]
	for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '-' || rest[0] >= 0x80) {
		rest = rest[1:] // the dash may be a typographic one
	}
	if len(rest) < 12 {
		return nil, false
	}
	switch string(rest[:2]) {
	case "Re", "ve", "pr", "pa", "se", "De", "va":
	default:
		line := rest
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end]
		}
		if !bytes.Contains(line, []byte("Primary Line Timeout")) {
			return nil, false
		}
	}
	line := t.words()
	if i = bytes.IndexByte(line, ')'); i < 0 {
		return nil, false
	}
	return bytes.TrimLeft(line[i+1:], " -"), true
}

// history reads the Reason header of a REGISTER: why the phone registers anew.
func (f *fact) history(header []byte) bool {
	v, ok := after(header, "cisco-alarm:")
	if !ok {
		return false
	}
	f.with("state", stateRequested)
	f.with("device", param(v, "Name="))
	f.with("reason", leadingDigits(v))
	if i := bytes.Index(v, []byte("Last=")); i >= 0 {
		f.with("detail", bytes.TrimRight(v[i:], "\" "))
	}
	f.key(schemas.KeyDevice, f.value("device"))
	return true
}

// closing reads why a station is stopped. A station that did not get through
// its first registration was rejected before.
func (f *fact) closing(why []byte) bool {
	state := stateUnregistered
	switch {
	case bytes.Contains(why, []byte("egistration failed")):
		return false
	case bytes.Contains(why, []byte("imeout")), bytes.Contains(why, []byte("roken")):
		state = stateLost
	}
	f.with("state", state)
	f.with("text", bytes.TrimSpace(why))
	return true
}

// firmware appends the event of the firmware that a phone reports.
//
//	parseLoad: InactiveLoad= name is: [sip78xx.10-1-1-9.loads]
func (t *trace) firmware(dst []schemas.Event, v []byte) []schemas.Event {
	name, value, ok := bytes.Cut(v, []byte("= name is: ["))
	if value = word(value); !ok || len(value) == 0 {
		return dst
	}
	f := fact{kind: schemas.KindConfigValue}
	f.with("name", name)
	f.with("value", value)
	return t.line(dst, &f)
}

// certificateName appends the event of a TLS connection whose certificate
// bears another name than the phone security profile. CUCM looks at the
// subject first, which need not match.
//
//	validTLSConnection:TLS InvalidX509NameInCertificate Error , did not find matching SAN either, Rcvd=expc.example.com, Expected=SEP001122334455
func (t *trace) certificateName(dst []schemas.Event, line []byte) []schemas.Event {
	if text.Index(line, "did not find matching SAN", len("did not find matchin")) < 0 {
		return dst
	}
	f := fact{kind: schemas.KindTLSCertificate}
	f.with("outcome", []byte("fail"))
	f.with("subject", param(line, "Rcvd="))
	f.with("reason", []byte("InvalidX509NameInCertificate"))
	if expected := param(line, "Expected="); expected != nil {
		f.with("host", expected)
	}
	f.with("detail", bytes.TrimLeft(line[len("validTLSConnection"):], " :"))
	return t.line(dst, &f)
}

// sipStationInit appends the event of a line of the process that receives the
// first REGISTER of a SIP phone. That it counts a phone as registered means
// only that it has made a process for it.
//
//	SIPStationInit: connId=10450, SEP001122334455, 74d90216-d976-7ef6-2922-0a9c72231228@10.1.0.58:44156, New [dynamic] device registering over TCP transport
func (t *trace) sipStationInit(dst []schemas.Event) []schemas.Event {
	b := t.body[len("SIPStationInit: "):]
	if !hasPrefix(b, "connI") {
		return t.noDevice(dst)
	}
	if !bytes.Contains(b[:min(len(b), 256)], []byte(", New [")) {
		return dst
	}
	parts := bytes.SplitN(t.words(), []byte(", "), 4)
	if len(parts) < 4 || !hasPrefix(parts[3], "New [") {
		return dst
	}
	f := fact{kind: schemas.KindRegistrationState}
	f.with("state", stateRequested)
	f.with("device", parts[1])
	f.with("protocol", protocolSIP)
	f.with("contact", parts[2])
	f.with("detail", parts[3])
	f.key(schemas.KeyDevice, parts[1])
	if _, peer, ok := bytes.Cut(parts[2], []byte{'@'}); ok {
		f.addr(peer)
	}
	return t.line(dst, &f)
}

// addr adds the host of host:port as a key.
func (f *fact) addr(peer []byte) {
	if i := bytes.LastIndexByte(peer, ':'); i > 0 && digits(peer[i+1:]) && peer[i-1] != ':' {
		peer = peer[:i]
	}
	f.key(schemas.KeyAddr, bytes.Trim(peer, "[]"))
}
