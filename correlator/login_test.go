package correlator

import (
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// unreachable is a rule about a client's HTTP answers, which are facts beside
// the steps of its sign-in.
func unreachable(t *testing.T) detect.Signature {
	t.Helper()
	field := func(name string) detect.Field {
		f, err := detect.NewField(name)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	text := func(s string) detect.Template {
		x, err := detect.NewTemplate(s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	return detect.Signature{
		Name: "jabber.uds-unreachable", Title: "not reached", Severity: schemas.High,
		Subject: []detect.Subject{{Session: true}},
		Prove:   []detect.Matcher{{Kinds: []schemas.Kind{schemas.KindHTTPResponse}, Where: []detect.Condition{{Field: field("error"), Contains: []string{"UNREACHABLE"}}}}},
		With: []detect.Companion{{
			Matcher: detect.Matcher{Kinds: []schemas.Kind{schemas.KindLoginStage}, Where: []detect.Condition{{Field: field("host"), None: []string{" "}}}},
			Same:    []detect.Field{field("number")},
		}},
		Summary: text("{host|the server} is not reached"), Cause: text("x"), Stage: text("{stage|uds-reach }"),
	}
}

var signIns = []struct {
	name, log string
	want      []string
	say       []string
}{
	{
		name: "a failure names only the number of its request",
		log: `0 login.stage login=client stage=home-cluster outcome=enter number=7 host=cucm1
1 http.response number=7 error=UNREACHABLE
1 login.stage login=client stage=uds-reach outcome=fail number=7
upto 100`,
		want: []string{"jabber.uds-unreachable high"},
		say:  []string{"login failed events=2 | sign-in, 1 stage, the last step is home-cluster (failed)", "home-cluster=failed", "stage=home-cluster n=1 | cucm1 is not reached"},
	},
	{
		name: "a failure of a request that no stage made",
		log: `0 login.stage login=client stage=tftp outcome=ok number=3 host=cucm1
1 login.stage login=client stage=uds-reach outcome=fail number=28
upto 100`,
		say: []string{"login unknown events=2 | sign-in, 1 stage, the last step is tftp (ok)"},
	},
	{
		name: "the URL of a failed request is said again",
		log: `0 login.stage login=client stage=uds-reach outcome=enter number=7 host=cucm1
1 login.stage login=client stage=uds-reach outcome=fail number=7
1 login.stage login=client stage=uds-reach outcome=enter number=7 host=cucm1
upto 100`,
		say: []string{"login failed", "the last step is uds-reach (failed)"},
	},
	{
		name: "a rule that knows the cause silences the stage",
		log: `0 login.stage login=client stage=uds-reach outcome=enter number=7 host=cucm1
1 http.response number=7 error=UNREACHABLE
2 login.stage login=client stage=uds-reach outcome=enter number=8 host=cucm2
upto 100`,
		want: []string{"jabber.uds-unreachable high"},
		say:  []string{"login failed"},
	},
	{
		name: "a failure that was passed does not",
		log: `0 login.stage login=client stage=uds-reach outcome=enter number=7 host=cucm1
1 http.response number=7 error=UNREACHABLE
2 login.stage login=client stage=uds-auth outcome=ok number=8 host=cucm2
3 login.stage login=client stage=imp-soap outcome=enter host=imp1
upto 100`,
		want: []string{"jabber.uds-unreachable high", "login.stuck high"},
	},
	{
		name: "through Expressway, UDS does not answer",
		log: `0 login.stage login=client stage=discovery outcome=ok
1 login.stage login=client stage=edge outcome=ok
2 login.stage login=client stage=uds-auth outcome=enter user=ann
upto 100`,
		want: []string{"login.stuck high"},
		say:  []string{"sign-in of ann through Expressway is stuck at stage uds-auth: entered and for 30 s neither an end nor a later stage; the last that ended well is edge, expected next: the HTTP answer to /cucm-uds/user"},
	},
	{
		name: "through Expressway, whose answer is behind that of UDS",
		log: `0 login.stage login=client stage=uds-reach outcome=ok
1 login.stage login=client stage=edge outcome=enter
upto 100`,
		say: []string{"login unknown"},
	},
	{
		name: "the phone works and the messenger waits",
		log: `0 login.stage login=client stage=sip-register outcome=ok
1 login.stage login=client stage=xmpp outcome=enter
upto 100`,
		say: []string{"login ok"},
	},
	{
		name: "the phone works and a server of before is lost",
		log: `0 login.stage login=client stage=uds-auth outcome=ok
1 login.stage login=client stage=sip-register outcome=ok
2 login.stage login=client stage=uds-auth outcome=fail
upto 100`,
		say: []string{"login ok"},
	},
	{
		name: "nothing behind a stage",
		log: `0 login.stage login=client stage=start outcome=enter
1 login.stage login=client stage=uds-auth outcome=ok
upto 100`,
		want: []string{"login.stuck low"},
		say:  []string{"does not go on behind stage uds-auth"},
	},
	{
		name: "a stage fails and no rule knows why",
		log: `0 login.stage login=client stage=start outcome=enter
1 login.stage login=client stage=uds-reach outcome=ok
2 login.stage login=client stage=uds-auth outcome=fail status=500 user=ann
upto 100`,
		want: []string{"login.stuck high"},
		say:  []string{"sign-in of ann ends at stage uds-auth, which fails (500), and is not tried again; the last that ended well is uds-reach"},
	},
	{
		name: "a stage fails and the log ends",
		log: `0 login.stage login=client stage=start outcome=enter
2 login.stage login=client stage=uds-auth outcome=fail status=500
upto 40`,
		say: []string{"login failed"},
	},
	{
		name: "a stage fails in an excerpt from the middle",
		log: `2 login.stage login=client stage=uds-auth outcome=fail status=500
upto 100`,
		say: []string{"login failed"},
	},
	{
		name: "a stage fails and another server takes it",
		log: `0 login.stage login=client stage=start outcome=enter
2 login.stage login=client stage=uds-auth outcome=fail status=500
5 login.stage login=client stage=uds-auth outcome=ok
6 login.stage login=client stage=sip-register outcome=ok
upto 100`,
		say: []string{"login ok"},
	},
	{
		name: "a file that is not there and need not be",
		log: `0 login.stage login=client stage=tftp outcome=enter number=4
1 login.stage login=client stage=tftp outcome=enter number=4 status=404
upto 100`,
		say: []string{"login unknown", "tftp=ok"},
	},
	{
		name: "facts without a step",
		log: `0 http.response number=7 error=UNREACHABLE
upto 100`,
		want: []string{"jabber.uds-unreachable high"},
		say:  []string{"stage=uds-reach n=1 | the server is not reached"},
	},
}

// TestSignIns adds the events of each sign-in forwards and backwards, at once
// and one by one: what comes of them is the same.
func TestSignIns(t *testing.T) {
	for _, tt := range signIns {
		t.Run(tt.name, func(t *testing.T) {
			batches := build(t, "file csf jabber.csf\n"+tt.log)
			var first string
			for _, backwards := range []bool{false, true} {
				c := New(Config{Signatures: []detect.Signature{unreachable(t)}})
				events := slices.Clone(batches[0].Events)
				if backwards {
					slices.Reverse(events)
				}
				c.Add(&schemas.EventBatch{Span: batches[0].Span})
				var f fold
				for i := range events {
					c.Add(&schemas.EventBatch{Events: events[i : i+1]})
					f.add(t, c.Evaluate(uint64(i+1)), uint64(i+1))
				}
				r := c.Result()
				if got := rules(r); !slices.Equal(got, tt.want) {
					t.Errorf("findings %q, want %q", got, tt.want)
				}
				said := outline(r)
				for _, s := range tt.say {
					if !strings.Contains(said, s) {
						t.Errorf("no %q in\n%s", s, said)
					}
				}
				sessions, findings := f.live()
				if piecemeal := outline(Result{Sessions: sessions, Findings: findings}); piecemeal != said {
					t.Errorf("one by one it is\n%s, at once\n%s", piecemeal, said)
				}
				if backwards && said != first {
					t.Errorf("backwards it is\n%s, forwards\n%s", said, first)
				}
				first = said
			}
		})
	}
}
