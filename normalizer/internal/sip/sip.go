// Package sip reads SIP messages (RFC 3261) out of logs: whole ones and
// damaged ones.
//
// Parse cuts a message into sub-slices and allocates nothing for a message
// that is not damaged. Describe copies what an event keeps into one string.
// The package does not judge a message: it reads what is there, and says what
// it had to mend.
package sip

import (
	"bytes"
	"slices"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// Message is one SIP message. Its slices are parts of the bytes given to
// Parse (or of a mended copy of them) and live as long as those. A Message may
// be parsed into again; it is not safe for concurrent use.
type Message struct {
	// Line is the start line, without its line end.
	Line []byte
	// Method and URI are set for a request; Status and Phrase for a response.
	Method, URI []byte
	Status      int
	Phrase      []byte
	// The values of header fields, without white space around them; nil when
	// the message has no such field. Of a field that stands several times the
	// first is kept. A folded value (RFC 3261 section 7.3.1) keeps its line
	// ends; Describe unfolds it.
	Via, From, To, CallID, CSeq, Contact []byte
	UserAgent, Server, SessionID, Date   []byte
	Reason, Warning, ContentType         []byte
	// Reason2 and Warning2 are the second field of the name: RFC 3326 allows
	// one Reason a protocol, RFC 3261 section 20.43 any number of warnings.
	Reason2, Warning2 []byte
	// ContentLength is the value of Content-Length, -1 when absent.
	ContentLength int
	// Body is what follows the header fields.
	Body []byte
	// SDP is true when the message has a session description (RFC 8866), even
	// one that the log cut off.
	SDP bool
	// Truncated is true when fewer body bytes follow than Content-Length says.
	Truncated bool
	// Mended says what had to be repaired.
	Mended text.Repairs

	// extras are the values of fields that become attributes, has those of
	// them that are present.
	extras [numExtras][]byte
	has    uint16
	// serials are the proxy-call-ids of the Via and Record-Route fields, each
	// once.
	serials [4][]byte

	// register is true for a response that lost its CSeq and can only be that
	// to a REGISTER.
	register bool

	spaced bool // a blank line after every line
	flat   bool // the body stands in one line behind the header fields
	folds  bool // values may have line ends in them
	// wire is true when the start line ends with CR LF, as on the wire: what
	// glues lines together leaves no CR behind.
	wire bool
}

// Parse reads the message that b begins with: b starts at the start line and
// ends where the log record ends. It reports false, and leaves m empty, when
// b does not begin with a start line.
//
// A message that a web page damaged is read too: blank lines between the
// header fields, no blank line before the body, several fields on one line,
// the body behind them, long lines broken in two, typographic quotes, a start
// line that lost its URI or its version.
func (m *Message) Parse(b []byte) bool { return m.ParseIn(nil, b) }

// ParseIn does what Parse does for a part of the batch of a, which may be nil.
func (m *Message) ParseIn(a *arena.Arena, b []byte) bool {
	m.reset()
	b = text.TrimLead(b)
	line, rest := text.Line(b)
	m.wire = len(line) < len(b) && b[len(line)] == '\r'
	if !m.wire || len(line) > 0 && line[0] == 'L' || caretM(line) || !a.ASCII(b) {
		b, m.Mended = text.Clean(b)
		b = text.TrimLead(b)
		line, rest = text.Line(b)
		m.wire = len(line) < len(b) && b[len(line)] == '\r'
	}
	if !m.startLine(line) && !m.damagedStart(line, rest) {
		m.reset()
		return false
	}
	if len(line) > len(m.Line) && !text.Blank(line[len(m.Line):]) {
		// BYE sip:10.48.32.170 SIP/2.0 Via: SIP/2.0/UDP … on one line: the CR
		// is the file's, not the message's.
		m.Mended, m.wire = m.Mended|text.Glued, false
		rest = bytes.TrimLeft(b[len(m.Line):], " \t")
	}
	m.header(rest)
	m.body()
	m.conclude()
	return true
}

func (m *Message) reset() {
	*m = Message{} // in place, where a literal would be copied
	m.ContentLength = -1
}

// caretM reports whether line ends with a carriage return as editors show it.
func caretM(line []byte) bool {
	n := len(line)
	for n > 0 && (line[n-1] == ' ' || line[n-1] == '\t') {
		n--
	}
	return n > 1 && line[n-1] == 'M' && line[n-2] == '^'
}

// startLine reads a start line that line begins with (RFC 3261 section 7.1
// and 7.2) and sets Line to it.
func (m *Message) startLine(line []byte) bool {
	line = bytes.TrimRight(line, " \t")
	if n := statusLine(line); n > 0 {
		if i := gluedField(line); i > 0 {
			line = bytes.TrimRight(line[:i], " \t")
		}
		m.Line = line
		m.Status = n
		if len(line) > 12 {
			m.Phrase = bytes.TrimSpace(line[12:])
		}
		return true
	}
	method, uri, n := requestLine(line)
	if n == 0 {
		return false
	}
	m.Line, m.Method, m.URI = line[:n], method, uri
	return true
}

// damagedStart reads a request line that lost its URI or its version, as web
// copies have it that took <sip:…> for a tag. The method must be a known one and
// a header field must follow.
//
//	INVITE SIP/2.0
//	REGISTER sip:10.106.111.182
//	INVITE sip:9898@10.106.95.200: 5061 SIP/2.0
func (m *Message) damagedStart(line, rest []byte) bool {
	line = bytes.TrimRight(line, " \t")
	i := bytes.IndexByte(line, ' ')
	if i < 3 || !slices.Contains(methods[:], string(line[:i])) {
		return false
	}
	if uri, n := brokenURI(line, i+1); n > 0 {
		m.Line, m.Method, m.URI = line[:n], line[:i], uri
		m.Mended |= text.Head
		return true
	}
	next, _ := text.Line(text.TrimLead(rest))
	if name, _ := cutName(next); !Known(name) {
		return false
	}
	switch uri := bytes.TrimSpace(line[i:]); {
	case string(uri) == "SIP/2.0":
	case scheme(uri) > 0 && bytes.IndexByte(uri, ' ') < 0:
		m.URI = uri
	default:
		return false
	}
	m.Line, m.Method = line, line[:i]
	m.Mended |= text.Head
	return true
}

// brokenURI reads the URI at line[from:], which a page has broken behind one of
// its delimiters, up to the version. It returns the URI without the blanks and
// how long the request line is, 0 when there is none.
func brokenURI(line []byte, from int) (uri []byte, n int) {
	const version = " SIP/2.0"
	end := bytes.Index(line, []byte(version))
	if end <= from || scheme(line[from:]) == 0 {
		return nil, 0
	}
	for i := from; i < end; i++ {
		if line[i] == ' ' && bytes.IndexByte([]byte(":@;="), line[i-1]) < 0 {
			return nil, 0
		}
	}
	return bytes.ReplaceAll(line[from:end], []byte{' '}, nil), end + len(version)
}

// StartLine reports whether line, which is without its line end, is the start
// line of a SIP message and nothing else, unless a page that lost the line ends
// put the header fields behind it.
//
//	INVITE sip:3250@10.0.96.18 SIP/2.0
//	SIP/2.0 483 Too Many Hops
//	NOTIFY sip:0008@10.0.96.18:51038 SIP/2.0 Via: SIP/2.0/TCP 10.0.6.2:5060;branch=z9hG4bK12
func StartLine(line []byte) bool {
	if len(line) < 11 {
		return false
	}
	if line[0] == 'S' && statusLine(line) > 0 {
		return true
	}
	line = bytes.TrimRight(line, " \t\r")
	_, _, n := requestLine(line)
	if n == 0 || n == len(line) {
		return n > 0
	}
	name, _ := cutName(bytes.TrimLeft(line[n:], " \t"))
	return Known(name)
}

// Find returns the offset in b of the first line that is a start line, or -1.
func Find(b []byte) int {
	for off := 0; off < len(b); {
		line, rest := text.Line(b[off:])
		lead := len(line) - len(bytes.TrimLeft(line, " \t"))
		if StartLine(line[lead:]) {
			return off + lead
		}
		if rest == nil {
			break
		}
		off = len(b) - len(rest)
	}
	return -1
}

// statusLine returns the status code of the status line that line is, else 0.
func statusLine(line []byte) int {
	const version = "SIP/2.0 "
	if len(line) < 11 || string(line[:8]) != version {
		return 0
	}
	n := 0
	for _, c := range line[8:11] {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	if n < 100 || n > 699 || len(line) > 11 && line[11] != ' ' && line[11] != '\r' {
		return 0
	}
	return n
}

// requestLine reads the request line that line begins with and returns how
// long that is, 0 when line does not begin with one.
func requestLine(line []byte) (method, uri []byte, n int) {
	i := 0
	for i < len(line) && line[i] >= 'A' && line[i] <= 'Z' {
		i++
	}
	if i < 3 || i > 16 || i+1 >= len(line) || line[i] != ' ' {
		return nil, nil, 0
	}
	method = line[:i]
	rest := line[i+1:]
	j := bytes.IndexByte(rest, ' ')
	if j < 2 || !bytes.HasPrefix(rest[j+1:], []byte("SIP/2.0")) || bytes.IndexByte(rest[:j], ':') < 1 {
		return nil, nil, 0
	}
	n = i + 1 + j + 1 + len("SIP/2.0")
	if n < len(line) && line[n] != ' ' && line[n] != '\t' {
		return nil, nil, 0
	}
	return method, rest[:j], n
}
