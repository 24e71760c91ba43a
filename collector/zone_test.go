package collector

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// zonedParser is bangParser for a log whose head names the offset:
// "zone=-04:00 ".
type zonedParser struct{ bangParser }

func (zonedParser) Zone(text []byte) *time.Location {
	_, rest, ok := bytes.Cut(text, []byte("zone="))
	if !ok || len(rest) < 6 {
		return nil
	}
	t, err := time.Parse("-07:00", string(rest[:6]))
	if err != nil {
		return nil
	}
	_, offset := t.Zone()
	return time.FixedZone(string(rest[:6]), offset)
}

// localParser is zonedParser for a log that prints local time; it begins with
// a comma.
type localParser struct{ zonedParser }

func (localParser) Source() schemas.Source { return schemas.CUCMCallLog }

func (localParser) Match(path string, head []byte) int {
	if bytes.HasPrefix(head, []byte(",")) {
		return 90
	}
	return 0
}

// TestZone reads logs that print local time beside logs that tell the offset of
// their node.
func TestZone(t *testing.T) {
	const calls = ",\n!2026-07-01T10:20:30 row\n"
	late := ",\n" + strings.Repeat("!2026-07-01T10:20:30 row\n", 10_000) + "zone=+02:00\n"
	tests := []struct {
		name  string
		files map[string]string // a folder of the time goes between host and name, unless the host is flat
		zone  *time.Location
		want  map[string]string // zone and time of the last record
	}{
		{
			"another log of the node tells it",
			map[string]string{"cm-a_1/calls": calls, "cm-a_1/z": "!2026-07-01T10:20:30 zone=-04:00 host=CM-A.example.com \n"},
			nil,
			map[string]string{"cm-a_1/calls": "-04:00 14:20:30"},
		},
		{
			"a log of another node does not",
			map[string]string{"cm-a_1/calls": calls, "cm-b_2/z": "!2026-07-01T10:20:30 zone=-04:00 host=cm-b \n"},
			nil,
			map[string]string{"cm-a_1/calls": " 10:20:30"},
		},
		{
			"its own end tells it",
			map[string]string{"cm-a_1/calls": late, "cm-a_1/z": "!2026-07-01T10:20:30 zone=-04:00 host=cm-a \n"},
			nil,
			map[string]string{"cm-a_1/calls": "+02:00 08:20:30"},
		},
		{
			"the first in the order of paths has its way",
			map[string]string{"cm-a_1/calls": calls, "cm-a_1/y": "!2026-07-01T10:20:30 zone=-05:00 host=cm-a \n", "cm-a_1/z": "!2026-07-01T10:20:30 zone=-04:00 host=cm-a \n"},
			nil,
			map[string]string{"cm-a_1/calls": "-05:00 15:20:30"},
		},
		{
			"all nodes tell that of a log that names none",
			map[string]string{"flat/calls": calls, "cm-a_1/z": "!2026-07-01T10:20:30 zone=-04:00 host=cm-a \n", "cm-b_2/z": "!2026-07-01T10:20:30 zone=-04:00 host=cm-b \n"},
			nil,
			map[string]string{"flat/calls": "-04:00 14:20:30"},
		},
		{
			"a trace that lost its head is of the node's zone",
			map[string]string{"cm-a_1/x": "!2026-07-01T10:20:30 row\n", "cm-a_1/z": "!2026-07-01T10:20:30 zone=-04:00 host=cm-a \n"},
			nil,
			map[string]string{"cm-a_1/x": " 14:20:30"},
		},
		{
			"a log that names no node either tells it",
			map[string]string{"flat/calls": calls, "flat/z": "!2026-07-01T10:20:30 zone=-04:00 \n"},
			nil,
			map[string]string{"flat/calls": "-04:00 14:20:30"},
		},
		{
			"nodes that differ do not",
			map[string]string{"flat/calls": calls, "cm-a_1/z": "!2026-07-01T10:20:30 zone=-04:00 host=cm-a \n", "cm-b_2/z": "!2026-07-01T10:20:30 zone=-05:00 host=cm-b \n"},
			nil,
			map[string]string{"flat/calls": " 10:20:30"},
		},
		{
			"the setting has its way",
			map[string]string{"cm-a_1/calls": calls, "cm-a_1/z": "!2026-07-01T10:20:30 zone=-04:00 host=cm-a \n"},
			time.FixedZone("", 3600),
			map[string]string{"cm-a_1/calls": "+01:00 09:20:30"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range tt.files {
				path := filepath.Join(dir, filepath.Dir(name), "2026-07-01_12-00-00", filepath.Base(name))
				if filepath.Dir(name) == "flat" {
					path = filepath.Join(dir, name)
				}
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			opts := Options{Parsers: []schemas.Parser{zonedParser{}, localParser{}}, Zone: tt.zone}
			for _, opts.Workers = range []int{1, 2} {
				got := zonesOf(t, dir, opts)
				for name, want := range tt.want {
					if got[name] != want {
						t.Errorf("%d workers: %s is read as %q, want %q", opts.Workers, name, got[name], want)
					}
				}
			}
			s := newStore(t)
			f := follower(nil, dir)
			f.Options, f.Once = opts, true
			if err := f.Run(t.Context(), s.send); err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, b := range s.got {
				zoneOfBatch(got, dir, &b)
			}
			for name, want := range tt.want {
				if got[name] != want {
					t.Errorf("followed: %s is read as %q, want %q", name, got[name], want)
				}
			}
		})
	}
}

func zonesOf(t *testing.T, dir string, opts Options) map[string]string {
	t.Helper()
	var mu sync.Mutex
	got := map[string]string{}
	err := Scan(context.Background(), opts, []string{dir}, nil, func(b *schemas.RecordBatch) error {
		mu.Lock()
		defer mu.Unlock()
		zoneOfBatch(got, dir, b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// zoneOfBatch notes the zone of the file of b and the time of its last record.
func zoneOfBatch(got map[string]string, dir string, b *schemas.RecordBatch) {
	if len(b.Records) == 0 {
		return
	}
	name, _ := filepath.Rel(dir, b.File.Path)
	host, file := filepath.Split(name)
	host, _, _ = strings.Cut(host, "/")
	last := b.Records[len(b.Records)-1]
	got[host+"/"+file] = b.File.Zone + " " + last.Time.Format(time.TimeOnly)
}

// TestZoneOfFollowed follows a call log that comes before the trace that tells
// the offset of its node, one that comes after a restart, and a log that tells
// its own when it has grown.
func TestZoneOfFollowed(t *testing.T) {
	dir, journal := t.TempDir(), t.TempDir()
	folder := dir + "/cm-a_1/2026-07-01_12-00-00/"
	const calls = ",%s\n!2026-07-01T10:20:30 row\n"
	s := newStore(t)
	zoneOf := func(path string) func() bool {
		return func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			got := map[string]string{}
			for _, b := range s.got {
				zoneOfBatch(got, dir, &b)
			}
			return got["cm-a_1/"+path] == "-04:00 14:20:30"
		}
	}
	run := func(after func()) {
		j := openJournal(t, journal)
		f := follower(j, dir)
		f.Options = Options{Parsers: []schemas.Parser{zonedParser{}, localParser{}}}
		stop := start(t, f, s)
		after()
		stop()
		j.Close()
	}
	write(t, folder+"calls", fmt.Appendf(nil, calls, "1"))
	write(t, folder+"trace", []byte("!2026-07-01T10:20:30 zone=-04:00 host=CM-A.example.com \n"))
	run(func() { s.until(zoneOf("calls")) })
	write(t, folder+"later", fmt.Appendf(nil, calls, "2"))
	run(func() {
		s.until(zoneOf("later"))
		appendTo(t, folder+"calls", "!2026-07-01T10:20:30 more\n!2026-07-01T10:20:30 last\n")
		s.until(func() bool { return strings.Contains(strings.Join(s.texts(), ""), "last") })
	})
	for _, b := range s.got {
		for _, r := range b.Records {
			if r.Time.Hour() != 14 && !r.Time.IsZero() {
				t.Errorf("%s: %q at %s, want 14:20:30", b.File.Path, r.Text, r.Time)
			}
		}
	}
}

// yearParser is localParser for a log whose heads print only a time, and that
// names the day: "day=2026-07-01 ".
type yearParser struct{ localParser }

func (yearParser) Date(text []byte) time.Time {
	_, rest, _ := bytes.Cut(text, []byte("day="))
	day, err := time.Parse(time.DateOnly, string(rest[:min(len(rest), len(time.DateOnly))]))
	if err != nil {
		return time.Time{}
	}
	return day
}

// TestDate reads a log whose heads leave out what its text states, in one go
// and followed, with and without what the user names.
func TestDate(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/cm-a_1/stamp/log", []byte(",\n!10:20:30 row\n!10:20:31 zone=-04:00 day=2026-07-01\n"))
	for _, tt := range []struct {
		name string
		opts Options
		want time.Time
	}{
		{"told", Options{}, time.Date(2026, 7, 1, 14, 20, 31, 0, time.UTC)},
		{"told, the zone named", Options{Zone: time.FixedZone("", 3600)}, time.Date(2026, 7, 1, 9, 20, 31, 0, time.UTC)},
		{"named", Options{Date: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}, time.Date(2025, 1, 1, 14, 20, 31, 0, time.UTC)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.opts.Parsers = []schemas.Parser{yearParser{}}
			check := func(how string, b *schemas.RecordBatch) {
				if last := b.Records[len(b.Records)-1].Time; !last.Equal(tt.want) {
					t.Errorf("%s: %s, want %s", how, last, tt.want)
				}
			}
			n := 0
			err := Scan(t.Context(), tt.opts, []string{dir}, nil, func(b *schemas.RecordBatch) error {
				n++
				check("read in one go", b)
				return nil
			})
			if err != nil || n != 1 {
				t.Fatal(n, err)
			}
			s := newStore(t)
			f := follower(nil, dir)
			f.Options, f.Once = tt.opts, true
			if err := f.Run(t.Context(), s.send); err != nil || len(s.got) != 1 {
				t.Fatal(len(s.got), err)
			}
			for _, b := range s.got {
				check("followed", &b)
			}
		})
	}
}

// TestDateFarBehind reads a log that lost its head, and whose date stands behind
// what the log is recognised by.
func TestDateFarBehind(t *testing.T) {
	dir := t.TempDir()
	row := []byte("!10:20:30 row\n")
	write(t, dir+"/log", append(bytes.Repeat(row, 2*headBytes/len(row)), "!10:20:31 day=2026-07-01\n"...))
	want := time.Date(2026, 7, 1, 10, 20, 30, 0, time.UTC)
	check := func(how string, b *schemas.RecordBatch) {
		if first := b.Records[0].Time; b.Records[0].Offset == 0 && !first.Equal(want) {
			t.Errorf("%s: %s, want %s", how, first, want)
		}
	}
	opts := Options{Parsers: []schemas.Parser{dayParser{}}}
	if err := Scan(t.Context(), opts, []string{dir}, nil, func(b *schemas.RecordBatch) error {
		check("read in one go", b)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s := newStore(t)
	f := follower(nil, dir)
	f.Options, f.Once = opts, true
	if err := f.Run(t.Context(), s.send); err != nil || len(s.got) == 0 {
		t.Fatal(len(s.got), err)
	}
	for _, b := range s.got {
		check("followed", &b)
	}
}

// dayParser is yearParser for a log that is no local time.
type dayParser struct{ yearParser }

func (dayParser) Source() schemas.Source { return schemas.CUCMSDL }

func (dayParser) Match(path string, head []byte) int { return bangParser{}.Match(path, head) }
