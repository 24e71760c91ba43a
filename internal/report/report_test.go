package report_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestGolden(t *testing.T) {
	tests := []struct {
		name   string
		result correlator.Result
		opts   report.Options
	}{
		{"failed", failed(), report.Options{Width: 100}},
		{"narrow", failed(), report.Options{Width: 60, Verbose: true, AllSessions: true, Title: title}},
		{"healthy", healthy(), report.Options{Width: 100}},
		{"undated", undated(), report.Options{Width: 100}},
		{"many", many(), report.Options{Width: 100}},
		{"unknown", unknown(), report.Options{Width: 100}},
		{"empty", correlator.Result{}, report.Options{Width: 100}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			golden(t, tt.name+".txt", func(w io.Writer) error { return report.Text(w, tt.result, tt.opts) })
			golden(t, tt.name+".md", func(w io.Writer) error { return report.Markdown(w, tt.result, tt.opts) })
		})
	}
}

func golden(t *testing.T, name string, write func(io.Writer) error) {
	t.Helper()
	var got bytes.Buffer
	if err := write(&got); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got.String()); d != "" {
		t.Errorf("%s differs (go test -update accepts):\n%s", path, d)
	}
}

func title(rule string) string {
	if rule == "cucm.remote-destination-unmatched" {
		return "Caller matches no remote destination"
	}
	return ""
}

func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05.999", "2013-04-26 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

func failed() correlator.Result {
	call := schemas.HashID("call")
	invite := `AppInfo  |SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 10.52.0.10 on port 41234 index 12 with 1023 bytes: [4711,NET] INVITE sip:2002@10.10.10.1:5060 SIP/2.0`
	return correlator.Result{
		Inputs: []schemas.Input{
			{Path: "node1/SDL001_100_000001.txt.gz", Source: schemas.CUCMSDL, Node: "cucm1", Bytes: 5 << 20, Records: 12480, Events: 640, From: at("16:22:58.121"), To: at("16:40:02")},
			{
				Path: "bundle.zip!jabber/csf-unified.log", Source: schemas.JabberCSF, Bytes: 1234, Records: 17, Events: 9, Unparsed: 2, Repaired: 3, From: at("16:30:00"), To: at("16:31:00.5"),
				Problems: []schemas.Problem{{File: "bundle.zip!jabber/csf-unified.log", Line: 17, Message: "unexpected end of gzip data", Hint: "the file was cut while it was copied; collect it again", Unread: true}},
			},
		},
		Sessions: []schemas.Session{
			{
				ID: schemas.HashID("login"), Kind: schemas.SessionLogin, Outcome: schemas.OutcomeOpen, Start: at("16:30:00"), Summary: "user2 signs in to pubcup.example.com",
				Stages: []schemas.Stage{{Name: "start", Outcome: schemas.OutcomeOK}, {Name: "discovery", Outcome: schemas.OutcomeOpen}},
			},
			{
				ID: call, Kind: schemas.SessionCall, Outcome: schemas.OutcomeFailed, Start: at("16:23:08.121"), End: at("16:23:09"), Summary: "5737 calls 2002: 404 Not Found",
				Nodes: []string{"cucm1"}, Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: "a84b4c76e66710@10.52.0.10"}},
			},
			{ID: schemas.HashID("ok1"), Kind: schemas.SessionCall, Outcome: schemas.OutcomeOK, Start: at("16:24:00"), Summary: "2001 calls 2002: answered after 3 s, 41 s long", Nodes: []string{"cucm1"}},
			{ID: schemas.HashID("ok2"), Kind: schemas.SessionRegistration, Outcome: schemas.OutcomeOK, Start: at("16:25:00"), Summary: "SEP001122334455 registers"},
			{ID: schemas.HashID("gone"), Deleted: true, Kind: schemas.SessionCall, Outcome: schemas.OutcomeFailed},
		},
		Findings: []schemas.Finding{
			{ID: schemas.HashID("f2"), Rule: "expressway.config-change", Severity: schemas.Info, Time: at("16:22:00"), Summary: "xmpp federation was switched on by admin"},
			{
				ID: schemas.HashID("f1"), Rule: "cucm.remote-destination-unmatched", Severity: schemas.High, Session: call, Time: at("16:23:08.121"),
				Summary: "the caller number 5737 matches no remote destination, but its digits end the remote destination 875737 of RDP-user2",
				Cause:   "the PBX sends 5737, the configured remote destination is 875737: two digits are missing, and the cluster matches whole numbers only",
				Fix: []string{
					"let the PBX send the full number 875737",
					"or set Matching Caller ID with Remote Destination to Partial Match and Number of Digits for Caller ID Partial Match to 4 (System > Service Parameters > Cisco CallManager)",
				},
				Evidence: []schemas.Evidence{
					{File: "node1/SDL001_100_000001.txt.gz", Line: 120, Role: schemas.Aside, Text: invite},
					{File: "node1/SDL001_100_000001.txt.gz", Line: 133, Role: schemas.Proves, Text: "DbMobility: can't find remdest 5737 in map"},
					{File: "node1/SDL001_100_000001.txt.gz", Line: 140, Role: schemas.Counter, Text: "\x1b[31mred\x1b[0m \xff\u202etxt.exe\ttab " + strings.Repeat("x", 150)},
				}, Count: 3, First: at("16:23:08.121"), Last: at("16:39:00"),
			},
			{ID: schemas.HashID("f3"), Deleted: true, Rule: "cucm.call-loop", Severity: schemas.Critical},
		},
		// One host spelled in two ways, and one that has no file of its own.
		Logs:     []schemas.LogCoverage{{Node: "CUCM1"}, {Node: "expe1"}},
		Coverage: []schemas.Coverage{{Subject: "dialback", Observable: false, Why: "no log of an Expressway-E was given"}, {Subject: "calls", Observable: true}},
	}
}

