package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// sdlSig is the text of an SdlSig record. Its columns stand between bars, the
// receiver before the sender:
//
//	StationRegister |restart0 |StationInit(1,100,63,11) |StationD(1,100,63,3) |1,100,14,5.9^10.1.0.2^SEP001122334455 |[R:N-H:0,N:0,L:0,V:0,Z:0,D:0] Name=SEP001122334455 Type=495
//
// All parts are parts of the record; a missing one is nil. Most signals are asked
// how state, receiver and sender begin, if that: the padding behind them stays.
type sdlSig struct {
	signal   []byte // StationRegister
	state    []byte // of the receiver: restart0, "NA RemoteSignal" when it is elsewhere
	receiver []byte // StationInit(1,100,63,11): name(node,app,process type,instance)
	sender   []byte // StationD(1,100,63,3)
	tag      []byte // 1,100,14,5.9
	device   []byte // SEP001122334455
	ip       []byte // 10.1.0.2
	flags    []byte // R:N-H:0,N:0,L:0,V:0,Z:0,D:0
	params   []byte // what stands behind the flags, further lines included
	sent     bool   // SdlSig-O: goes to another node, which logs it too
	received bool   // SdlSig-I: comes from another node
	copy     bool   // SdlSig-S, -Q, -D: a queue prints the same signal again
}

// read reads what stands behind the type column kind. Its columns are unset.
func (s *sdlSig) read(kind, body []byte) {
	if len(kind) == len("SdlSig-O") {
		switch kind[len(kind)-1] {
		case 'O':
			s.sent = true
		case 'I':
			s.received = true
		default:
			s.copy = true
		}
	}
	var origin []byte
	for _, column := range [...]*[]byte{&s.signal, &s.state, &s.receiver, &s.sender, &origin} {
		bar := bytes.IndexByte(body, '|')
		if bar < 0 {
			*column, body = body, nil
			break
		}
		*column, body = body[:bar], body[bar+1:]
	}
	s.signal, s.state, s.receiver, s.sender = present(s.signal), begun(s.state), begun(s.receiver), begun(s.sender)
	if !s.legacyTag(origin) {
		s.tag, origin, _ = bytes.Cut(origin, []byte{'^'})
		s.ip, s.device, _ = bytes.Cut(origin, []byte{'^'})
		s.tag, s.ip, s.device = present(s.tag), named(s.ip), named(s.device)
	}
	s.params = bytes.TrimSpace(body)
	if len(s.params) > 0 && s.params[0] == '[' {
		if end := bytes.IndexByte(s.params, ']'); end > 0 {
			s.flags, s.params = s.params[1:end], bytes.TrimSpace(s.params[end+1:])
		}
	}
}

// named returns a part of a correlation tag; * and "Port 45168" name nothing.
func named(part []byte) []byte {
	if part = present(part); string(part) == "*" || bytes.IndexByte(part, ' ') >= 0 {
		return nil
	}
	return part
}

// signal appends the events that a signal states.
func (t *trace) signal(dst []schemas.Event, kind []byte) []schemas.Event {
	var s sdlSig
	if s.read(kind, t.body); s.copy || !stating(s.signal) {
		return dst
	}
	t.columns = true
	t.tag, t.ip, t.device = s.tag, s.ip, s.device
	from := len(dst)
	if dst = t.callSignal(dst, &s); len(dst) > from {
		return dst
	}
	return sdlSignal(t, &s, dst)
}

// repeats reports whether c ends the type of a record that prints a signal
// again: saved, queued, taken off the queue.
func repeats(c byte) bool { return c == 'S' || c == 'Q' || c == 'D' }

// mute reports whether the record, which is shaped and of a signal, states
// nothing. It is asked for more records than anything else.
func mute(record []byte) bool {
	const bar = sdlBar2 + 1 + len("SdlSig   ")
	if len(record) <= bar || record[bar] != '|' {
		return false // a trimmed type column
	}
	if record[bar-3] == '-' && repeats(record[bar-2]) {
		return true
	}
	name := record[bar+1:]
	n := 0
	for n < len(name) && name[n] != ' ' && name[n] != '|' {
		n++
	}
	return !stating(name[:n])
}
