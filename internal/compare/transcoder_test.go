package compare_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/compare"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/schemas"
)

// try is a call from a phone to a gateway behind a trunk as the call logs of
// CUCM 12.5 print it, without the hour; %d are its call identifiers.
const try = `:17.777|SIPL|0|TCP|IN|192.168.38.6|5060|SEPF0B2E57940EE|192.168.38.109|50394|2,100,14,90155.5598^192.168.38.109^*|1162837|f0b2e579-%[1]d@192.168.38.109|INVITE
:17.778|SIPL|0|TCP|OUT|192.168.38.6|5060|SEPF0B2E57940EE|192.168.38.109|50394|2,100,14,90155.5599^192.168.38.109^*|1162838|f0b2e579-%[1]d@192.168.38.109|100 Trying
:17.781|CC|SETUP|%[1]d|%[2]d|+19195742003|+19195742015|+19195742015
:17.787|CC|OFFERED|%[1]d|%[2]d|+19195742003|+19195742015|+19195742015|SEPF0B2E57940EE|SIP_TRUNK_TO_RTP_GATEWAY
:17.788|SIPT|%[2]d|TCP|OUT|192.168.38.6|5060|SIP_TRUNK_TO_RTP_GATEWAY|192.168.167.90|5060|2,100,14,1.182^*^*|1162839|11e14000-%[1]d@192.168.38.6|INVITE
:18.104|SIPL|%[1]d|TCP|OUT|192.168.38.6|5060|SEPF0B2E57940EE|192.168.38.109|50394|2,100,14,1.183^*^*|1162841|f0b2e579-%[1]d@192.168.38.109|180 Ringing
:19.940|SIPT|%[2]d|TCP|IN|192.168.38.6|5060|SIP_TRUNK_TO_RTP_GATEWAY|192.168.167.90|5060|2,100,14,1.184^*^*|1162842|11e14000-%[1]d@192.168.38.6|200 OK
`

const (
	firstTry = `:19.953|CC|RELEASE|%[1]d|%[2]d|47
:19.958|SIPL|%[1]d|TCP|OUT|192.168.38.6|5060|SEPF0B2E57940EE|192.168.38.109|50394|2,100,14,1.185^*^*|1162843|f0b2e579-%[1]d@192.168.38.109|503 Service Unavailable
:19.960|SIPT|%[2]d|TCP|OUT|192.168.38.6|5060|SIP_TRUNK_TO_RTP_GATEWAY|192.168.167.90|5060|2,100,14,1.185^*^*|1162844|11e14000-%[1]d@192.168.38.6|BYE
`
	secondTry = `:19.948|SIPL|%[1]d|TCP|OUT|192.168.38.6|5060|SEPF0B2E57940EE|192.168.38.109|50394|2,100,14,1.184^*^*|1162843|f0b2e579-%[1]d@192.168.38.109|200 OK
:20.010|SIPT|%[2]d|TCP|OUT|192.168.38.6|5060|SIP_TRUNK_TO_RTP_GATEWAY|192.168.167.90|5060|2,100,14,1.185^*^*|1162844|11e14000-%[1]d@192.168.38.6|ACK
:31.804|CC|RELEASE|%[1]d|%[2]d|16
:31.806|SIPT|%[2]d|TCP|OUT|192.168.38.6|5060|SIP_TRUNK_TO_RTP_GATEWAY|192.168.167.90|5060|2,100,14,1.186^*^*|1162845|11e14000-%[1]d@192.168.38.6|BYE
`
)

// TestCapability6SecondTrySucceeds sets the first try of a call, which no
// transcoder takes, beside the second: they part where CUCM gives the call up,
// and what it says there is the cause of the finding.
func TestCapability6SecondTrySucceeds(t *testing.T) {
	log := filepath.Join(t.TempDir(), "calllogs_00000001.txt")
	var text strings.Builder
	for _, call := range []struct {
		at, form string
		ci       int
	}{{"21:46", try + firstTry, 40010506}, {"21:53", try + secondTry, 40010520}} {
		for line := range strings.Lines(fmt.Sprintf(call.form, call.ci, call.ci+1)) {
			text.WriteString("2020/04/03 " + call.at + line)
		}
	}
	if err := os.WriteFile(log, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	o := offline.Options{Paths: []string{log}}
	result, err := offline.Analyze(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Findings) != 1 || result.Findings[0].Rule != "cucm.transcoder-unavailable" {
		t.Fatalf("findings: %v", result.Findings)
	}
	var good, bad *schemas.Session
	for i := range result.Sessions {
		if s := &result.Sessions[i]; s.ID == result.Findings[0].Session {
			bad = s
		} else {
			good = s
		}
	}
	if len(result.Sessions) != 2 || good == nil || bad == nil {
		t.Fatalf("%d sessions, want the two tries", len(result.Sessions))
	}
	c := compare.Sessions(*good, *bad, selected(t, o, good), selected(t, o, bad))
	if c.First < 0 || !differs(c.Rows[c.First], "cause", "16", "47") {
		t.Fatalf("the first difference is row %d of %+v, want the cause of the release", c.First, c.Rows)
	}
	for _, row := range c.Rows[:c.First] {
		if !row.Same() {
			t.Errorf("%+v differs before", row)
		}
	}
	if first := c.Rows[c.First].Bad.Event; first.Line != result.Findings[0].Evidence[0].Line {
		t.Errorf("they part in line %d, the finding rests on line %d", first.Line, result.Findings[0].Evidence[0].Line)
	}
}
