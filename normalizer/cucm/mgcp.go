package cucm

import (
	"bytes"
	"strconv"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// mgcp appends the events of the MGCP messages (RFC 3435) of a record. A
// datagram may hold several: a line with a dot stands between them.
//
//	MGCPHandler received msg from: 10.1.0.254
//	NTFY 248530706 *@gw1.example.com MGCP 0.1
//	X: 0
//	O:
//
//	MGCPHandler send msg SUCCESSFULLY to: 10.1.0.254
//	200 248530706
func (t *trace) mgcp(dst []schemas.Event) ([]schemas.Event, bool) {
	head, rest := text.Line(t.text())
	direction, peer := dirIn, []byte(nil)
	if v, ok := after(head, "received msg from: "); ok {
		peer = word(v)
	} else if v, ok := after(head, "SUCCESSFULLY to: "); ok {
		direction, peer = dirOut, word(v)
	} else {
		return dst, false
	}
	from := len(dst)
	start := t.record.Text[:len(t.record.Text)-len(t.body)+len(head)]
	for line := 1; len(rest) > 0; {
		var m mgcpMessage
		skipped := 0
		rest, skipped = m.read(rest)
		if m.verb != nil {
			f := m.fact(direction, peer)
			var room [schemas.MaxEvidence]byte
			evidence := append(append(append(room[:0], start...), '\n'), m.first...)
			dst = t.emit(dst, &f, evidence, 0)
			if from+1 < len(dst) {
				dst[len(dst)-1].Line = t.record.Line + line
			}
		}
		line += skipped
	}
	if len(dst) == from && !text.Blank(t.body[len(head):]) {
		dst = append(dst, unparsed("no MGCP message behind its head"))
	}
	return dst, true
}

var (
	dirIn  = []byte("in")
	dirOut = []byte("out")

	protocolMGCP = []byte("mgcp")
)

// mgcpMessage is a command or an answer. The slices are parts of the record.
type mgcpMessage struct {
	first    []byte // the command or status line
	verb     []byte // NTFY, 200
	endpoint []byte // S0/SU2/DS1-0/1@gw1.example.com
	call     []byte // C: the call identifier, in hex
	detail   []byte // what an answer or a restart says
}

// read reads the message that b begins with and returns what follows it, and
// the number of lines that it takes.
//
//	RSIP 248528522 *@gw1.example.com MGCP 0.1
//	RM: restart
//
//	500 248528522 Endpoint Unknown
func (m *mgcpMessage) read(b []byte) (rest []byte, lines int) {
	rest = b
	for len(rest) > 0 {
		var line []byte
		line, rest = text.Line(rest)
		lines++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if string(line) == "." {
			return rest, lines
		}
		if m.verb == nil {
			if !m.command(line) {
				return nil, lines
			}
			continue
		}
		switch {
		case hasPrefix(line, "C:"):
			m.call = bytes.TrimSpace(line[2:])
		case hasPrefix(line, "RM:"), hasPrefix(line, "E:"):
			m.detail = line // why it restarts, why it deletes a connection
		}
	}
	return nil, lines
}

// command reads the first line of a message.
func (m *mgcpMessage) command(line []byte) bool {
	verb, rest, ok := bytes.Cut(line, []byte{' '})
	if !ok || !mgcpVerb(verb) {
		return false
	}
	m.first, m.verb = line, verb
	rest = bytes.TrimLeft(rest, " ")
	rest = bytes.TrimLeft(rest[len(leadingDigits(rest)):], " ")
	if verb[0]-'0' <= 9 {
		m.detail = rest
		return true
	}
	m.endpoint = word(rest)
	return true
}

// mgcpVerb reports whether b is a verb of four letters or a status.
func mgcpVerb(b []byte) bool {
	if len(b) == 3 {
		return digits(b)
	}
	switch string(b) {
	case "CRCX", "MDCX", "DLCX", "RQNT", "NTFY", "AUEP", "AUCX", "RSIP", "EPCF", "MESG":
		return true
	}
	return false
}

func (m *mgcpMessage) fact(direction, peer []byte) fact {
	f := fact{kind: schemas.KindDigitsSignal}
	f.with("protocol", protocolMGCP)
	f.with("message", m.verb)
	f.with("direction", direction)
	f.with("peer", peer)
	f.with("reference", m.call)
	f.with("endpoint", m.endpoint)
	f.with("detail", m.detail)
	f.key(schemas.KeyAddr, peer)
	f.ci(m.ci())
	return f
}

// ci returns the call identifier in the call id that CUCM makes: eight digits
// of prefix, the call identifier, the node, the call reference, all in hex.
//
//	D000000002f502cd000000F580000082  →  49611469
func (m *mgcpMessage) ci() []byte {
	if len(m.call) != 32 || hexDigit(m.call[0]) < 10 || string(m.call[1:8]) != "0000000" || !bytes.EqualFold(m.call[16:24], []byte("000000f5")) {
		return nil
	}
	n, err := strconv.ParseUint(string(m.call[8:16]), 16, 32)
	if err != nil {
		return nil
	}
	return strconv.AppendUint(nil, n, 10)
}
