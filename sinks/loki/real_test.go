package loki_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/lokitest"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/loki"
)

// recent returns a batch that arrived a moment ago, its records a second
// apart.
func recent(texts ...string) schemas.RawBatch {
	b := batch(texts...)
	b.Arrived = time.Now().UTC().Truncate(time.Second)
	for i := range b.Records.Records {
		b.Records.Records[i].Time = b.Arrived.Add(time.Duration(i-len(texts)) * time.Second)
	}
	return b
}

// found returns the texts that query selects in the time around b, sorted.
func found(l *lokitest.Loki, query string, b schemas.RawBatch) []string {
	var texts []string
	for _, line := range l.Lines(query, b.Arrived.Add(-48*time.Hour), b.Arrived.Add(48*time.Hour)) {
		texts = append(texts, line.Text)
	}
	slices.Sort(texts)
	return texts
}

// TestLokiStores writes to a real Loki and asks for the lines by what they are
// found by.
func TestLokiStores(t *testing.T) {
	l := lokitest.Start(t)
	s, dead, _ := open(t, loki.Config{URL: l.URL})
	b := recent("INVITE\nCall-ID: 1@a\n", "the same\n", "the same\n", "odd \xff byte\n", strings.Repeat("long ", 100_000)+"\n")
	r := b.Records.Records
	r[2].Time = r[1].Time // two lines that differ in nothing but their id
	r[3].Time = time.Time{}
	b.Events = []schemas.Event{{Record: r[0].ID, Kind: schemas.KindSIPMessage, Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: "1@a"}}}}
	write(t, s, b)
	for query, want := range map[string][]string{
		`{source="cucm.sdl", cluster="hq", node="cucm1", origin="live"} | record_id="` + r[0].ID.String() + `"`: {"INVITE\nCall-ID: 1@a"},
		`{job="uctrace"} | call_id="1@a" | kind="sip.message"`:                                                  {"INVITE\nCall-ID: 1@a"},
		`{job="uctrace"} |= "the same"`:                                                                         {"the same", "the same"},
		`{job="uctrace"} | time_from="neighbour" | repaired="utf8" | line="4"`:                                  {"odd \uFFFD byte"},
		`{job="uctrace"} | file!="SDL001_100_000001.txt"`:                                                       nil,
	} {
		is(t, query, found(l, query, b), want)
	}
	var text strings.Builder
	for _, line := range l.Lines(`{job="uctrace"} | part!=""`, b.Arrived.Add(-time.Hour), b.Arrived.Add(time.Hour)) {
		text.WriteString(line.Text)
	}
	if text.String() != strings.Repeat("long ", 100_000) {
		t.Errorf("the parts of the long line are %d bytes", text.Len())
	}
	if len(dead.refused) > 0 {
		t.Errorf("dead letters %+v", dead.refused)
	}
	// What is not flushed survives a crash, and what comes again is folded.
	l.Kill()
	l.Run()
	write(t, s, b)
	is(t, "after a crash", found(l, `{job="uctrace"} |= "the same"`, b), []string{"the same", "the same"})
}

// TestLokiTakesLogsInAnyOrder writes logs of a year ago, the youngest first.
func TestLokiTakesLogsInAnyOrder(t *testing.T) {
	l := lokitest.Start(t)
	s, dead, _ := open(t, loki.Config{URL: l.URL})
	b := recent(numbered(50)...)
	for i := range b.Records.Records {
		b.Records.Records[i].Time = b.Arrived.Add(-time.Duration(365*24+i) * time.Hour)
	}
	write(t, s, b)
	write(t, s, recent("now\n"))
	var texts []string
	for _, line := range l.Lines(`{job="uctrace", origin="upload"}`, b.Arrived.Add(-(365*24+60)*time.Hour), b.Arrived.Add(-364*24*time.Hour)) {
		texts = append(texts, line.Text)
	}
	slices.Sort(texts)
	is(t, "a year ago", texts, numbered(50))
	if len(dead.refused) > 0 {
		t.Errorf("dead letters: %s", dead.refused[0].Reason)
	}
}

