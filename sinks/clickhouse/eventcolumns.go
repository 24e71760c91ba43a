package clickhouse

import (
	"encoding/binary"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// eventFields is every column of table events that is written.
var eventFields = []field[schemas.Event]{
	ids("id", func(e *schemas.Event) *schemas.ID { return &e.ID }),
	fixed("record_xor", idType, func(dst []byte, e *schemas.Event) []byte {
		for i := range e.Record {
			dst = append(dst, e.Record[i]^e.ID[i])
		}
		return dst
	}),
	times("time", func(e *schemas.Event) time.Time { return e.Time }),
	word("source", func(e *schemas.Event) string { return string(e.Source) }),
	word("cluster", func(e *schemas.Event) string { return e.Cluster }),
	word("node", func(e *schemas.Event) string { return e.Node }),
	word("file", func(e *schemas.Event) string { return e.File }),
	counts("line", func(e *schemas.Event) int { return e.Line }),
	word("kind", func(e *schemas.Event) string { return string(e.Kind) }),
	fixed("dated", "UInt8", func(dst []byte, e *schemas.Event) []byte {
		_, dated := storedTime(e.Time)
		return append(dst, dated)
	}),
	fixed("flags", "UInt8", func(dst []byte, e *schemas.Event) []byte { return append(dst, flagsOf(e)) }),
	texts("keys", func(dst []byte, e *schemas.Event) ([]byte, int) { return appendKeys(dst, e.Keys) }),
	words("key_scopes", func(e *schemas.Event, add func(string)) { eachWord(e.Keys, add, keyScope) }),
	words("attr_names", func(e *schemas.Event, add func(string)) {
		for i := range e.Attrs {
			add(e.Attrs[i].Name)
		}
	}),
	texts("attr_values", func(dst []byte, e *schemas.Event) ([]byte, int) {
		return each(dst, e.Attrs, func(dst []byte, a *schemas.Attr) []byte { return appendString(dst, a.Value) })
	}),
	words("repairs", func(e *schemas.Event, add func(string)) {
		for _, r := range e.Repairs {
			add(r)
		}
	}),
	text("body", func(e *schemas.Event) string { return e.Text }),

	word("sip_direction", sip(func(s *schemas.SIP) string { return string(s.Direction) })),
	word("sip_transport", sip(func(s *schemas.SIP) string { return s.Transport })),
	text("sip_peer", sip(func(s *schemas.SIP) string { return s.Peer })),
	text("sip_local", sip(func(s *schemas.SIP) string { return s.Local })),
	word("sip_method", sip(func(s *schemas.SIP) string { return s.Method })),
	text("sip_request_uri", sip(func(s *schemas.SIP) string { return s.RequestURI })),
	fixed("sip_status", "UInt16", appendStatus),
	word("sip_reason", sip(func(s *schemas.SIP) string { return s.Reason })),
	word("sip_cseq", sip(func(s *schemas.SIP) string { return s.CSeq })),
	text("sip_call_id", sip(func(s *schemas.SIP) string { return s.CallID })),
	text("sip_from", sip(func(s *schemas.SIP) string { return s.From })),
	text("sip_to", sip(func(s *schemas.SIP) string { return s.To })),
	text("sip_contact", sip(func(s *schemas.SIP) string { return s.Contact })),
	word("sip_user_agent", sip(func(s *schemas.SIP) string { return s.UserAgent })),
	text("sip_session_id", sip(func(s *schemas.SIP) string { return s.SessionID })),
	times("sip_date", func(e *schemas.Event) time.Time {
		if e.SIP == nil {
			return time.Time{}
		}
		return e.SIP.Date
	}),
	text("sip_reason_header", sip(func(s *schemas.SIP) string { return s.ReasonHeader })),
	text("sip_warning", sip(func(s *schemas.SIP) string { return s.Warning })),

	word("xmpp_stanza", xmpp(func(x *schemas.XMPP) string { return x.Stanza })),
	word("xmpp_from", xmpp(func(x *schemas.XMPP) string { return x.From })),
	word("xmpp_to", xmpp(func(x *schemas.XMPP) string { return x.To })),
	text("xmpp_id", xmpp(func(x *schemas.XMPP) string { return x.ID })),
	word("xmpp_type", xmpp(func(x *schemas.XMPP) string { return x.Type })),
	word("xmpp_direction", xmpp(func(x *schemas.XMPP) string { return string(x.Direction) })),
	word("xmpp_role", xmpp(func(x *schemas.XMPP) string { return x.Role })),
}

// sip returns "" for the events that have no SIP.
func sip(of func(*schemas.SIP) string) func(*schemas.Event) string {
	return func(e *schemas.Event) string {
		if e.SIP == nil {
			return ""
		}
		return of(e.SIP)
	}
}

// xmpp returns "" for the events that have no XMPP.
func xmpp(of func(*schemas.XMPP) string) func(*schemas.Event) string {
	return func(e *schemas.Event) string {
		if e.XMPP == nil {
			return ""
		}
		return of(e.XMPP)
	}
}

// The bits of column flags.
const (
	hasSIP = 1 << iota
	hasXMPP
	sipSDP
	sipWire
	sipTruncated
)

func flagsOf(e *schemas.Event) uint8 {
	var f uint8
	if s := e.SIP; s != nil {
		f = hasSIP | flag(s.SDP)*sipSDP | flag(s.Wire)*sipWire | flag(s.Truncated)*sipTruncated
	}
	if e.XMPP != nil {
		f |= hasXMPP
	}
	return f
}

func appendStatus(dst []byte, e *schemas.Event) []byte {
	status := 0
	if s := e.SIP; s != nil {
		status = s.Status
	}
	return binary.LittleEndian.AppendUint16(dst, uint16(min(max(status, 0), 1<<16-1)))
}
