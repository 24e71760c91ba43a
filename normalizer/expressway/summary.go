package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/schemas"
)

// summary appends the message that an INFO line repeats.
//
//	Detail="Receive Request Method=INVITE, CSeq=100, Request-URI=sip:1004@cucm1.example.com, Call-ID=e7e75ff9a67fb2435b25eab2a1498171, From-Tag=809f1f10ebdb302c, To-Tag=, Msg-Hash=14340233468942773735, Local-SessionID=, Remote-SessionID="
//	Detail="Sending Response Code=100, Method=INVITE, CSeq=101, To=sip:1004@cucm1.example.com, Call-ID=22794c00-a4a17661-3a-6936510a@10.81.54.105, …"
func (s *statement) summary(dst []schemas.Event) []schemas.Event {
	var p pairs
	s.pairs(&p)
	d := p.value(fDetail)
	callID := part(d, "Call-ID=")
	method := part(d, "Method=")
	if len(callID) == 0 || len(method) == 0 {
		return dst
	}
	status := 0
	for _, c := range part(d, "Code=") {
		if c < '0' || c > '9' || status > 99 {
			return dst
		}
		status = status*10 + int(c-'0')
	}
	dst, e := s.fact(dst, schemas.KindSIPSummary, 3, 4)
	x := s.mem.SIP()
	e.SIP = x
	x.Method, x.Status, x.CallID = s.mem.String(method), status, s.mem.String(callID)
	if n := part(d, "CSeq="); len(n) > 0 {
		x.CSeq = s.mem.Keep(append(append(append(s.mem.Scratch(), n...), ' '), method...))
	}
	x.SessionID = sessionID(d)
	if status == 0 {
		uri := part(d, "Request-URI=")
		x.RequestURI = s.mem.String(uri)
		e.Attrs = s.attrs(e.Attrs, "ruri_user", sip.URIUser(uri))
	}
	// A REGISTER and a response print To instead of the Request-URI.
	e.Attrs = s.attrs(e.Attrs, "to_user", sip.URIUser(part(d, ", To=")))
	s.addressed(x, &p)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "of", Value: "info"})
	e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCallID, Value: e.SIP.CallID})
	local, remote := sip.SessionHalves(bytes.ToLower([]byte(e.SIP.SessionID)))
	e.Keys = s.key1(e.Keys, schemas.KeySessionID, local)
	if !bytes.Equal(local, remote) {
		e.Keys = s.key1(e.Keys, schemas.KeySessionID, remote)
	}
	hash := part(d, "Msg-Hash=")
	if len(hash) == 0 {
		hash = p.value(fMsgHash)
	}
	e.Keys = s.hashKey(e.Keys, hash)
	return dst
}

// sessionID returns the Session-ID header value that a summary splits in two.
func sessionID(d []byte) string {
	local, remote := part(d, "Local-SessionID="), part(d, "Remote-SessionID=")
	if len(local) == 0 && len(remote) == 0 {
		return ""
	}
	if len(local) == 0 {
		local = []byte("00000000000000000000000000000000")
	}
	if len(remote) == 0 {
		return string(local)
	}
	return string(local) + ";remote=" + string(remote)
}

// part returns the value of a field of a summary: it ends at the next comma.
func part(d []byte, name string) []byte {
	at := bytes.Index(d, []byte(name))
	if at < 0 {
		return nil
	}
	d = d[at+len(name):]
	if end := bytes.IndexByte(d, ','); end >= 0 {
		d = d[:end]
	}
	return bytes.TrimSpace(d)
}
