package correlator

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// ofRegistrations are two rules about the REGISTER requests of a phone: one that
// is refused, and one that nobody answers, for which each is a proof until the
// answer comes.
func ofRegistrations(t *testing.T) []detect.Signature {
	message := func(name, value string) detect.Matcher {
		return detect.Matcher{Kinds: []schemas.Kind{schemas.KindSIPMessage}, Where: []detect.Condition{{Field: field(t, name), Any: []string{value}}}}
	}
	return []detect.Signature{
		{
			Name: "test.unanswered", Severity: schemas.High, Subject: []detect.Subject{{Session: true}},
			Prove:   []detect.Matcher{message("sip.direction", "in")},
			Expect:  []detect.Companion{{Matcher: message("sip.direction", "out"), After: true, Within: 20e9}},
			Summary: template(t, "not answered {times}"),
		},
		{
			Name: "test.refused", Severity: schemas.High, Subject: []detect.Subject{{Session: true}},
			Prove:   []detect.Matcher{message("sip.status", "403")},
			Summary: template(t, "refused {times}"),
		},
	}
}

// hourOfRefreshes is what CUCM and an Expressway-C write in the nth hour: a phone
// that registers every two minutes, refused once and not answered another time, a
// subscription, and AXL to two hosts, which refuse the login for a while. Only the
// request names the host. One of them is not asked any more from some time on. An
// archive of the Expressway holds the lines of a day once more.
func hourOfRefreshes(t *testing.T, n int, day *string) []schemas.EventBatch {
	var cm, c1 strings.Builder
	fmt.Fprintf(&cm, "file sdl%d cucm.sdl node=cm%d\n", n, n%2)
	fmt.Fprintf(&c1, "file c%d expressway.other node=c1\n", n)
	for i := range 30 {
		second, answer := n*3600+i*120, "200"
		if n == 60 && i == 7 {
			answer = "403"
		}
		number := 100_000*((30*n+i)/1111) + 60*n + 2*i // a hole now and then
		fmt.Fprintf(&cm, "%d sip REGISTER id=r from=5737 seq=%08d in\n", second, number)
		if n != 50 || i != 9 {
			fmt.Fprintf(&cm, "%d sip %s/REGISTER id=r seq=%08d out\n", second+1, answer, number+1)
		}
		if i%5 == 0 {
			fmt.Fprintf(&cm, "%d sip SUBSCRIBE id=s from=5737 in\n%d sip 202/SUBSCRIBE id=s out\n", second+2, second+3)
		}
		if host := i % 3; host < 2 && (host == 0 || n < 70) {
			status := "200"
			if n == 80 && i < 18 {
				status = "401"
			}
			fmt.Fprintf(&c1, "%d axl.request function=executeSQLQuery addr=imp%d\n%d axl.response function=executeSQLQuery status=%s\n", second, host, second+2, status)
		}
	}
	list := append(build(t, cm.String()), build(t, c1.String())...)
	_, lines, _ := strings.Cut(c1.String(), "\n")
	if *day += lines; n%24 == 23 {
		list = append(list, build(t, fmt.Sprintf("file archive%d expressway.other node=c1\n%s", n, *day))...)
		*day = ""
	}
	return list
}

