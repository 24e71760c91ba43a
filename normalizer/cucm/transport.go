package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// transport appends the event of a record that the SIP transport or the SIP
// normalization wrote, when it prints a message:
//
//	SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 10.1.0.8 on port 5060 index 51 with 261 bytes:
//	SIPTcp - wait_SdlSPISignal: Outgoing SIP TCP message to 10.1.0.8 on port 5060 index 51
//	//SIP/SIPUdp/wait_SdlDataInd: Incoming SIP UDP message size 539 from 10.1.0.43:[49193]:
//	//SIP/SIPNormalization/trace_sip_message: Before outbound SIP Normalization msg is:
//
// [n,NET] and the message follow on the next lines, in web copies sometimes on
// the same.
func (t *trace) transport(dst []schemas.Event) []schemas.Event {
	body := t.text()
	head, rest := text.Line(body)
	if i := flatTag(head); i > 0 {
		return t.message(dst, body[:i], bytes.TrimLeft(body[i:], " "))
	}
	if text.Blank(rest) {
		return t.withoutText(dst, head)
	}
	rest = text.TrimLead(rest)
	_, after, tagged := netTag(rest)
	if tagged {
		rest = text.TrimLead(after)
	}
	if !tagged {
		if line, _ := text.Line(rest); !announces(head) || !sip.StartLine(line) {
			return dst
		}
	}
	from, before := len(dst), body[:len(body)-len(rest)]
	next := nextTag(rest)
	if dst = t.message(dst, before, rest[:next]); len(dst) == from {
		return append(dst, unparsed("no SIP start line behind the head of a message"))
	}
	return t.further(dst, rest[next:])
}

// further appends the events of the messages in b that stand behind the first
// of a record: a page has left out the heads before them. Each begins with its
// network tag; where it went is not known.
func (t *trace) further(dst []schemas.Event, b []byte) []schemas.Event {
	for len(b) > 0 {
		_, rest, ok := netTag(b)
		if !ok {
			return dst
		}
		next := nextTag(rest)
		r, one := *t.record, *t
		r.Line += bytes.Count(t.record.Text[:len(t.record.Text)-len(t.body)+len(t.text())-len(b)], []byte{'\n'})
		r.Text = b[:len(b)-len(rest)+next]
		one.record, one.body, one.said, one.asked, one.plain = &r, r.Text, r.Text, false, nil
		from := len(dst)
		dst = one.message(dst, b[:len(b)-len(rest)], text.TrimLead(rest[:next]))
		if len(dst) > from {
			dst[from].Line = r.Line
		}
		b = rest[next:]
	}
	return dst
}

// nextTag returns the index in b of a network tag that begins a line, the
// length of b when it has none.
func nextTag(b []byte) int {
	for i := 0; ; i++ {
		j := bytes.IndexByte(b[i:], '[') // rarer than a line end
		if j < 0 {
			return len(b)
		}
		if i += j; i > 0 && b[i-1] == '\n' {
			if _, _, ok := netTag(b[i:]); ok {
				return i
			}
		}
	}
}

// flatTag returns the index behind the [n,NET] that a web copy left in the same
// line as the message, 0 when line has none.
func flatTag(line []byte) int {
	if bytes.IndexByte(line, ',') < 0 {
		return 0
	}
	for _, tag := range [...]string{",NET] ", ",INT] "} {
		if i := bytes.Index(line, []byte(tag)); i > 0 {
			var m sip.Message
			if end := i + len(tag); m.Parse(line[end:]) {
				return end - 1
			}
		}
	}
	return 0
}

// withoutText appends an event when head announces a message that the record
// does not hold.
func (t *trace) withoutText(dst []schemas.Event, head []byte) []schemas.Event {
	if parseAnnounce(head).ok {
		return append(dst, unparsed("the text of the SIP message is missing"))
	}
	return dst
}