// TestLokiRefuses writes to a Loki with narrow limits what it takes and what
// it refuses: the words of its refusals are those that the sink knows.
func TestLokiRefuses(t *testing.T) {
	l := lokitest.Start(t,
		"reject_old_samples: false", "reject_old_samples: true\n  reject_old_samples_max_age: 100h",
		"time_sharding_enabled: true", "time_sharding_enabled: false",
		"creation_grace_period: 24h", "creation_grace_period: 10m",
		"max_line_size: 256KB", "max_line_size: 32KB")
	s, dead, watch := open(t, loki.Config{URL: l.URL})
	long := strings.Repeat("0123456789abcde\n", 6250) // 100 kB
	b := recent(append(numbered(200), "old\n", "behind\n", "ahead\n", long)...)
	r := b.Records.Records
	for i := range 200 {
		r[i].Time = b.Arrived.Add(-40*time.Hour - time.Duration(i)*time.Second)
	}
	r[200].Time = b.Arrived.Add(-200 * time.Hour)
	r[201].Time = b.Arrived.Add(-50 * time.Hour)
	r[202].Time = b.Arrived.Add(3 * time.Hour)
	write(t, s, b)
	is(t, "kept", found(l, `{job="uctrace"} |~ "^line |old|behind|ahead"`, b), append([]string{"ahead"}, numbered(200)...))
	is(t, "ahead", found(l, `{job="uctrace"} | time_from="arrival" | time_printed!=""`, b), []string{"ahead"})
	if got := strings.Join(found(l, `{job="uctrace"} | part=~".*/.*"`, b), ""); len(got) < len(long)-8 {
		t.Errorf("%d bytes of the long line, want %d", len(got), len(long))
	}
	var texts []string
	for _, d := range dead.refused {
		texts = append(texts, string(d.Record.Text))
		t.Log(d.Reason)
	}
	slices.Sort(texts)
	is(t, "dead letters", texts, []string{"behind", "old"})
	if watch.dead["too_old"] != 2 || len(watch.dead) != 1 || len(watch.retried) > 0 {
		t.Errorf("told %+v", watch)
	}
}

// TestLokiLacksSchema writes to a Loki that takes no structured metadata: that
// can be mended, so nothing is given up.
func TestLokiLacksSchema(t *testing.T) {
	l := lokitest.Start(t, "allow_structured_metadata: true", "allow_structured_metadata: false")
	s, dead, watch := open(t, loki.Config{URL: l.URL})
	gave := writeUntil(t, s, recent("a line\n"), func() bool { return watch.count("settings") >= 3 })
	if gave || len(dead.refused) > 0 {
		t.Errorf("stored %v, dead letters %+v", gave, dead.refused)
	}
}

// TestLokiInEveryMood writes while the way to Loki fails in every way.
func TestLokiInEveryMood(t *testing.T) {
	l := lokitest.Start(t)
	p := lokitest.NewProxy(t, l)
	s, dead, _ := open(t, loki.Config{URL: p.URL, Timeout: 5 * time.Second})
	var all []schemas.RawBatch
	var want []string
	for mood := range lokitest.Moods {
		lines := numbered(400)
		for i := range lines {
			lines[i] = mood.String() + " " + lines[i]
		}
		want = append(want, lines...)
		b := recent(lines...)
		b.Records.File.Fingerprint = schemas.FingerprintOf([]byte(mood.String()))
		for i := range b.Records.Records {
			b.Records.Records[i].ID = b.Records.File.Fingerprint.ID(int64(i))
		}
		all = append(all, b)
		p.Be(mood)
		done := make(chan bool)
		go func() {
			defer close(done)
			write(t, s, b)
		}()
		until(t, "the mood is met", func() bool { return p.Met(mood) > 0 })
		if mood != lokitest.Slow {
			p.Be(lokitest.Fine)
		}
		<-done
		if mood == lokitest.Mute {
			l.Kill()
			l.Run()
		}
	}
	slices.Sort(want)
	is(t, "stored", found(l, `{job="uctrace"}`, all[len(all)-1]), want)
	if len(dead.refused) > 0 {
		t.Errorf("%d dead letters", len(dead.refused))
	}
}