// TestUnitsWithoutEnd follows them for ten days and lets go on the way, saved and
// loaded in between: what is kept does not grow, and what is said is what is said
// of all of it, but for the list of events.
func TestUnitsWithoutEnd(t *testing.T) {
	cfg := Config{Signatures: ofRegistrations(t)}
	whole, c := New(cfg), New(cfg)
	var f fold
	var kept []int
	const hours = 240
	day := ""
	for n := range hours {
		for _, b := range hourOfRefreshes(t, n, &day) {
			whole.Add(&b)
			c.Add(&b)
		}
		if n%6 != 5 {
			continue
		}
		f.add(t, c.Compact(DefaultLimits(), uint64(n)), uint64(n))
		kept = append(kept, c.Records())
		if n%48 == 47 {
			c = reloaded(t, cfg, c)
		}
	}
	if most := slices.Max(kept[len(kept)/2:]); most > 4000 || c.Records() > most {
		t.Errorf("%d of %d events are kept: %v", c.Records(), whole.Records(), kept)
	}
	want := whole.Result()
	f.add(t, c.Evaluate(1<<40), 1<<40)
	sessions, findings := f.live()
	if len(want.Sessions) != 4 || len(want.Findings) < 4 {
		t.Fatalf("not worth comparing: %s", outline(want))
	}
	if !reflect.DeepEqual(findings, want.Findings) {
		t.Errorf("findings:\n%s\nwant\n%s", outline(Result{Findings: findings}), outline(Result{Findings: want.Findings}))
	}
	for i := range sessions {
		got, all := &sessions[i], &want.Sessions[i]
		if got.EventCount < 1000 || len(got.Events) == 0 || len(got.Events) > 1300 {
			t.Errorf("%d events, %d of them listed: %s", got.EventCount, len(got.Events), got.Summary)
		}
		// What gaps hide is looked for in the files of the listed events.
		for _, x := range all.Coverage {
			if !slices.Contains(got.Coverage, x) {
				t.Errorf("%s: forgotten: %s", got.Summary, x.Why)
			}
		}
		got.Events, all.Events, got.Coverage, all.Coverage = nil, nil, nil, nil
	}
	if !reflect.DeepEqual(sessions, want.Sessions) {
		t.Errorf("sessions\n%+v\nwant\n%+v", sessions, want.Sessions)
	}
	var state bytes.Buffer
	if err := c.Save(&state, "rules"); err != nil || state.Len() > 400_000 {
		t.Errorf("%d bytes of state, %v", state.Len(), err)
	}
}

// TestWhatCannotBeSummedUp has a phone that is refused for ever: each refusal
// counts, so when there are very many they are let go together, as they were said,
// and the next ones make another session and another finding.
func TestWhatCannotBeSummedUp(t *testing.T) {
	c := New(Config{Signatures: ofRegistrations(t)})
	var f fold
	version := uint64(0)
	add := func(from, until int) {
		var b strings.Builder
		fmt.Fprintf(&b, "file sdl%d cucm.sdl node=cm1\n", from)
		for i := from; i < until; i++ {
			fmt.Fprintf(&b, "%d sip REGISTER id=r from=5737 in\n%d sip 403/REGISTER id=r out\n", 60*i, 60*i+1)
		}
		for _, x := range build(t, b.String()) {
			c.Add(&x)
		}
		version++
		f.add(t, c.Compact(DefaultLimits(), version), version)
	}
	add(0, longest/2)
	if c.Records() != longest {
		t.Errorf("%d events are kept, want all of %d: each is counted", c.Records(), longest)
	}
	add(longest/2, longest/2+10)
	if c.Records() != 0 {
		t.Errorf("%d events are kept of more than %d", c.Records(), longest)
	}
	add(longest/2+10, longest/2+20)
	sessions, findings := f.live()
	if got, want := outline(Result{Sessions: sessions, Findings: findings}), `registration failed events=10020 | registration of 5737, failed with 403, 10020 messages
registration failed events=20 | registration of 5737, failed with 403, 20 messages
! test.refused high stage= n=5010 | refused 5010 times
! test.refused high stage= n=10 | refused 10 times
`; got != want {
		t.Errorf("says\n%swant\n%s", got, want)
	}
}

// TestIncidentWithoutEnd has a failure of a node that repeats for weeks.
func TestIncidentWithoutEnd(t *testing.T) {
	c := New(Config{Signatures: []detect.Signature{{
		Name: "test.miss", Severity: schemas.High, Subject: []detect.Subject{{Field: field(t, "node")}},
		Prove: []detect.Matcher{{Kinds: []schemas.Kind{schemas.KindMobilityMiss}}}, Summary: template(t, "missed {times}"),
	}}})
	var f fold
	for part := range 3 {
		var b strings.Builder
		fmt.Fprintf(&b, "file sdl%d cucm.sdl node=cm1\n", part)
		for i := range longest/2 + 1 {
			n := part*longest + i
			fmt.Fprintf(&b, "%d mobility.miss seq=%d number=57\n", 60*n, n+1)
		}
		for _, x := range build(t, b.String()) {
			c.Add(&x)
		}
		f.add(t, c.Compact(DefaultLimits(), uint64(part+1)), uint64(part+1))
	}
	_, findings := f.live()
	if got := outline(Result{Findings: findings}); got != "! test.miss high stage= n=10002 | missed 10002 times\n! test.miss high stage= n=5001 | missed 5001 times\n" {
		t.Errorf("says\n%s", got)
	}
}
