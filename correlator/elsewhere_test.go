package correlator

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// beyond is a signature whose companions stand on another host: a refusal needs
// a request of the same peer, and is cleared by a success on the same peer.
func beyond(t *testing.T, before bool) []detect.Signature {
	field := func(name string) detect.Field {
		f, err := detect.NewField(name)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	is := func(kind schemas.Kind, name, value string) detect.Matcher {
		return detect.Matcher{Kinds: []schemas.Kind{kind}, Where: []detect.Condition{{Field: field(name), Any: []string{value}}}}
	}
	say, err := detect.NewTemplate("{node} refuses {with.url|nothing} {times}")
	if err != nil {
		t.Fatal(err)
	}
	return []detect.Signature{{
		Name: "test.beyond", Severity: schemas.High, Summary: say,
		Subject: []detect.Subject{{Session: true}, {Field: field("node")}},
		Prove:   []detect.Matcher{is(schemas.KindHTTPResponse, "status", "403")},
		Need: []detect.Companion{{
			Matcher: is(schemas.KindHTTPRequest, "method", "GET"), Before: before, Within: 10 * time.Second, Same: []detect.Field{field("peer")}, Elsewhere: true,
		}},
		Clear: []detect.Companion{{
			Matcher: is(schemas.KindHTTPResponse, "status", "200"), After: true, Within: 30 * time.Second, Same: []detect.Field{field("peer")}, Elsewhere: true,
		}},
	}}
}

// TestElsewhereByTag: the message that clears a proof is found by its correlation
// tag, which messages other than requests of a call do not keep.
func TestElsewhereByTag(t *testing.T) {
	number := must(detect.NewField("number"))
	c := New(Config{Signatures: []detect.Signature{{
		Name: "test.tag", Severity: schemas.High, Subject: []detect.Subject{{Session: true}, {Field: must(detect.NewField("node"))}},
		Prove: []detect.Matcher{{Kinds: []schemas.Kind{schemas.KindMobilityMiss}, Where: []detect.Condition{{Field: number, Contains: []string{"1"}}}}},
		Clear: []detect.Companion{{
			Matcher: detect.Matcher{Kinds: []schemas.Kind{schemas.KindSIPMessage}, Where: []detect.Condition{{Field: must(detect.NewField("sip.status")), Any: []string{"200"}}}},
			Within:  time.Minute, Same: []detect.Field{must(detect.NewField("key.correlation_tag"))}, Elsewhere: true,
		}},
	}}})
	for _, b := range build(t, `file a cucm.sdl node=cm1
0 mobility.miss seq=1 tag=2,100,14,33.5 number=100
1 mobility.miss seq=2 tag=2,100,14,33.6 number=101
2 sip 200/REGISTER id=a tag=2,100,14,33.5 out
upto 60`) {
		c.Add(&b)
	}
	found := c.Result().Findings
	if len(found) != 1 || len(found[0].Evidence) != 1 || found[0].Evidence[0].Line != 2 {
		t.Errorf("found %+v, want the miss of the other tag", found)
	}
}

// TestElsewhere: a companion is found on another host, in its time, of the same
// peer; and the order in which the events come makes no difference.
func TestElsewhere(t *testing.T) {
	const refused = `file c expressway.traffic node=c
5 http.response status=403 peer=p1
`
	tests := []struct {
		name, log, want string
	}{
		{"without a date, in any order", refused + "file e expressway.traffic node=e\n- http.request method=GET url=/a peer=p1", "c refuses /a once"},
		{"in any order", refused + "file e expressway.traffic node=e\n8 http.request method=GET url=/a peer=p1", "c refuses /a once"},
		{"there", refused + "file e expressway.traffic node=e\n1 http.request method=GET url=/a peer=p1\n2 http.request method=GET url=/b peer=p1", "c refuses /a once"},
		{"without a date, where only before will do", refused + "file e expressway.traffic node=e\n- http.request method=GET url=/a peer=p1", ""},
		{"of another peer", refused + "file e expressway.traffic node=e\n1 http.request method=GET url=/a peer=p2", ""},
		{"too early", refused + "file e expressway.traffic node=e\n-20 http.request method=GET url=/a peer=p1", ""},
		{"behind it", refused + "file e expressway.traffic node=e\n6 http.request method=GET url=/a peer=p1", ""},
		{"missing", refused, ""},
		{"mended", refused + "file e expressway.traffic node=e\n1 http.request method=GET url=/a peer=p1\n9 http.response status=200 peer=p1", ""},
		{"mended too late", refused + "file e expressway.traffic node=e\n1 http.request method=GET url=/a peer=p1\n90 http.response status=200 peer=p1", "c refuses /a once"},
		{"one of two mended", refused + "50 http.response status=403 peer=p2\nfile e expressway.traffic node=e\n1 http.request method=GET url=/a peer=p1\n49 http.request method=GET url=/b peer=p2\n9 http.response status=200 peer=p1", "c refuses /b once"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			batches := build(t, tt.log)
			const year = 365 * 24 * time.Hour
			forever := Limits{Ended: year, Open: year, Lasting: year}
			cfg := Config{Signatures: beyond(t, !strings.Contains(tt.name, "in any order"))}
			all := New(cfg)
			for i := range batches {
				all.Add(&batches[i])
			}
			want := all.Result().Findings
			if got := said(want); got != tt.want {
				t.Fatalf("found %q, want %q", got, tt.want)
			}
			for seed := range 40 {
				rng := rand.New(rand.NewPCG(uint64(seed), 7))
				pieces := cut(batches, rng)
				rng.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
				c, f := New(cfg), fold{}
				for i := range pieces {
					c.Add(&pieces[i])
					if seed%2 == 1 && !undatedEvents(batches) {
						f.add(t, c.Compact(forever, uint64(i+1)), uint64(i+1))
						continue
					}
					f.add(t, c.Evaluate(uint64(i+1)), uint64(i+1))
				}
				if _, live := f.live(); !reflect.DeepEqual(live, c.Result().Findings) || !reflect.DeepEqual(live, want) {
					t.Fatalf("seed %d: revisions fold to %q, want %q", seed, said(live), said(want))
				}
			}
		})
	}
}

func said(list []schemas.Finding) (text string) {
	for _, f := range list {
		text += f.Summary
	}
	return text
}
