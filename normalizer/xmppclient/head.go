package xmppclient

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// head is the beginning of a record. The slices are parts of the line, nil when
// the head prints none.
type head struct {
	moment
	// module is libpurple's: jabber, dnssrv, certificate/x509/tls_cached.
	module []byte
	// account is who a stanza belongs to.
	account []byte
	// direction is set when a stanza follows.
	direction schemas.Direction
	// message is what follows the head, to the end of the line.
	message []byte
	// sure is true for a head that no other product prints.
	sure bool
	// title is true for the first line of a saved debug window.
	title bool
}

// readHead reads the record head that line begins with. The shapes, Pidgin's
// first:
//
//	(16:54:30) jabber: Recv (ssl)(77): <failure …>
//	(2019-05-06 10:11:12) dnssrv: found 2 SRV entries
//	Pidgin Debug Log : Sun 10 Aug 2008 11:29:32 BST
//	16:54:30: (Libpurple: jabber) Sending (jdoe@example.com): <starttls …/>
//	<!-- In Wed Mar  5 10:11:12 2014 -->
//	<!-- Out 2014-05-13 11:02:12 (jdoe@example.com) -->
//	10:06:50 AM RCV  (17384): <stream:features>…
//	2024-04-05 14:53:36.554 30045-30285/com.example D/SMACK: RECV (0): </stream:stream>
//	2016-04-14 11:27:54:712 Chat[1731:1807] SEND: <auth …>
//	DEBUG    SEND: <auth …>
//	XML::Stream: Send: (<auth …>)
//	DEBUG: socket       got   <challenge …>
//	06/09/2015 22:03:33: conn: DBG: SENT: <stream:stream …>
//	2016-05-24 15:51:32,762 [33] INFO XMPP - XMPPWrapper.IsValidLogin: Log Event:SEND: <auth …>
func readHead(line []byte) (head, bool) {
	var h head
	if len(line) < 4 {
		return h, false
	}
	if c := line[0]; c == 'L' || c == ' ' || c == 0xEF || c == '>' {
		line, _ = text.TrimLinePrefix(line)
		line = bytes.TrimPrefix(line, []byte("> "))
	}
	if len(line) < 4 {
		return h, false
	}
	switch c := line[0]; {
	case c == '(':
		return h, h.readPurple(line)
	case c == '<':
		return h, h.readConsole(line)
	case c == 'P':
		if rest, ok := bytes.CutPrefix(line, []byte("Pidgin Debug Log")); ok {
			h.readWords(bytes.TrimLeft(rest, ": "))
			h.message, h.sure, h.title = line, true, true
			return h, true
		}
	case c >= '0' && c <= '9':
		if h.readAdium(line) || h.readProfanity(line) || h.readConsoleApp(line) {
			return h, true
		}
		h = head{}
	}
	return h, h.readMarked(line)
}

// readPurple reads a line of libpurple's debug output.
func (h *head) readPurple(b []byte) bool {
	end := h.read(b[1:], false)
	if end == 0 || 1+end+2 > len(b) || b[1+end] != ')' || b[2+end] != ' ' {
		return false
	}
	b = b[end+3:]
	n := moduleLen(b)
	if n == 0 {
		return false
	}
	h.module, h.message = b[:n], bytes.TrimLeft(b[n+1:], " ")
	h.purple()
	return true
}

// readAdium reads a line of libpurple's as Adium prints it.
func (h *head) readAdium(b []byte) bool {
	end := h.read(b, false)
	if end == 0 || end >= len(b) || b[end] != ':' {
		return false
	}
	rest, ok := bytes.CutPrefix(b[end:], []byte(": (Libpurple: "))
	at := bytes.IndexByte(rest[:min(len(rest), 40)], ')')
	if !ok || at < 1 {
		return false
	}
	h.module, h.message = rest[:at], bytes.TrimLeft(rest[at+1:], " ")
	h.purple()
	return true
}

// purple reads direction and account of a stanza, and sets sure.
//
//	Sending (ssl) (jdoe@example.com/home): <auth …>
//	Recv (ssl)(77): <failure …>
//	SendBOSH Boot (234): <body …>
func (h *head) purple() {
	h.sure = telling(h.module)
	if string(h.module) != "jabber" {
		return
	}
	switch {
	case bytes.HasPrefix(h.message, []byte("Send")):
		h.direction = schemas.Out
	case bytes.HasPrefix(h.message, []byte("Recv")):
		h.direction = schemas.In
	default:
		return
	}
	colon := bytes.Index(h.message, []byte(": "))
	if lt := bytes.IndexAny(h.message, "<&"); colon < 0 || lt >= 0 && lt < colon {
		h.direction = ""
		return
	}
	before := h.message[:colon]
	if open := bytes.LastIndexByte(before, '('); open >= 0 && bytes.IndexByte(before[open:], '@') > 0 {
		h.account = bytes.TrimRight(before[open+1:], ") ")
	}
}

// moduleLen returns the length of the module, up to the colon, that b begins
// with; 0 when it begins with none.
func moduleLen(b []byte) int {
	for n := 0; n < len(b) && n < 48; n++ {
		switch c := b[n]; {
		case c == ':':
			if n+1 < len(b) && b[n+1] != ' ' {
				return 0
			}
			return n
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', c == '/', c == '-', c == '_', c == '.', c == ' ':
		default:
			return 0
		}
	}
	return 0
}

// telling reports whether module is one that libpurple has and no chat partner
// is called.
func telling(module []byte) bool {
	if i := bytes.IndexByte(module, '/'); i > 0 {
		module = module[:i]
	}
	switch string(module) {
	case "jabber", "dnssrv", "dnsquery", "dns", "sasl", "proxy", "gnutls", "nss", "x509", "certificate",
		"account", "connection", "autorecon", "blist", "sslconn", "util", "prefs", "plugins", "upnp", "stun", "g_log":
		return true
	}
	return false
}

// readConsole reads the comment that an XML console puts before a stanza.
func (h *head) readConsole(b []byte) bool {
	rest, ok := bytes.CutPrefix(b, []byte("<!-- "))
	if !ok || len(rest) < 3 {
		return false
	}
	n := 2
	switch string(rest[:3]) {
	case "In ", "IN ", "in ":
		h.direction = schemas.In
	case "Out", "OUT", "out":
		h.direction, n = schemas.Out, 3
	default:
		return false
	}
	end := bytes.Index(rest, []byte("-->"))
	if end < n || end > 120 || rest[n] != ' ' {
		return false
	}
	words := bytes.TrimSpace(rest[n:end])
	if open := bytes.IndexByte(words, '('); open >= 0 {
		h.account, words = bytes.TrimRight(words[open+1:], ") "), bytes.TrimSpace(words[:open])
	}
	if len(words) > 0 && h.read(words, false) == 0 {
		h.moment = moment{}
		if h.readWords(words); !h.timed {
			return false // a comment about something else
		}
	}
	h.message, h.sure = rest[end+len("-->"):], true
	return true
}
