package correlator

import (
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

func field(t *testing.T, name string) detect.Field {
	t.Helper()
	f, err := detect.NewField(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func template(t *testing.T, text string) detect.Template {
	t.Helper()
	x, err := detect.NewTemplate(text)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// refusals are signatures that use all that tells a stranger from a user: two
// weights, what must stand beside a proof, proofs that say one thing, causes
// that a setting tells, and a rule that says the same less precisely though its
// name comes first.
func refusals(t *testing.T) []detect.Signature {
	is := func(name string, any ...string) detect.Condition {
		return detect.Condition{Field: field(t, name), Any: any}
	}
	peer := field(t, "peer")
	return []detect.Signature{
		{
			Name: "general", Severity: schemas.Low, Subject: []detect.Subject{{Session: true}, {Field: field(t, "node")}},
			Prove:   []detect.Matcher{{Kinds: []schemas.Kind{schemas.KindSIPEvent}, Where: []detect.Condition{is("event", "rejected")}}},
			Unless:  []string{"precise"},
			Summary: template(t, "rejected"), Cause: template(t, "general"),
		},
		{
			Name: "precise", Severity: schemas.High, Subject: []detect.Subject{{Session: true}, {Field: field(t, "node")}},
			Prove: []detect.Matcher{{
				Kinds: []schemas.Kind{schemas.KindSIPEvent}, Where: []detect.Condition{is("event", "searched")},
				Needs: []detect.Companion{{Matcher: detect.Matcher{Kinds: []schemas.Kind{schemas.KindSIPEvent}, Where: []detect.Condition{is("auth", "YES")}}}},
			}},
			Summary: template(t, "not found"), Cause: template(t, "precise"),
		},
		{
			Name: "refused", Severity: schemas.High, Subject: []detect.Subject{{Field: field(t, "host.peer")}},
			Prove: []detect.Matcher{
				{Kinds: []schemas.Kind{schemas.KindTLSHandshake}, Where: []detect.Condition{is("inside.peer", "true")}},
				{
					Kinds:  []schemas.Kind{schemas.KindTLSHandshake},
					Weight: &detect.Weight{AtLeast: 2, Distinct: &peer, Over: time.Minute, Severity: schemas.Medium, Own: true},
				},
			},
			Once: []detect.Field{peer},
			Variants: []detect.Variant{{
				When:  []detect.Matcher{{Kinds: []schemas.Kind{schemas.KindConfigValue}, Where: []detect.Condition{is("name", "verify")}}},
				Cause: template(t, "verify is {setting}"),
			}},
			Summary: template(t, "{host.peer} refused {times}"), Cause: template(t, "unknown"),
		},
	}
}

const refusedLog = `file logs/e1.log expressway.tvcs node=e1
0 tls.handshake peer=10.0.0.9:5061 addr=10.0.0.9:5061
0.1 tls.handshake peer=10.0.0.9:5061
1 tls.handshake peer=192.0.2.9:4001 addr=192.0.2.9:4001
90 tls.handshake peer=192.0.2.9:4002
91 tls.handshake peer=192.0.2.66:4001
92 sip INVITE id=a in
93 sip.event event=attempted auth=YES id=a
94 sip.event event=searched id=a
95 sip.event event=rejected id=a
96 sip INVITE id=b in
97 sip.event event=searched id=b
98 sip.event event=rejected id=b
file logs/xconf.txt expressway.other
- config.value name=verify value=On
file elsewhere/xconf.txt expressway.other
- config.value name=verify value=Off`

// TestRefusals checks who is reported, and that order and moment of what comes
// in make no difference.
func TestRefusals(t *testing.T) {
	cfg := Config{Signatures: refusals(t)}
	batches := build(t, refusedLog)
	r := resultWith(cfg, batches)
	var got []string
	for _, f := range r.Findings {
		if peer, _, of := strings.Cut(f.Summary, " refused"); of && (len(f.Keys) != 1 || detect.Host(f.Keys[0].Value) != peer) {
			t.Errorf("%s has the keys %v", f.Summary, f.Keys)
		}
		got = append(got, f.Rule+" "+f.Severity.String()+" "+f.Summary+" ("+f.Cause+")")
	}
	want := []string{
		"refused high 10.0.0.9 refused once (verify is On)",
		"precise high not found (precise)",
		"refused medium 192.0.2.9 refused 2 times (verify is On)",
		"general low rejected (general)",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("findings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	checkSetWith(t, cfg, batches, 40)
	checkCompact(t, cfg, build(t, strings.ReplaceAll(refusedLog, "- config", "0 config")))
}
