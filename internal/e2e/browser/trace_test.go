//go:build browser

package browser

import (
	"fmt"
	"strings"
	"time"
)

// sdl is an SDL trace under construction: what one CUCM sent and received of one
// call.
type sdl struct {
	b              strings.Builder
	at             time.Time
	n              int
	caller, callID string
}

func newSDL(node, host string, n int, at time.Time, caller, callID string) *sdl {
	t := &sdl{at: at, n: n, caller: caller, callID: callID}
	fmt.Fprintf(&t.b, "%08d.000 |%s |FileHead |UTC:+00:00,Date: 2026/03/02, AppName: CCM, AppId: 100, AppNodeId: %s, AppVersion: CUCM Install=12.5.1.14900-63 Build=12.5.1.14900-63, HostName: %s, HostIPAddress: 10.90.0.11, AppStartTime: 2026/01/14 12:00:00, FileNumber: 1, TraceVer: 3.0\n",
		n-1, at.Format("15:04:05.000"), node, host)
	return t
}

func (t *sdl) line(format string, args ...any) {
	fmt.Fprintf(&t.b, "%08d.%03d |%s |AppInfo  |%s\n", t.n, t.n%1000, t.at.Format("15:04:05.000"), fmt.Sprintf(format, args...))
	t.n++
}

func (t *sdl) headers(cseq int, method, tag string) string {
	return fmt.Sprintf("Via: SIP/2.0/TCP 10.90.0.50:5060;branch=z9hG4bK%d\r\nFrom: <sip:%s@10.90.0.11>;tag=a1\r\nTo: <sip:79002@10.90.0.11>%s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nContent-Length: 0\r\n\r\n",
		cseq, t.caller, tag, t.callID, cseq, method)
}

// in and out are a message from and to a peer; first is its first line. The next
// one comes after wait.
func (t *sdl) in(peer, first string, cseq int, method, tag string, wait time.Duration) {
	text := first + "\r\n" + t.headers(cseq, method, tag)
	t.line("SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from %s on port 5060 index 9 with %d bytes:\n[%d,NET]\n%s", peer, len(text), t.n, text)
	t.at = t.at.Add(wait)
}

func (t *sdl) out(peer, first string, cseq int, method, tag string, wait time.Duration) {
	t.line("SIPTcp - wait_SdlSPISignal: Outgoing SIP TCP message to %s on port 5060 index 9 \n[%d,NET]\n%s\r\n%s", peer, t.n, first, t.headers(cseq, method, tag))
	t.at = t.at.Add(wait)
}

// longNumber called somebody for hours, wideNumber was tried at one gateway
// after the other.
const (
	longNumber = "79001"
	wideNumber = "78001"
)

const (
	phone  = "10.90.0.50"
	short  = 20 * time.Millisecond
	called = "sip:79002@10.90.0.11 SIP/2.0"
)

// longCall is an SDL trace of one call that is refreshed 1,100 times.
func longCall() []byte {
	t := newSDL("9", "long-cucm", 3700000, time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC), longNumber, "long-call@10.90.0.50")
	t.in(phone, "INVITE "+called, 1, "INVITE", "", short)
	t.out(phone, "SIP/2.0 200 OK", 1, "INVITE", ";tag=b1", 8*time.Second)
	t.in(phone, "ACK "+called, 1, "ACK", ";tag=b1", short)
	for i := range 1100 {
		t.in(phone, "UPDATE "+called, i+2, "UPDATE", ";tag=b1", short)
		t.out(phone, "SIP/2.0 200 OK", i+2, "UPDATE", ";tag=b1", 8*time.Second)
	}
	t.in(phone, "BYE "+called, 2000, "BYE", ";tag=b1", short)
	t.out(phone, "SIP/2.0 200 OK", 2000, "BYE", ";tag=b1", short)
	return []byte(t.b.String())
}

// wideCall is an SDL trace of a call that hunts through ten gateways, of which
// the last answers, and is refreshed for an hour: twelve participants.
func wideCall() []byte {
	t := newSDL("8", "wide-cucm", 4700000, time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC), wideNumber, "wide-call-1")
	t.in(phone, "INVITE "+called, 1, "INVITE", "", short)
	t.out(phone, "SIP/2.0 100 Trying", 1, "INVITE", "", short)
	gateway := ""
	for i := range 10 {
		gateway = fmt.Sprintf("10.90.1.%d", i+1)
		t.out(gateway, "INVITE "+called, 100+i, "INVITE", "", short)
		t.in(gateway, "SIP/2.0 100 Trying", 100+i, "INVITE", "", short)
		if i < 9 {
			t.in(gateway, "SIP/2.0 503 Service Unavailable", 100+i, "INVITE", ";tag=x", short)
			t.out(gateway, "ACK "+called, 100+i, "ACK", ";tag=x", short)
		}
	}
	t.in(gateway, "SIP/2.0 180 Ringing", 109, "INVITE", ";tag=b2", short)
	t.out(phone, "SIP/2.0 180 Ringing", 1, "INVITE", ";tag=b1", 6*time.Second)
	t.in(gateway, "SIP/2.0 200 OK", 109, "INVITE", ";tag=b2", short)
	t.out(gateway, "ACK "+called, 109, "ACK", ";tag=b2", short)
	t.out(phone, "SIP/2.0 200 OK", 1, "INVITE", ";tag=b1", short)
	t.in(phone, "ACK "+called, 1, "ACK", ";tag=b1", 30*time.Second)
	for i := range 120 {
		t.in(phone, "UPDATE "+called, i+2, "UPDATE", ";tag=b1", short)
		t.out(phone, "SIP/2.0 200 OK", i+2, "UPDATE", ";tag=b1", 30*time.Second)
	}
	t.in(phone, "BYE "+called, 2000, "BYE", ";tag=b1", short)
	t.out(phone, "SIP/2.0 200 OK", 2000, "BYE", ";tag=b1", short)
	t.out(gateway, "BYE "+called, 2001, "BYE", ";tag=b2", short)
	t.in(gateway, "SIP/2.0 200 OK", 2001, "BYE", ";tag=b2", short)
	return []byte(t.b.String())
}