func healthy() correlator.Result {
	r := failed()
	r.Findings = nil
	r.Sessions = r.Sessions[2:]
	r.Inputs = r.Inputs[:1]
	return r
}

// undated is a trace whose lines print a time of day, or none at all.
func undated() correlator.Result {
	day := schemas.Seed(time.Time{}, nil).Add(16*time.Hour + 23*time.Minute + 8*time.Second + 121*time.Millisecond)
	return correlator.Result{
		Inputs: []schemas.Input{{Path: "-", Source: schemas.CUCMSDL, Records: 3, Events: 2}},
		Sessions: []schemas.Session{
			{ID: schemas.HashID("b"), Kind: schemas.SessionCall, Outcome: schemas.OutcomeUnknown, EventCount: 1},
			{ID: schemas.HashID("a"), Kind: schemas.SessionCall, Outcome: schemas.OutcomeFailed, Start: day, Summary: "1 calls 2"},
		},
		Findings: []schemas.Finding{
			{ID: schemas.HashID("x"), Rule: "cucm.call-loop", Severity: schemas.Medium, Summary: "no time at all"},
			{ID: schemas.HashID("y"), Rule: "cucm.call-loop", Severity: schemas.Medium, Summary: "a time of day", Time: day, Count: 2, First: day, Last: day.Add(90 * time.Second)},
		},
	}
}

// many has more of everything than a report lists.
func many() correlator.Result {
	r := correlator.Result{}
	f := schemas.Finding{ID: schemas.HashID("f"), Rule: "cucm.trunk-unreachable", Severity: schemas.Critical, Time: at("10:00:00"), Summary: "the trunk to 10.0.0.9 does not answer"}
	for i := range 40 {
		n := string(rune('a'+i%26)) + string(rune('a'+i/26))
		r.Inputs = append(r.Inputs, schemas.Input{Path: "SDL_" + n + ".txt", Source: schemas.CUCMSDL, Node: "node-" + n, Records: 1000, Events: 10, From: at("10:00:00"), To: at("12:00:00")})
		r.Sessions = append(r.Sessions, schemas.Session{ID: schemas.HashID(n), Kind: schemas.SessionCall, Outcome: schemas.OutcomeFailed, Start: at("10:00:00").Add(time.Duration(i) * time.Minute), Summary: "call " + n})
		role := schemas.Aside
		if i >= 30 {
			role = schemas.Proves
		}
		f.Evidence = append(f.Evidence, schemas.Evidence{File: "SDL_" + n + ".txt", Line: i + 1, Role: role, Text: "line " + n})
	}
	r.Inputs[39].Damaged = 7
	r.Findings = []schemas.Finding{f}
	return r
}

// unknown is input that no parser understands.
func unknown() correlator.Result {
	return correlator.Result{Inputs: []schemas.Input{{
		Path: "holiday | photos.txt", Source: schemas.Unknown, Bytes: 100, Records: 1, Headless: 1, Unparsed: 1,
		Problems: []schemas.Problem{{File: "holiday | photos.txt", Message: "no kind of log that is known", Hint: "name it with --source"}},
	}}}
}

// TestColorChangesNothingElse takes the colours out and compares.
func TestColorChangesNothingElse(t *testing.T) {
	for _, r := range []correlator.Result{failed(), healthy(), undated(), unknown(), {}} {
		var plain, color bytes.Buffer
		if err := report.Text(&plain, r, report.Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
		if err := report.Text(&color, r, report.Options{Width: 80, Color: true}); err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsRune(plain.Bytes(), 0x1b) {
			t.Error("escape sequence in the plain report")
		}
		if !bytes.ContainsRune(color.Bytes(), 0x1b) {
			t.Error("no colour in the coloured report")
		}
		if d := cmp.Diff(plain.String(), stripColor(color.String())); d != "" {
			t.Error(d)
		}
	}
}

func stripColor(s string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(after, "m")
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriteErrorsAreReturned(t *testing.T) {
	for name, write := range map[string]func(io.Writer, correlator.Result, report.Options) error{"text": report.Text, "markdown": report.Markdown} {
		if err := write(brokenPipe{}, failed(), report.Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
