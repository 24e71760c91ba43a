package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/schemas"
)

// sipDump reads a message that the call process prints while it works on it:
// no message on the wire. The start line stands at the end of the first line
// and there is no marker.
//
//	Module="developer.sip.leg" … this="0x556a7502e360" Calling manipulationComplete() with INVITE sip:1004@cucm1.example.com SIP/2.0
//	 Via: SIP/2.0/TLS 10.122.73.183:47177;branch=z9hG4bK45174a9c99f3;received=10.122.73.183
func (s *statement) sipDump(dst []schemas.Event) []schemas.Event {
	end := bytes.IndexByte(s.head.rest, '\n')
	if end < 0 || end+1 >= len(s.head.rest) {
		return dst
	}
	start := startLineIn(bytes.TrimRight(s.head.rest[:end], " \r"))
	if start < 0 {
		return dst
	}
	var m sip.Message
	if !m.Parse(unwrap(s.head.rest[start:])) || m.CallID == nil {
		return dst
	}
	dst, e := s.event(dst, schemas.KindSIPSummary, m.Line)
	s.describe(e, &m)
	e.Kind = schemas.KindSIPSummary
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "of", Value: "dump"})
	return dst
}

// startLineIn returns where in line the SIP start line that ends it begins,
// or -1.
func startLineIn(line []byte) int {
	if request, ok := bytes.CutSuffix(line, []byte(" SIP/2.0")); ok {
		uri := bytes.LastIndexByte(request, ' ')
		if uri < 0 {
			return -1
		}
		return bytes.LastIndexByte(request[:uri], ' ') + 1
	}
	at := bytes.LastIndex(line, []byte("SIP/2.0 "))
	if at < 0 || !sip.StartLine(line[at:]) {
		return -1
	}
	return at
}
