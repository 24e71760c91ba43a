package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/internal/config"
)

const shownSettings = `clickhouse:
  url: https://uc:xxxxx@ch:8443/db # environment UCTRACE_CLICKHOUSE_URL
  password: '********' # FILE:2
  timeout: 30s # default
fail_on: low # default
tz: '' # default
date: '' # default
limit: 64MiB # default
workers: 3 # flag --workers
color: true # default
paths: # FILE:3
- '12'
- a b
inputs: # FILE:4
- path: x
  node: n
  token: '********'
`

func TestShow(t *testing.T) {
	s, _, err := load(t, "clickhouse:\n  password: hush\npaths: ['12', a b]\ninputs: [{path: x, node: n, token: hush}]\n",
		[]string{"UCTRACE_CLICKHOUSE_URL=https://uc:hush@ch:8443/db"}, []string{"--workers=3"})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := s.Show(&out, true); err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(out.String(), s.DefaultFile, "FILE")
	if d := cmp.Diff(shownSettings, got); d != "" {
		t.Error(d)
	}
}

// TestShowReadsBack checks that what Show prints is a configuration file with
// the same meaning.
func TestShowReadsBack(t *testing.T) {
	s, before, err := load(t, "tz: Europe/Berlin\npaths: ['12', 'true', 'a: b', '']\n", nil, []string{"--workers=3", "--date=2013-04-26"})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := s.Show(&out, false); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "#") {
		t.Errorf("origins without being asked for:\n%s", &out)
	}
	path := filepath.Join(t.TempDir(), "again.yaml")
	if err := os.WriteFile(path, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	_, after, err := load(t, "", nil, []string{"--config", path})
	if err != nil {
		t.Fatal(err)
	}
	if before.Zone.String() != after.Zone.String() || !before.Date.Equal(after.Date.Time) {
		t.Errorf("zone %v date %v, want %v %v", after.Zone, after.Date, before.Zone, before.Date)
	}
	before.Zone, before.Date, after.Zone, after.Date = config.Zone{}, config.Date{}, config.Zone{}, config.Date{}
	before.Inputs, after.Inputs = nil, nil // an absent and an empty list mean the same
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("%s\n%s", d, &out)
	}
}

func TestWriteFlags(t *testing.T) {
	var out strings.Builder
	if err := config.New(&settings{}).WriteFlags(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"  --clickhouse-timeout TIMEOUT\n        of one insert (default 30s)\n",
		"  --clickhouse-password-file FILE\n",
		"  --color\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "--clickhouse-password\n") || strings.Contains(out.String(), "--clickhouse-password ") {
		t.Error("a secret has a flag")
	}
}

func TestParseArgs(t *testing.T) {
	tests := []struct {
		args, want []string
		err        string
	}{
		{[]string{"a", "--n", "1", "b"}, []string{"a", "b"}, ""},
		{[]string{"-n=1", "-"}, []string{"-"}, ""},
		{[]string{"--", "--n", "--"}, []string{"--n", "--"}, ""},
		{[]string{"a", "--", "-x"}, []string{"a", "-x"}, ""},
		{nil, nil, ""},
		{[]string{"--formta", "x"}, nil, "unknown flag --formta, did you mean --format?"},
		{[]string{"--zzzzzzzz"}, nil, "unknown flag --zzzzzzzz"},
		{[]string{"--n"}, nil, "flag --n needs a value"},
		{[]string{"a", "-h"}, nil, flag.ErrHelp.Error()},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			fs := flag.NewFlagSet("t", flag.ContinueOnError)
			fs.String("format", "", "")
			fs.String("n", "", "")
			got, err := config.ParseArgs(fs, tt.args)
			if tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Errorf("error = %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || !cmp.Equal(got, tt.want) {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	candidates := []string{"records", "events", "analyze", "rules", "version"}
	for name, want := range map[string]string{
		"analyse": "analyze", "evnets": "events", "rule": "rules", "record": "records",
		"x": "", "": "", "completely": "", "vresion": "version",
	} {
		if got := config.Nearest(name, candidates); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestTypes(t *testing.T) {
	for text, want := range map[string]config.Size{"0": 0, "10": 10, "64KiB": 64 << 10, "2 MB": 2e6, "1TiB": 1 << 40, "5B": 5} {
		var s config.Size
		if err := s.UnmarshalText([]byte(text)); err != nil || s != want {
			t.Errorf("size %q = %d, %v, want %d", text, s, err, want)
		}
	}
	for _, text := range []string{"", "x", "-1", "1.5GiB", "99999999TiB"} {
		if err := new(config.Size).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("size %q is accepted", text)
		}
	}
	for text, want := range map[string]string{"-04:00": "-04:00", "+0530": "+05:30", "UTC": "UTC", "America/New_York": "America/New_York", "+02": "+02:00"} {
		var z config.Zone
		if err := z.UnmarshalText([]byte(text)); err != nil || z.String() != want {
			t.Errorf("zone %q = %v, %v", text, z.Location, err)
		}
	}
	for _, text := range []string{"EDT+4", "+25:00", "-4", "../etc/passwd"} {
		if err := new(config.Zone).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("zone %q is accepted", text)
		}
	}
	for _, text := range []string{"26.04.2013", "2013-13-01"} {
		if err := new(config.Date).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("date %q is accepted", text)
		}
	}
}
