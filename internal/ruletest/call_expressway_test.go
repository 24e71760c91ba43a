package ruletest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// box writes the log of one Expressway.
type box struct {
	strings.Builder
	host string
}

// line writes a record of tvcs, milliseconds after ten.
func (b *box) line(ms int, rest string) {
	at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC).Add(time.Duration(ms) * time.Millisecond)
	utc := at.Format("2006-01-02 15:04:05") + at.Format(",000")
	if strings.HasPrefix(rest, "Event=") {
		rest += fmt.Sprintf(" Level=\"1\" UTCTime=%q", utc)
	} else {
		rest = fmt.Sprintf("UTCTime=%q ", utc) + rest
	}
	fmt.Fprintf(b, "%s+00:00 %s tvcs: %s\n", at.Format("2006-01-02T15:04:05.000"), b.host, rest)
}

// sip writes the summary and the message: what the start line says, with the
// header fields that tell the boxes of a call.
func (b *box) sip(ms int, action, peer, start string, fields ...string) {
	ip, port, _ := strings.Cut(peer, ":")
	side := map[string]string{"Received": "Src", "Sent": "Dst"}[action]
	ends := fmt.Sprintf("Action=%q Local-ip=\"10.0.2.2\" Local-port=\"5061\" %s-ip=%q %s-port=%q", action, side, ip, side, port)
	what := "Request Method=INVITE, CSeq=101, Request-URI=sip:1004@cucm1.example.com"
	if code, ok := strings.CutPrefix(start, "SIP/2.0 "); ok {
		what = "Response Code=" + code[:3] + ", Method=INVITE, CSeq=101, To=sip:1004@cucm1.example.com"
	}
	verb := map[string]string{"Received": "Receive", "Sent": "Sending"}[action]
	b.line(ms, fmt.Sprintf("Module=\"network.sip\" Level=\"INFO\":  %s Detail=\"%s %s, Call-ID=leg1@example.com, From-Tag=1, To-Tag=, Msg-Hash=%d, Local-SessionID=, Remote-SessionID=\"", ends, verb, what, ms))
	b.line(ms, fmt.Sprintf("Module=\"network.sip\" Level=\"DEBUG\":  %s Msg-Hash=\"%d\"", ends, ms))
	fields = append([]string{start}, append(fields, "Call-ID: leg1@example.com", "CSeq: 101 INVITE",
		"From: <sip:1003@cucm1.example.com>;tag=1", "To: <sip:1004@cucm1.example.com>", "Content-Length: 0")...)
	fmt.Fprintf(b, " SIPMSG:\n |%s\n \n |\n\n", strings.Join(fields, "\n "))
}

func (b *box) event(ms int, event, src, serial, rest string) {
	ip, port, _ := strings.Cut(src, ":")
	b.line(ms, fmt.Sprintf("Event=%q Service=\"SIP\" Src-ip=%q Src-port=%q Src-alias-type=\"SIP\" Src-alias=\"sip:1003@cucm1.example.com\" Dst-alias-type=\"SIP\" Dst-alias=\"sip:1004@cucm1.example.com\" Call-serial-number=%q Tag=\"tag-1\" %s",
		event, ip, port, serial, rest))
}

// phone is where the client of these calls is.
const phone = "198.51.100.7:47177"

// rejectedCall is a call of a phone over Expressway-E to Expressway-C, which does
// not find the number. The INVITE of the phone names neither tag nor serial
// number, the events name no Call-ID.
func rejectedCall() (e, c *box) {
	const edge, core = "10.0.2.2:7001", "10.0.1.5:25017"
	e, c = &box{host: "expe1"}, &box{host: "expc1"}
	via := []string{"Via: SIP/2.0/TLS 10.0.2.2:7001;branch=z9hG4bK1;proxy-call-id=serial-e", "X-TAATag: tag-1"}
	e.sip(0, "Received", phone, "INVITE sip:1004@cucm1.example.com SIP/2.0", "Via: SIP/2.0/TLS 198.51.100.7:47177;branch=z9hG4bK0")
	e.event(4, "Call Attempted", phone, "serial-e", `Protocol="TLS" Auth="YES"`)
	e.sip(10, "Sent", core, "INVITE sip:1004@cucm1.example.com SIP/2.0", via...)
	c.sip(14, "Received", edge, "INVITE sip:1004@cucm1.example.com SIP/2.0", via...)
	c.event(16, "Call Attempted", edge, "serial-c", `Protocol="TLS" Auth="YES"`)
	c.event(18, "Call Rejected", edge, "serial-c", `Detail="Not Found" Protocol="TLS" Response-code="404"`)
	c.sip(20, "Sent", edge, "SIP/2.0 404 Not Found", via...)
	e.sip(24, "Received", core, "SIP/2.0 404 Not Found", via...)
	e.event(26, "Call Rejected", phone, "serial-e", `Detail="Not Found" Protocol="TLS" Response-code="404"`)
	e.sip(28, "Sent", phone, "SIP/2.0 404 Not Found", "Via: SIP/2.0/TLS 198.51.100.7:47177;branch=z9hG4bK0")
	return e, c
}

// TestCallOverTwoExpresswaysIsOneFinding has both tell of one rejected call.
func TestCallOverTwoExpresswaysIsOneFinding(t *testing.T) {
	e, c := rejectedCall()

	result := logsIn(t, map[string]string{"expe1.txt": e.String(), "expc1.txt": c.String()})
	if len(result.Sessions) != 1 {
		t.Fatalf("%d sessions, want 1", len(result.Sessions))
	}
	f := only(t, &result, "expressway.call-not-found")
	if f.Session != result.Sessions[0].ID || f.Severity != schemas.High {
		t.Errorf("%s, session %s, want high, %s", f.Severity, f.Session, result.Sessions[0].ID)
	}
	for _, other := range result.Findings {
		if other.Rule != f.Rule {
			t.Errorf("%s as well: %s", other.Rule, other.Summary)
		}
	}

	// The edge alone: the event is joined to the INVITE before it.
	e = &box{host: "expe1"}
	e.sip(0, "Received", phone, "INVITE sip:1004@cucm1.example.com SIP/2.0", "Via: SIP/2.0/TLS 198.51.100.7:47177;branch=z9hG4bK0")
	e.event(4, "Call Attempted", phone, "serial-e", `Protocol="TLS" Auth="YES"`)
	e.event(8, "Call Rejected", phone, "serial-e", `Detail="Not Found" Protocol="TLS" Response-code="404"`)
	e.sip(9, "Sent", phone, "SIP/2.0 404 Not Found", "Via: SIP/2.0/TLS 198.51.100.7:47177;branch=z9hG4bK0")
	result = logsIn(t, map[string]string{"expe1.txt": e.String()})
	if f := only(t, &result, "expressway.call-not-found"); len(result.Sessions) != 1 || f.Session != result.Sessions[0].ID {
		t.Errorf("%d sessions, and the finding is about %s", len(result.Sessions), f.Session)
	}
}
