package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// xcp reads a record of an XCP process: the server dialback of XEP-0220 as
// XCP_CM2 prints it, and the connections between the components. The lines of a
// dialback are told by their words, because the CodeLocation differs between
// releases; what fails is looked for only where the level says so.
func (s *statement) xcp(dst []schemas.Event) []schemas.Event {
	d, ok := detail(s.head.rest)
	if !ok {
		return dst
	}
	l := xcpLine{statement: *s, detail: d}
	if bytes.IndexByte(d, '<') >= 0 || bytes.IndexByte(d, '&') >= 0 {
		switch open := text.Index(d, "<db:", 0); {
		case open >= 0:
			return l.read().stanza(dst, open)
		case has(d, "&lt;db:"):
			return l.read().stanza(dst, 0)
		case has(d, "onStreamOpen"):
			return l.read().opened(dst)
		case has(d, "stream:error"):
			return l.read().streamError(dst)
		}
	}
	if has(d, "ialback") {
		return l.dialback(dst)
	}
	if has(d, ", port ") {
		if state := componentState(d); state != "" {
			return l.component(dst, state)
		}
	}
	before := s.head.rest[:len(s.head.rest)-len(d)]
	switch code := codeLocation(before); {
	case bytes.HasPrefix(code, []byte("Resolver")):
		return l.read().lookup(dst)
	case bytes.HasPrefix(code, []byte("ConnInfoHistory")):
		return l.read().history(dst)
	case bytes.HasPrefix(code, []byte("stanza.")):
		return l.verdictStanza(dst)
	}
	if has(d, "ailed to query auth component") {
		return l.read().authComponent(dst) // printed at INFO
	}
	if level := levelOf(before); level == "error" || level == "warning" {
		return l.read().fault(dst)
	}
	return dst
}

// codeLocation returns what follows the name CodeLocation and its quote in b,
// nil when it is not there.
func codeLocation(b []byte) []byte {
	const name = "CodeLocation="
	_, after, ok := bytes.Cut(b, []byte(name))
	if !ok {
		return nil
	}
	return bytes.TrimLeft(after, " \"")
}

// dialback reads a line that speaks of a dialback and holds no stanza of it.
func (l *xcpLine) dialback(dst []schemas.Event) []schemas.Event {
	l.unwrap()
	switch d := l.detail; {
	case has(d, "Scheduling dialback timeout in "):
		return l.read().timer(dst)
	case has(d, "resolved dialback address for "):
		return l.read().resolved(dst)
	case has(d, "closing stream used for dialback"):
		return l.read().closed(dst)
	case has(d, "onStreamOpen"):
		return l.read().opened(dst)
	case has(d, "cheduling"):
		// That the wait begins is no failure, however damaged the line is.
		return l.unparsed(dst, "damaged dialback timer")
	case holds(d, "timed out", "imeout", "xpired", "ailed", "efused", "enied", "ejected", "nvalid"):
		return l.read().broken(dst)
	}
	return dst
}

// unwrap joins the lines into which a page or a text recognition broke the
// detail.
//
//	Detail="(00000000-0000-0000-
//	0000-000000000000, example.com:example.net, OUT) xcoder=34A9B60C8 Scheduling dialback
//	timeout in 30 secs"
func (l *xcpLine) unwrap() {
	if bytes.IndexByte(l.detail, '\n') < 0 {
		return
	}
	var out []byte
	for rest := l.detail; len(rest) > 0; {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte{'\n'})
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if len(out) > 0 && !bytes.HasSuffix(out, []byte("-")) {
			out = append(out, ' ')
		}
		out = append(out, line...)
	}
	l.detail, l.repairs = out, l.repairs|text.Wrapped
}

// xcpLine is a record of an XCP process.
type xcpLine struct {
	statement
	detail        []byte
	xcoder        []byte // nil when the line prints none
	connection    connection
	hasConnection bool
}

// read reads xcoder and connection.
func (l *xcpLine) read() *xcpLine {
	if open := bytes.IndexByte(l.detail, '('); open >= 0 {
		l.connection, l.hasConnection = readConnection(l.detail[open+1:])
	}
	if at := text.Index(l.detail, "xcoder=", 0); at >= 0 {
		l.xcoder = hexRun(l.detail[at+len("xcoder="):])
	}
	return l
}

// connection is what XCP prints for a server-to-server connection.
//
//	(e5b18d01-fe24-4290-bba1-a57788a76468, vngtp.lab:coluc.com, IN)
type connection struct {
	guid        []byte // nil when absent or all zero, as it is for OUT
	local, peer []byte
	out         bool
}

// pair returns S and T: who opens the connection claims to be S.
func (c connection) pair() (sender, target string) {
	local, peer := fold(string(c.local)), fold(string(c.peer))
	if c.out {
		return local, peer
	}
	return peer, local
}

// readConnection reads the connection that b begins with, behind its bracket.
func readConnection(b []byte) (connection, bool) {
	var c connection
	end := bytes.IndexByte(b, ')')
	if end < 0 || end > 600 {
		return c, false
	}
	pair, way, ok := bytes.Cut(b[:end], []byte(","))
	if guid := bytes.TrimSpace(pair); len(guid) == 36 {
		if len(bytes.Trim(guid, "0-")) > 0 {
			c.guid = guid
		}
		pair, way, ok = bytes.Cut(way, []byte(","))
	}
	switch string(bytes.TrimSpace(way)) {
	case "OUT":
		c.out = true
	case "IN":
	default:
		return c, false
	}
	if !ok {
		return c, false
	}
	c.local, c.peer, ok = bytes.Cut(bytes.TrimSpace(pair), []byte(":"))
	return c, ok && xmpp.Hostname(c.local) && xmpp.Hostname(c.peer)
}

// detail returns the value of Detail, which is the last pair of XCP lines: it
// goes to the end of the record, because the quotes inside it are not escaped
// and the closing one may be lost.
func detail(b []byte) ([]byte, bool) {
	at := text.Index(b, "Detail=", 0)
	if at < 0 {
		return nil, false
	}
	b = bytes.TrimSpace(b[at+len("Detail="):])
	b = b[quoteLen(b):]
	switch {
	case bytes.HasSuffix(b, []byte(`"`)):
		b = b[:len(b)-1]
	case bytes.HasSuffix(b, []byte("\u201d")), bytes.HasSuffix(b, []byte("\u201c")):
		b = b[:len(b)-len("\u201d")]
	}
	return b, true
}
