package collector

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

func TestGoneIntent(t *testing.T) {
	dir := t.TempDir()
	journal := t.TempDir()
	text := logText("a", 0, 100)
	path := write(t, dir+"/a.log", []byte(text))
	s := newStore(t)
	s.lose = func(int) bool { return true }
	j := openJournal(t, journal)
	stop := start(t, follower(j, dir), s)
	s.untilTexts(text)
	stop()
	j.Close()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for run := range 2 {
		s = newStore(t)
		j = openJournal(t, journal)
		once(t, j, s, dir)
		j.Close()
		if len(s.gone()) == 0 {
			t.Errorf("run %d: problems %q", run, s.problems())
		}
	}
}

// TestCrashes stops the follower at random points, with acks lost at random,
// while logs grow and rotate; the spans must tile every file.
func TestCrashes(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	dir, journal := t.TempDir(), t.TempDir()
	s := newStore(t)
	want := make([]string, 3)
	var rotated []string
	for round := range 40 {
		j := openJournal(t, journal)
		stopAt := s.sends + 1 + rnd.IntN(8)
		// The time ends a round in which little was left to send.
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		s.lose = func(n int) bool {
			if n >= stopAt {
				cancel()
			}
			return n%3 == 0 || n >= stopAt
		}
		ended := make(chan error, 1)
		go func() { ended <- follower(j, dir).Run(ctx, s.send) }()
		for i := range want {
			name := fmt.Sprintf("%s/%d.log", dir, i)
			text := logText(fmt.Sprintf("file%d of round %d", i, round), 0, rnd.IntN(4000))
			appendTo(t, name, text)
			want[i] += text
			if rnd.IntN(6) == 0 && len(want[i]) > schemas.FingerprintBytes {
				rotated = append(rotated, want[i])
				want[i] = ""
				if err := os.Rename(name, fmt.Sprintf("%s/old%d-%d", dir, i, round)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := <-ended; !errors.Is(err, ctx.Err()) {
			t.Fatal(err)
		}
		cancel()
		j.Close()
	}
	s.lose = nil
	once(t, openJournal(t, journal), s, dir)
	for _, text := range want {
		if text != "" {
			rotated = append(rotated, text)
		}
	}
	slices.Sort(rotated)
	if got := s.texts(); !slices.Equal(got, rotated) {
		for _, text := range got {
			t.Logf("got %d bytes %.60q", len(text), text)
		}
		for _, text := range rotated {
			t.Logf("want %d bytes %.60q", len(text), text)
		}
		t.Error("texts differ")
	}
	if s.again == 0 {
		t.Error("nothing was sent again: the test tests nothing")
	}
}

func TestJournal(t *testing.T) {
	dir := t.TempDir()
	j := openJournal(t, dir)
	if _, err := OpenJournal(dir); err == nil || !strings.Contains(err.Error(), "used by another process") {
		t.Errorf("second opening: %v", err)
	}
	fp := schemas.FingerprintOf([]byte("x"))
	e := &entry{File: schemas.File{Path: "a", Fingerprint: fp}, Mode: modeRaw, Check: checkOf([]byte("x")), Short: true, State: startState(schemas.Unknown)}
	if err := j.add(e); err != nil {
		t.Fatal(err)
	}
	var ins []*intent
	for i := range int64(4) {
		in := &intent{File: e.File, From: frameState{Offset: i}, To: frameState{Offset: i + 1, Time: moment(schemas.Seed(time.Time{}, time.FixedZone("X", -4*3600)))}, Check: e.Check}
		ins = append(ins, in)
		if err := j.intend(e, in, false); err != nil {
			t.Fatal(err)
		}
	}
	for _, i := range []int{3, 1} {
		if err := j.ack(e, ins[i]); err != nil {
			t.Fatal(err)
		}
	}
	j.Close()
	name := filepath.Join(dir, journalName)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	write(t, name, append(data, "0badc0de {\"ack\":1"...))
	for range 2 { // read from lines, then from the rewritten file
		j = openJournal(t, dir)
		got := j.lookup("a", []byte("x"))
		if got == nil || got.State.Offset != 4 || len(j.unacked(got)) != 2 {
			t.Fatalf("entry %+v", got)
		}
		in := j.unacked(got)[1]
		if in.From.Offset != 2 || !reflect.DeepEqual(in.To.Time, moment(time.Time(in.To.Time))) {
			t.Errorf("intent %+v", in)
		}
		if _, offset := time.Time(in.To.Time).Zone(); offset != -4*3600 || !time.Time(in.To.Time).Equal(time.Time(ins[2].To.Time)) {
			t.Errorf("time %v", time.Time(in.To.Time))
		}
		j.Close()
	}
	write(t, name, append([]byte("0badc0de {}\n"), data...))
	if _, err := OpenJournal(dir); err == nil || !strings.Contains(err.Error(), ":1: the line is damaged") {
		t.Errorf("damaged journal: %v", err)
	}
}

func FuzzMoment(f *testing.F) {
	f.Add(int64(-62135596800), int64(5), -17762, "America/New_York")
	f.Add(int64(1767349230), int64(0), 3600, "CET")
	f.Fuzz(func(t *testing.T, sec, nsec int64, offset int, name string) {
		if offset < -86400 || offset > 86400 || sec < -1<<40 || sec > 1<<40 || nsec < 0 || nsec > 999999999 {
			t.Skip()
		}
		a := time.Unix(sec, nsec).In(time.FixedZone(name, offset))
		text, err := moment(a).MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var b moment
		if err := b.UnmarshalText(text); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		_, o := time.Time(b).Zone()
		if !a.Equal(time.Time(b)) || o != offset {
			t.Errorf("%v became %v", a, time.Time(b))
		}
	})
}
