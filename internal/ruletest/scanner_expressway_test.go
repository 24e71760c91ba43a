package ruletest_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// noise writes two hours of what strangers do to a public Expressway-E: broken
// and refused handshakes, calls to premium numbers, registrations of
// extensions, logins; most of them once, some in a burst.
func noise(e *box, rng *rand.Rand) {
	pick := func(words ...string) string { return words[rng.IntN(len(words))] }
	for ms, n := 0, 0; ms < 2*3600*1000; {
		ms += 200 + rng.IntN(9000)
		host := fmt.Sprintf("%s.%d.%d", pick("192.0", "198.51", "203.0"), 1+rng.IntN(250), 1+rng.IntN(250))
		for range []int{1, 1, 1, 20}[rng.IntN(4)] {
			n++
			ms += 5 + rng.IntN(90)
			from := fmt.Sprintf("Src-ip=%q Src-port=\"%d\"", host, 1024+rng.IntN(64000))
			switch rng.IntN(8) {
			case 0:
				e.line(ms, fmt.Sprintf(`Event="Inbound TLS Negotiation Error" Service="SIP" %s Dst-ip="10.0.2.2" Dst-port="5061" Detail=%q Protocol="TLS"`, from,
					pick("self signed certificate", "No SSL error available, probably remote disconnect", "no shared cipher", "wrong version number", "http request",
						"no shared cipher", "unsupported protocol", "wrong version number", "certificate has expired")))
			case 1:
				e.line(ms, fmt.Sprintf(`Module="network.tcp" Level="DEBUG":  %s Dst-ip="10.0.2.2" Dst-port="5061" Detail="TCP Connection Closed" Reason=%q`, from,
					pick("Got EOF on socket", "no certificate returned", "Idle countdown expired")))
			case 2:
				e.line(ms, fmt.Sprintf(`Event="Registration Rejected" Reason="Unknown domain" Service="SIP" %s AOR="sip:%s@%s" Contact="sip:x@%s" Call-id="r%d@x" Protocol="UDP"`,
					from, pick("100", "admin", "2001"), pick("10.0.2.2", "expe1.example.com"), host, n))
			case 3:
				e.line(ms, fmt.Sprintf(`Event="Authentication Failed" Service="SIP" %s Detail="Incorrect authentication credential for user" Protocol="UDP" Method=%q`, from, pick("REGISTER", "INVITE", "OPTIONS")))
			default:
				code := pick("403", "404", "404", "408", "486", "500")
				call := fmt.Sprintf(`Service="SIP" %s Src-alias-type="SIP" Src-alias="sip:%s" Dst-alias-type="SIP" Dst-alias="sip:%s%d@%s" Call-serial-number="s%d" Tag="t%d"`,
					from, pick("100@10.0.2.2", "1000@expe1.example.com"), pick("00972", "900441", "+44"), rng.IntN(1e7), pick("10.0.2.2", "expe1.example.com"), n, n)
				e.line(ms, `Event="Call Attempted" `+call+` Protocol="UDP" Auth="NO"`)
				if reason, ok := map[string]string{"404": "Not Found", "403": "Forbidden"}[code]; ok {
					e.line(ms, fmt.Sprintf(`Event="Search Completed" Reason=%q %s Detail="found:false, searchtype:INVITE, Info:Policy Response"`, reason, call))
				}
				e.line(ms, `Event="Call Rejected" `+call+` Detail="x" Protocol="UDP" Response-code="`+code+`"`)
			}
		}
	}
}

// TestScannersDoNotAlarm wants nothing from hours of scanning, and what meets
// users all the same: a call of a phone that is not found, and a partner whose
// certificate is refused again and again.
func TestScannersDoNotAlarm(t *testing.T) {
	e := box{host: "expe1"}
	noise(&e, rand.New(rand.NewPCG(1, 2)))
	result := logsIn(t, map[string]string{"expe1.txt": e.String()})
	for _, f := range result.Findings {
		if f.Severity > schemas.Info {
			t.Errorf("%s %s: %s", f.Rule, f.Severity, f.Summary)
		}
	}
	for i := range 4 {
		e.line(3600_000+60_000*i, fmt.Sprintf(`Event="Inbound TLS Negotiation Error" Service="SIP" Src-ip="198.51.100.9" Src-port="%d" Dst-ip="10.0.2.2" Dst-port="5061" Detail="self signed certificate in certificate chain" Protocol="TLS"`, 50000+i))
	}
	e.event(3_700_000, "Call Attempted", "198.51.100.7:47177", "user-1", `Protocol="TLS" Auth="YES"`)
	e.event(3_700_004, "Call Rejected", "198.51.100.7:47177", "user-1", `Detail="Not Found" Protocol="TLS" Response-code="404"`)
	result = logsIn(t, map[string]string{"expe1.txt": e.String()})
	only(t, &result, "expressway.tls-untrusted-ca")
	only(t, &result, "expressway.call-not-found")
	if len(result.Findings) != 2 {
		t.Errorf("%d findings, want those 2", len(result.Findings))
	}
}
