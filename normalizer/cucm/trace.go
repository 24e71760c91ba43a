package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// trace is one record of an SDL or SDI trace that may state facts.
type trace struct {
	mem    *arena.Arena
	file   *schemas.File
	record *schemas.Record
	body   []byte // the text behind the head, a part of record.Text
	// seq is what the records of one action share: the SDL number, the SDI
	// correlation tag or instant. Nil when the record has none.
	seq []byte
	tag []byte // correlation tag printed in the record
	// ip and device are who caused the record, as its correlation tag says.
	ip, device []byte
	// tail is true while the tail tags of an SDI record are still to be read;
	// who are those behind the correlation tag, from the one at place on, while
	// they are.
	tail  bool
	who   []byte
	place int
	said  []byte // body without the tail, once text has looked for it
	// columns is true for a record whose text is columns padded with blanks.
	columns bool
	// plain is the first line of the record if it is plain, once that has been
	// asked.
	plain []byte
	asked bool
	// mended is what the head needed.
	mended text.Repairs
}

// appInfo appends the events that the text of an application line states. It
// decides by how the text begins; what nothing here knows is for service.
func (t *trace) appInfo(dst []schemas.Event) []schemas.Event {
	b := t.body
	if len(b) < 12 {
		return dst
	}
	ok := false
	switch b[0] {
	case 'D':
		switch {
		case hasPrefix(b, "DbMobility"), hasPrefix(b, "Digit Analysis: getDaRes"):
			return t.mobility(dst)
		case hasPrefix(b, "Digit analysis:"), hasPrefix(b, "Digit Analysis:"):
			dst, ok = t.analysis(dst)
		}
	case 'S':
		switch {
		case b[1] == 'P' && hasPrefix(b, "SPROC"):
			if hasPrefix(b, "SPROCRas") {
				dst, ok = t.h225(dst)
				break
			}
			return t.mobility(dst)
		case b[1] == 'M' && hasPrefix(b, "SMDMSharedData"):
			return t.mobility(dst)
		case b[1] == 'I' && b[2] == 'P' && isTransport(b[3:6]):
			from := len(dst)
			if dst = t.transport(dst); len(dst) > from {
				return dst
			}
		case b[1] == 't' && hasPrefix(b, "Station"):
			dst, ok = t.sccp(dst)
		}
	case '/':
		if !hasPrefix(b, "//SIP/SIP") {
			break
		}
		switch b[9] {
		case 'C': // SIPCdpc, SIPCdfc
			from := len(dst)
			if dst = t.mobility(dst); len(dst) > from {
				return dst
			}
		case 'T', 'U', 'N': // SIPTcp, SIPTls, SIPUdp, SIPNormalization
			from := len(dst)
			if dst = t.transport(dst); len(dst) > from {
				return dst
			}
		}
	case '|':
		if b = bytes.TrimLeft(b, "| "); hasPrefix(b, "PretransformCallingPartyNumber=") || hasPrefix(b, "CallingPartyNumber=") {
			return t.result(dst)
		}
	case 'M':
		if hasPrefix(b, "MGCPHandler ") {
			dst, ok = t.mgcp(dst)
		}
	case 'I':
		switch {
		case hasPrefix(b, "IsdnMsgData"):
			dst, ok = t.isdn(dst)
		case hasPrefix(b, "IlsD "):
			return t.lookup(dst)
		}
	case 'H':
		switch {
		case hasPrefix(b, "H245ASN"):
			dst, ok = t.h245(dst)
		case hasPrefix(b, "HuntListCdrc"):
			dst, ok = t.route(dst)
		}
	case 'R':
		if hasPrefix(b, "RouteList") {
			dst, ok = t.route(dst)
		}
	case 'L':
		if hasPrefix(b, "LineCdpc(") {
			dst, ok = t.route(dst)
		}
	}
	if ok {
		return dst
	}
	return t.service(dst)
}

func isTransport(b []byte) bool {
	switch string(b) {
	case "Tcp", "Udp", "Tls":
		return true
	}
	return false
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}

// headless appends the events of text that has no record head: what stands
// before the first, or what a document quotes without one.
func headless(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	if text.Blank(r.Text) {
		return dst
	}
	t := trace{mem: a, file: f, record: r, body: bytes.TrimPrefix(r.Text, []byte("\xef\xbb\xbf")), tail: true}
	from := len(dst)
	if i := sip.Find(t.text()); i >= 0 {
		dst = t.message(dst, t.text()[:i], t.text()[i:])
	} else {
		dst = t.mobility(dst)
	}
	if len(dst) == from {
		dst = append(dst, unparsed("no record head"))
	}
	return dst
}

// unparsed returns the event for a record that nobody understands.
func unparsed(why string) schemas.Event {
	return schemas.Event{Kind: schemas.KindUnparsed, Attrs: []schemas.Attr{{Name: "why", Value: why}}}
}
