package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/schemas"
)

// registration appends what a REGISTER or its final answer means: a stage of a
// client's sign-in, the state of a phone. 401 and 407 ask for credentials, 423
// for another lease: the client goes on. A REGISTER with Expires: 0 is a
// sign-out. fields are the header fields of m as they stand.
func (s *statement) registration(dst []schemas.Event, x *schemas.SIP, m *sip.Message, fields []byte, stage string) []schemas.Event {
	lease := header(fields, "\nExpires:")
	f := fact{stage: stage, callID: []byte(x.CallID), device: sip.Device(m.Contact)}
	status := x.Status
	switch {
	case status == 0:
		dst = s.load(dst, fields)
		if string(digits(lease)) == "0" {
			return dst
		}
		f.outcome, f.host = enter, uriHost(m.URI)
	case status < 200, status == 401, status == 407, status == 423, status/100 == 3:
		return dst
	case status < 300:
		f.outcome = ok
		if len(lease) > 0 {
			f.detail = append([]byte("Expires: "), lease...)
		}
	default:
		f.outcome = fail
		f.detail = append(append([]byte(nil), m.Line[len("SIP/2.0 "):]...), reasons(m)...)
	}
	if status > 0 {
		f.status = m.Line[len("SIP/2.0 ") : len("SIP/2.0 ")+3]
	}
	if s.shape != phone {
		return s.stage(dst, &f)
	}
	return s.answered(dst, f, m)
}

// answered appends the state that the final answer to a phone's REGISTER is.
func (s *statement) answered(dst []schemas.Event, f fact, m *sip.Message) []schemas.Event {
	p := registered{device: f.device, callID: f.callID, detail: f.detail, contact: sip.User(m.Contact)}
	switch f.outcome {
	case ok:
		return s.registered(dst, "registered", p)
	case fail:
		p.reason, p.name = f.status, m.Phrase
		return s.registered(dst, "rejected", p)
	}
	return dst
}

// load appends the client's version, which CUCM is told in the Reason of a
// REGISTER.
//
//	Reason: SIP;cause=200;text="cisco-alarm:111 Name=CSFrado ActiveLoad=Jabber_for_Windows-12.8.0.51973 InactiveLoad=… Last=Application-Requested-Destroy"
func (s *statement) load(dst []schemas.Event, fields []byte) []schemas.Event {
	load := until(after(fields, " ActiveLoad="), " \"\r\n")
	at := bytes.LastIndexByte(load, '-')
	if at < 1 {
		return dst
	}
	return s.version(dst, load[:at], load[at+1:])
}

// header returns the value of the first header field that begins with name,
// nil when there is none.
func header(fields []byte, name string) []byte {
	at := bytes.Index(fields, []byte(name))
	if at < 0 {
		return nil
	}
	return bytes.TrimSpace(until(fields[at+len(name):], "\r\n^"))
}

// reasons returns the Warning and Reason values of m, each behind "; ".
func reasons(m *sip.Message) []byte {
	var out []byte
	for _, v := range [...][]byte{m.Warning, m.Reason} {
		if len(v) > 0 {
			out = append(append(out, "; "...), v...)
		}
	}
	return out
}

// uriHost returns the host of a SIP URI, without port.
func uriHost(uri []byte) []byte {
	_, host, found := bytes.Cut(uri, []byte(":"))
	if !found {
		return nil
	}
	if at := bytes.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	return until(host, ":;?>")
}
