package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// callSignal appends the event of a signal of call control. One call's signal
// passes through many processes; only the hop to or from call control counts.
//
//	CcSetupReq   |restart0  |LineControl(2,100,174,38) |Cdcc(2,100,219,6)    |… CI=49611480 … cgpn=tn=2npi=1ti=1nd=+14085550115pi=1si3 … cdpn=…nd=2003pi=1si1 … fateShareId=Cluster1:49611479
//	CcRejInd     |wait      |Cc(2,100,225,1)           |HuntListCdrc(3,100,192,1) |… CI=45136602 CI.branch=0 … CV=19 rejectType=1
//	CcDisconnInd |wait      |Cc(2,100,220,1)           |LineCdpc(2,100,175,6) |… CI=49611480 CI.branch=0 … cv=16
//	DaReq        |wait      |Da(2,100,211,1)           |Cdcc(2,100,219,6)    |… CI=49611479 Fqdn=pi=0si1 Cgpn=tn=2npi=1ti=1nd=+14085550115pi=1si0 DialedNum=tn=4npi=1ti=1nd=2003pi=0si1
func (t *trace) callSignal(dst []schemas.Event, s *sdlSig) []schemas.Event {
	f := t.newFact("")
	switch string(s.signal) {
	case "CcSetupReq":
		if s.received || !hasPrefix(s.sender, "Cdcc(") {
			return dst
		}
		f.kind = schemas.KindCallSetup
		f.with("row", rowSetup)
		f.with("calling", number(s.params, " cgpn="))
		f.with("called", number(s.params, " oCpdn="))
		f.with("final", number(s.params, " cdpn="))
		if v, ok := after(s.params, " cgPtyDev="); ok {
			f.key(schemas.KeyDevice, word(v))
		}
		if v, ok := after(s.params, "fateShareId="); ok {
			if _, first, ok := bytes.Cut(word(v), []byte{':'}); ok {
				f.ci(first)
			}
		}
	case "CcRejInd", "CcRelInd", "CcDisconnInd":
		if s.sent || !hasPrefix(s.receiver, "Cc(") {
			return dst
		}
		v, ok := afterFold(s.params, " cv=")
		if cause := leadingDigits(v); !ok || string(cause) == "0" || cause == nil {
			return dst // the end of what another signal has disconnected
		}
		f.kind = schemas.KindCallSetup
		row := rowRelease
		if string(s.signal) == "CcRejInd" {
			row = rowReject
		}
		f.with("row", row)
		f.cause(leadingDigits(v), "text")
	case "DaReq":
		f.kind = schemas.KindDigitsAnalysis
		f.with("calling", number(s.params, " Cgpn="))
		f.with("called", number(s.params, " DialedNum="))
	case "DmPidRes":
		return t.member(dst, s)
	default:
		return dst
	}
	if v, ok := bytes.CutPrefix(s.params, []byte("CI=")); ok {
		f.ci(bytes.TrimLeft(v, " "))
	}
	if f.k == 0 {
		return dst
	}
	return t.line(dst, f)
}

// member appends the event of a signal that tells a hunt list or a route list
// who its member is: the number of a line, or the name of a gateway or trunk.
// The texts of the list name members by the Cepn.
//
//	DmPidRes |select_facility |HuntListCdrc(3,100,192,1)      |DeviceManager(3,100,210,1) |… Cepn=747e9c25-… Id=0 ccmType=4 DeviceName=1000:7e63abf1-… Pid=3,100,178,14,…
//	DmPidRes |select_facility |RouteListCdrc(3,100,172,102714) |DeviceManager(3,100,53,1) |… Cepn=0d461be0-… Id=0 ccmType=8 DeviceName=SIP_TRUNK_1 Pid=3,100,181,12,…
func (t *trace) member(dst []schemas.Event, s *sdlSig) []schemas.Event {
	v, ok := behind(s.params, "DeviceName=", len("Device"))
	if !ok || s.sent || !hasPrefix(s.receiver, "HuntListCdrc(") && !hasPrefix(s.receiver, "RouteListCdrc(") {
		return dst
	}
	name, _, isLine := bytes.Cut(word(v), []byte{':'})
	f := fact{kind: schemas.KindDigitsRoute}
	f.with("member", name)
	if f.n == 0 {
		return dst
	}
	if !isLine {
		f.key(schemas.KeyDevice, name)
	}
	if i := bytes.Index(s.params, []byte("Cepn=")); i >= 0 {
		f.with("detail", word(s.params[i:]))
	}
	t.device = nil // of who caused it, not of the member
	return t.line(dst, &f)
}

var (
	rowSetup   = []byte("SETUP")
	rowRelease = []byte("RELEASE")
	rowReject  = []byte("REJECT")
)

// number returns the number in the parameter that name begins. A number is
// printed with its type, plan, and presentation, a URI in parts.
//
//	cgpn=tn=2npi=1ti=1nd=+14085550115pi=1si3
//	cdpn=tn=0npi=0ti=2nd=User=adaHost=example.comPort=0PassWord=…pi=1si1
func number(params []byte, name string) []byte {
	v, ok := after(params, name)
	if !ok {
		return nil
	}
	v = word(v)
	if i := bytes.Index(v, []byte("nd=")); i >= 0 {
		v = v[i+len("nd="):]
		n := 0
		for n < len(v) && dialable(v[n:n+1]) {
			n++
		}
		if n > 0 {
			return v[:n]
		}
	}
	if v, ok = after(v, "User="); !ok {
		return nil
	}
	user, _, ok := bytes.Cut(v, []byte("Host="))
	if !ok {
		return nil
	}
	return user
}

// afterFold returns what follows name, in lower or upper case, in b.
func afterFold(b []byte, name string) ([]byte, bool) {
	for i := 0; i+len(name) <= len(b); i++ {
		j := bytes.IndexByte(b[i:], name[0])
		if j < 0 || i+j+len(name) > len(b) {
			return nil, false
		}
		if i += j; bytes.EqualFold(b[i:i+len(name)], []byte(name)) {
			return b[i+len(name):], true
		}
	}
	return nil, false
}
