package fleet

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
)

func upper(s string) string { return strings.ToUpper(s) }

// hex returns n random hexadecimal digits.
func hex(rng *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte("0123456789abcdef"[rng.IntN(16)])
	}
	return b.String()
}

func uuid(rng *rand.Rand) string {
	return hex(rng, 8) + "-" + hex(rng, 4) + "-4" + hex(rng, 3) + "-8" + hex(rng, 3) + "-" + hex(rng, 12)
}

func (s *story) hex(n int) string { return hex(s.rng, n) }
func (s *story) uuid() string     { return uuid(s.rng) }
func (w *world) uuid() string     { return uuid(w.rng) }

// base64Path is how Expressway puts what stands behind it into a path: without
// padding.
func base64Path(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) }

// sipMessage is a SIP message (RFC 3261).
type sipMessage struct {
	start   string
	headers []string
	// typ and body are of the session description, empty for none.
	typ, body string
}

// String returns the message as it crosses the wire.
func (m sipMessage) String() string {
	var b strings.Builder
	b.WriteString(m.start + "\r\n")
	for _, h := range m.headers {
		b.WriteString(h + "\r\n")
	}
	if m.body != "" {
		b.WriteString("Content-Type: " + m.typ + "\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(m.body), m.body)
	return b.String()
}

// request reports whether m is one, and its method; for a response the method
// is that of its CSeq.
func (m sipMessage) request() (method string, ok bool) {
	if !strings.HasPrefix(m.start, "SIP/2.0 ") {
		method, _, _ = strings.Cut(m.start, " ")
		return method, true
	}
	_, method, _ = strings.Cut(m.header("CSeq"), " ")
	return method, false
}

func (m sipMessage) header(name string) string {
	for _, h := range m.headers {
		if v, ok := strings.CutPrefix(h, name+": "); ok {
			return v
		}
	}
	return ""
}

// short is what a call log prints of m: "INVITE", "180 Ringing".
func (m sipMessage) short() string {
	if v, ok := strings.CutPrefix(m.start, "SIP/2.0 "); ok {
		return v
	}
	method, _ := m.request()
	return method
}

// sdp returns a session description of one audio stream.
func sdp(ip string, port int, codec string) string {
	return strings.Join([]string{
		"v=0", "o=- 2000 1 IN IP4 " + ip, "s=SIP Call", "c=IN IP4 " + ip, "t=0 0",
		fmt.Sprintf("m=audio %d RTP/AVP %s 101", port, codec), "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=sendrecv", "",
	}, "\r\n")
}