// message appends the event of the SIP message that b begins with; before is
// what the record says in front of it.
func (t *trace) message(dst []schemas.Event, before, b []byte) []schemas.Event {
	t.readTail()
	var m sip.Message
	if !m.ParseIn(t.mem, b) {
		return dst
	}
	dst, e := arena.Event(dst)
	sip.Describe(t.mem, e, &m, t.file.Cluster)
	line, _ := text.Line(before)
	a := parseAnnounce(line)
	id, internal := lastNetTag(before)
	from, to := ownCIs(&m, a.direction)
	if a.transport == "tcp" && overTLS(m.Via) {
		a.transport = "tls"
	}
	mem, cluster := t.mem, t.file.Cluster
	e.Text = mem.Keep(t.appendEvidence(mem.Scratch(), len(before), m.Line))
	e.SIP.Direction, e.SIP.Transport = a.direction, a.transport
	e.SIP.Peer = mem.Keep(appendPeer(mem.Scratch(), a.host, a.port))
	e.SIP.Wire = !internal && (id != nil || a.ok)
	e.Attrs = appendAttr(e.Attrs, "index", mem.String(a.index))
	if !e.SIP.Wire {
		e.Kind = schemas.KindSIPSummary
		of := "dump"
		if internal {
			of = "internal"
		}
		e.Attrs = appendAttr(e.Attrs, "of", of)
	}
	e.Keys = appendKey(e.Keys, schemas.KeyNetID, mem.String(id), mem.FileScope(t.file, appendNode))
	e.Keys = appendKey(e.Keys, schemas.KeyCI, mem.String(from), cluster)
	e.Keys = appendKey(e.Keys, schemas.KeyCI, mem.String(to), cluster)
	e.Keys = appendKey(e.Keys, schemas.KeyCorrelationTag, mem.String(t.tag), cluster)
	e.Repairs = t.mended.Append(e.Repairs)
	return dst
}

// appendEvidence appends the record up to n bytes into the body, on one line,
// followed by the start line of the message.
func (t *trace) appendEvidence(buf []byte, n int, start []byte) []byte {
	head := t.record.Text[:len(t.record.Text)-len(t.body)+n]
	if flat, ok := appendFlat(buf, t.record.Text, len(head), start); ok {
		return flat
	}
	for len(head) > 0 && len(buf) < schemas.MaxEvidence/2 {
		var line []byte
		if line, head = text.Line(head); !text.Blank(line) {
			buf = append(text.AppendEvidence(buf, line, schemas.MaxEvidence/2), ' ')
		}
	}
	return text.AppendEvidence(buf, start, max(0, schemas.MaxEvidence-len(buf)))
}

// appendFlat appends the first n bytes of record and the line start, which
// stands behind them, as one line; false when that is too long, or a line is
// not as it is to be shown: empty, with white space at its end, not plain.
func appendFlat(buf, record []byte, n int, start []byte) (_ []byte, ok bool) {
	end := n + len(start)
	if n == 0 || n > schemas.MaxEvidence/2 || len(start) == 0 || end > min(len(record), schemas.MaxEvidence) ||
		record[n-1] != '\n' || &record[n] != &start[0] || start[len(start)-1] == ' ' {
		return nil, false
	}
	from := len(buf)
	buf = append(buf, record[:end]...)
	for head := buf[from : from+n]; len(head) > 0; {
		i := bytes.IndexByte(head, '\n')
		if i == 0 || head[i-1] <= ' ' {
			return nil, false
		}
		head[i] = ' '
		head = head[i+1:]
	}
	return buf, text.Printable(buf[from:])
}

// ownCIs returns the call identifiers of the leg: the ends of the tags that
// this node gave. A message whose direction is known has one at most: the other
// tag is that of the other side, which may be another cluster with identifiers of
// its own.
func ownCIs(m *sip.Message, d schemas.Direction) (from, to []byte) {
	switch {
	case d == "":
		if from, to = sip.CI(m.From), sip.CI(m.To); bytes.Equal(from, to) {
			to = nil
		}
	case (d == schemas.Out) == (m.Status == 0):
		from = sip.CI(m.From)
	default:
		to = sip.CI(m.To)
	}
	return from, to
}

// overTLS reports whether via, the topmost Via, names TLS for this hop. The
// line before a message on a TLS connection says TCP.
func overTLS(via []byte) bool {
	const tls = "SIP/2.0/TLS"
	return len(via) > len(tls) && bytes.EqualFold(via[:len(tls)], []byte(tls))
}
