package cucm

import (
	"encoding/hex"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// isdn appends the event of a message of Q.931, or of H.225, which is built
// like one. The lines before it print its information elements one by one.
//
//	In  Message -- PriSetupMsg -- Protocol= PriNi2Protocol
//	Ie - Q931CallingPartyIe -- IEData= 6C 09 41 80 35 35 35 30 31 31 35
//	IsdnMsgData1= 08 02 00 82 05 04 03 80 90 A2 18 03 A9 83 81 6C 09 41 80 35 35 35 30 31 31 35 70 05 C1 31 30 30 33
//	IsdnMsgData2= 08 02 80 82 45 08 02 80 90
func (t *trace) isdn(dst []schemas.Event) ([]schemas.Event, bool) {
	line := t.words()
	if _, rest := text.Line(t.text()); len(rest) > 2 && hexDigit(rest[0]) < 16 && hexDigit(rest[1]) < 16 && rest[2] == ' ' {
		line = t.joined()
	}
	const name = "IsdnMsgData1="
	if len(line) < len(name) || line[len(name)-1] != '=' {
		return dst, false
	}
	direction := dirIn
	switch line[len(name)-2] {
	case '1':
	case '2':
		direction = dirOut
	default:
		return dst, false
	}
	var room [512]byte
	var m isdnMessage
	if !m.read(octets(room[:0], line[len(name):])) {
		return append(dst, unparsed("no Q.931 message in the octets")), true
	}
	f := fact{kind: schemas.KindDigitsSignal}
	protocol := protocolQ931
	if m.h225 {
		protocol = protocolH225
	}
	f.with("protocol", protocol)
	f.with("message", m.name)
	f.with("direction", direction)
	f.with("calling", m.calling)
	f.with("called", m.called)
	f.cause(m.cause, "detail")
	f.with("reference", m.reference)
	f.with("detail", m.detail)
	return t.line(dst, &f), true
}

var (
	protocolQ931 = []byte("q931")
	protocolH225 = []byte("h225")
	protocolH245 = []byte("h245")
)

// octets appends the octets that b prints in hex, up to what is no octet.
func octets(dst, b []byte) []byte {
	for {
		for len(b) > 0 && b[0] == ' ' {
			b = b[1:]
		}
		if len(b) < 2 || len(dst) == cap(dst) {
			return dst
		}
		hi, lo := hexDigit(b[0]), hexDigit(b[1])
		if hi > 15 || lo > 15 || len(b) > 2 && b[2] != ' ' {
			return dst
		}
		dst = append(dst, hi<<4|lo)
		b = b[2:]
	}
}

// hexDigit returns the value of c, 255 when it is no hex digit.
func hexDigit(c byte) byte {
	switch {
	case c-'0' <= 9:
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}

// isdnMessage is what a message of Q.931 says.
type isdnMessage struct {
	name            []byte // Setup
	reference       []byte // the call reference without its flag, in hex: 0082
	calling, called []byte
	cause           []byte // decimal
	detail          []byte
	h225            bool // it has the user-user element that H.225.0 puts into every message
}

// Information elements of Q.931 (ITU-T Q.931 table 4-3, codeset 0).
const (
	ieCause         = 0x08
	ieConnected     = 0x4C
	ieCallingNumber = 0x6C
	ieCalledNumber  = 0x70
	ieUserUser      = 0x7E
)

// read reads a message: protocol discriminator, call reference, type,
// elements. The log cuts a long one; what is there counts.
func (m *isdnMessage) read(b []byte) bool {
	if len(b) < 3 || b[0] != 0x08 || b[1] > 2 || len(b) < int(b[1])+3 {
		return false
	}
	n := int(b[1])
	if reference := append([]byte(nil), b[2:2+n]...); n > 0 {
		reference[0] &= 0x7F // the flag tells the side that began the call
		m.reference = hex.AppendEncode(nil, reference)
	}
	if m.name = isdnName(b[2+n]); m.name == nil {
		return false
	}
	for b = b[3+n:]; len(b) >= 2; {
		if b[0]&0x80 != 0 {
			b = b[1:] // of one octet (ITU-T Q.931 section 4.5.1)
			continue
		}
		ie, size := b[0], int(b[1])
		b = b[2:]
		if ie == ieUserUser && len(b) > 1 {
			m.h225 = b[0] == 0x05 || b[1] == 0x05 // its length is of two octets there
			return true
		}
		if size > len(b) {
			return true
		}
		m.element(ie, b[:size])
		b = b[size:]
	}
	return true
}

// element reads one element. The octets before a number or a cause have the
// extension bit set in the last of them (ITU-T Q.931 section 4.5.1).
func (m *isdnMessage) element(ie byte, v []byte) {
	i := 0
	for i < len(v) && v[i]&0x80 == 0 {
		i++
	}
	i++
	if i >= len(v) {
		return
	}
	switch ie {
	case ieCallingNumber:
		m.calling = ia5(v[i:])
	case ieCalledNumber:
		m.called = ia5(v[i:])
	case ieConnected:
		if number := ia5(v[i:]); number != nil {
			m.detail = append([]byte("connected "), number...)
		}
	case ieCause:
		if c := v[i] & 0x7F; c > 0 {
			m.cause = appendDecimal(nil, c)
		}
	}
}

// ia5 returns the digits of a number, nil when v is none.
func ia5(v []byte) []byte {
	for _, c := range v {
		if !dialable([]byte{c}) {
			return nil
		}
	}
	if len(v) == 0 {
		return nil
	}
	return append([]byte(nil), v...)
}

func appendDecimal(dst []byte, n byte) []byte {
	if n >= 100 {
		dst = append(dst, '0'+n/100)
	}
	if n >= 10 {
		dst = append(dst, '0'+n/10%10)
	}
	return append(dst, '0'+n%10)
}

// isdnName returns the name of a message type (ITU-T Q.931 table 4-2), nil
// for none.
func isdnName(c byte) []byte {
	for i := range isdnNames {
		if isdnNames[i].code == c {
			return []byte(isdnNames[i].name)
		}
	}
	return nil
}

var isdnNames = [...]struct {
	code byte
	name string
}{
	{0x01, "Alerting"},
	{0x02, "CallProceeding"},
	{0x03, "Progress"},
	{0x05, "Setup"},
	{0x07, "Connect"},
	{0x0D, "SetupAcknowledge"},
	{0x0F, "ConnectAcknowledge"},
	{0x20, "UserInformation"},
	{0x21, "SuspendReject"},
	{0x22, "ResumeReject"},
	{0x24, "Hold"},
	{0x25, "Suspend"},
	{0x26, "Resume"},
	{0x28, "HoldAcknowledge"},
	{0x2D, "SuspendAcknowledge"},
	{0x2E, "ResumeAcknowledge"},
	{0x30, "HoldReject"},
	{0x31, "Retrieve"},
	{0x33, "RetrieveAcknowledge"},
	{0x37, "RetrieveReject"},
	{0x45, "Disconnect"},
	{0x46, "Restart"},
	{0x4D, "Release"},
	{0x4E, "RestartAcknowledge"},
	{0x5A, "ReleaseComplete"},
	{0x60, "Segment"},
	{0x62, "Facility"},
	{0x64, "Register"},
	{0x6E, "Notify"},
	{0x75, "StatusEnquiry"},
	{0x79, "CongestionControl"},
	{0x7B, "Information"},
	{0x7D, "Status"},
}
