package ruletest_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

// TestCapability1OnePersonInThreeProducts: the sign-in in a client's log, which masks the
// user, the client's requests and its REGISTER at the Expressways, and the
// REGISTER in the trace of CUCM are one timeline. Ten others behind the same
// address do the same, and none of it is in there.
func TestCapability1OnePersonInThreeProducts(t *testing.T) {
	const inside = "ZXhhbXBsZS5jb20vaHR0cC9jdWNtMS5leGFtcGxlLmNvbS82OTcw" // example.com/http/cucm1.example.com/6970
	text, err := os.ReadFile("testdata/edge-ok.log")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "user:****") {
		t.Fatal("the client does not mask the user")
	}
	e, c := &box{host: "expe1"}, &box{host: "expc1"}
	var sdl strings.Builder
	files := map[string]string{}
	names := []string{"ann", "bea", "cal", "dan", "eve", "fay", "gus", "hal", "ida", "jon", "kim"}
	for i, name := range names {
		device := "CSF" + strings.ToUpper(name)
		files["jabber-"+name+".log"] = strings.NewReplacer(" 09:00:", fmt.Sprintf(" 09:%02d:", i), "ann@", name+"@", "/ann", "/"+name, "=ann", "="+name, "CSFANN", device).Replace(string(text))
		asks(e, c, 20*i, "id-"+name, fmt.Sprintf("198.51.100.7:5%03d", i), inside+"/"+device+".cnf.xml")
		registers(e, c, 2000+40*i, fmt.Sprintf("198.51.100.7:47%03d", i), fmt.Sprint(1001+i), device, "200 OK")
		fmt.Fprintf(&sdl, `%08d.001 |10:00:02.%03d |AppInfo  |SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 10.0.1.5 on port 5060 index 13 with 400 bytes:
[%d,NET]
REGISTER sip:cucm1.example.com SIP/2.0
Via: SIP/2.0/TCP 10.0.1.5:5060;branch=z9hG4bK%d
From: <sip:%d@example.com>;tag=1
To: <sip:%d@example.com>
Call-ID: %s@client
CSeq: 101 REGISTER
Content-Length: 0

`, i+1, 40*i+10, i+1, i, 1001+i, 1001+i, device)
	}
	files["expe1.txt"], files["expc1.txt"], files["SDL001_100_000001.txt"] = e.String(), c.String(), sdl.String()
	r := logsIn(t, files)
	for _, name := range names {
		var kinds []string
		products := map[string]bool{}
		for _, s := range report.RelatedTo(r.Sessions, name+"@example.com") {
			kinds = append(kinds, string(s.Session.Kind))
			for _, source := range s.Session.Sources {
				product, _, _ := strings.Cut(string(source), ".")
				products[product] = true
			}
			for _, k := range s.Session.Keys {
				named := strings.ToLower(k.Value)
				if (k.Type == schemas.KeyDevice || k.Type == schemas.KeyUser || k.Type == schemas.KeyJID) && !strings.Contains(named, name) {
					t.Errorf("the timeline of %s has a %s of %s %s", name, s.Session.Kind, k.Type, k.Value)
				}
			}
		}
		if slices.Sort(kinds); !slices.Equal(kinds, []string{"login", "mra", "registration"}) || !products["jabber"] || !products["expressway"] || !products["cucm"] {
			t.Errorf("the timeline of %s has %q of %v", name, kinds, products)
		}
	}
}
