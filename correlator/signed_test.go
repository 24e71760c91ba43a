package correlator

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// TestSigned looks for signatures whose events name no call themselves, and for
// one whose companion is about a call while the proof is about a file, in any
// order of the events.
func TestSigned(t *testing.T) {
	field := func(name string) detect.Field {
		f, err := detect.NewField(name)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	words := func(text string) detect.Template {
		w, err := detect.NewTemplate(text)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	is := func(kind schemas.Kind, name, value string) detect.Matcher {
		return detect.Matcher{Kinds: []schemas.Kind{kind}, Where: []detect.Condition{{Field: field(name), Any: []string{value}}}}
	}
	about := []detect.Subject{{Session: true}, {Field: field("file")}}
	sigs := []detect.Signature{
		{
			Name: "x.throttled", Severity: schemas.High, Subject: about,
			Prove:   []detect.Matcher{is(schemas.KindMediaResource, "state", "throttled")},
			Summary: words("{caller|somebody there} calls {callee|somebody else} {detail|}"),
		},
		{
			Name: "x.quoted", Severity: schemas.Medium, Subject: about,
			Prove:   []detect.Matcher{is(schemas.KindSIPSummary, "sip.status", "604")},
			Need:    []detect.Companion{{Matcher: is(schemas.KindSIPMessage, "diversion", "9180"), Anywhere: true}},
			Summary: words("refused"),
		},
	}
	batches := build(t, `file sdl cucm.sdl node=n1
0 digits.call ci=1 ci=2 row=SETUP calling=1000 called=2000
1 media.resource seq=5 state=requested ci=2
1 media.resource seq=5 state=throttled
2 media.resource seq=6 state=throttled
file doc cucm.sdl
- sum 604/
- sip INVITE id=a from=1 to=2 out diversion=9180`)
	var want Result
	for seed := range 40 {
		rng := rand.New(rand.NewPCG(uint64(seed), 3))
		pieces := cut(batches, rng)
		if seed > 0 {
			rng.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
		}
		c := New(Config{Signatures: sigs})
		for i := range pieces {
			c.Add(&pieces[i])
			if rng.IntN(3) == 0 {
				c.Evaluate(uint64(i + 1))
			}
		}
		got := c.Result()
		if seed == 0 {
			want = got
			continue
		}
		if !reflect.DeepEqual(got.Findings, want.Findings) {
			t.Fatalf("seed %d:\n%+v\nwant\n%+v", seed, got.Findings, want.Findings)
		}
	}
	summaries := map[string]bool{}
	for _, f := range want.Findings {
		summaries[f.Rule+": "+f.Summary] = true
		if inCall := f.Summary == "1000 calls 2000"; inCall == f.Session.IsZero() {
			t.Errorf("%s has the session %s", f.Summary, f.Session)
		}
	}
	for _, s := range []string{"x.throttled: 1000 calls 2000", "x.throttled: somebody there calls somebody else", "x.quoted: refused"} {
		if !summaries[s] {
			t.Errorf("no %q among %v", s, summaries)
		}
	}
}
