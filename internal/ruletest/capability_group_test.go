package ruletest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/schemas"
)

// logsIn writes files to a folder and returns what the analysis finds there.
func logsIn(t *testing.T, files map[string]string) correlator.Result {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return judged(t, dir)
}

// only returns the one finding of a rule.
func only(t *testing.T, result *correlator.Result, rule string) *schemas.Finding {
	t.Helper()
	var found *schemas.Finding
	for i := range result.Findings {
		switch f := &result.Findings[i]; {
		case f.Rule != rule:
		case found != nil:
			t.Fatalf("two findings of %s: %q and %q", rule, found.Summary, f.Summary)
		default:
			found = f
		}
	}
	if found == nil {
		t.Fatalf("no finding of %s", rule)
	}
	return found
}

const identityFailed = `2026-01-05T10:00:00.000+00:00 expe1 tvcs: Event="Inbound TLS Negotiation Error" Service="SIP" Src-ip="192.0.2.45" Src-port="46049" Dst-ip="10.0.2.2" Dst-port="5062" Detail="Peer's TLS certificate identity was unacceptable" Protocol="TLS" Level="1" UTCTime="2026-01-05 10:00:00,000"
`

// TestCapability15ConfigurationTellsTheCause judges one log beside two configurations: the
// failure is the same, its cause and what mends it are not.
func TestCapability15ConfigurationTellsTheCause(t *testing.T) {
	for _, test := range []struct{ name, setting, cause, fix, evidence string }{
		{
			"mapping off", `*c xConfiguration Zones Zone 6 DNS SIP TLS Verify InboundClassification: "Off"`,
			"inbound mapping is Off", "inbound mapping On", "InboundClassification",
		},
		{
			"another name", `*c xConfiguration Zones Zone 6 DNS SIP TLS Verify InboundClassification: "On"
*c xConfiguration Zones Zone 6 DNS SIP TLS Verify Subject Name: "callservice.example.com"`,
			"wants the name callservice.example.com", "enter a name that stands in the certificate of 192.0.2.45", "Subject Name",
		},
		{"no configuration", "", "none of the names in the certificate", "enter the peer with a name", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{"loggingsnapshot_expe1.txt": identityFailed}
			if test.setting != "" {
				files["xconf_dump_expe1.txt"] = "*c xConfiguration Zones Zone 6 Name: \"Cloud DNS\"\n" + test.setting + "\n"
			}
			result := logsIn(t, files)
			f := only(t, &result, "expressway.tls-identity")
			if !strings.Contains(f.Cause, test.cause) {
				t.Errorf("cause %q, want %q in it", f.Cause, test.cause)
			}
			if !strings.Contains(f.Fix[0], test.fix) {
				t.Errorf("fix %q, want %q in it", f.Fix[0], test.fix)
			}
			shown := ""
			for _, e := range f.Evidence {
				shown += e.Text + "\n"
			}
			if !strings.Contains(shown, test.evidence) {
				t.Errorf("evidence\n%swant the setting %s in it", shown, test.evidence)
			}
		})
	}
}

// TestSettingsOfAnotherBoxSayNothing puts the configuration of another
// Expressway into another folder.
func TestSettingsOfAnotherBoxSayNothing(t *testing.T) {
	here, there := t.TempDir(), t.TempDir()
	for path, text := range map[string]string{
		filepath.Join(here, "loggingsnapshot_expe1.txt"): identityFailed,
		filepath.Join(there, "xconf_dump_expe2.txt"): "*c xConfiguration Zones Zone 6 Name: \"Cloud DNS\"\n" +
			"*c xConfiguration Zones Zone 6 DNS SIP TLS Verify InboundClassification: \"Off\"\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	result := judged(t, here, there)
	if f := only(t, &result, "expressway.tls-identity"); !strings.Contains(f.Cause, "none of the names") {
		t.Errorf("cause %q is that of another box", f.Cause)
	}
}

// TestCapability16ManyUsersOneCertificate lets 500 users register; then the certificate of
// the Expressway-E expires, and none of them gets in again. That is one
// finding, not 500, and no session has one of its own.
func TestCapability16ManyUsersOneCertificate(t *testing.T) {
	const users = 500
	var log strings.Builder
	for i := range users {
		at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC).Add(time.Duration(i) * 100 * time.Millisecond)
		log.WriteString(registered(at, i) + refused(at.Add(10*time.Minute), i))
	}
	result := logsIn(t, map[string]string{"loggingsnapshot_expe1.txt": log.String()})
	f := only(t, &result, "expressway.tls-peer-rejects-us")
	if f.Severity != schemas.Critical || f.Count != users {
		t.Errorf("severity %s, count %d; want critical, %d", f.Severity, f.Count, users)
	}
	if got := f.Last.Sub(f.First); got != (users-1)*100*time.Millisecond {
		t.Errorf("it spans %v", got)
	}
	registrations := 0
	for _, s := range result.Sessions {
		if s.Kind == schemas.SessionRegistration {
			registrations++
		}
	}
	if registrations != users {
		t.Errorf("%d registrations, want %d", registrations, users)
	}
	for _, other := range result.Findings {
		if other.Rule != f.Rule && other.Severity >= schemas.Medium {
			t.Errorf("%s as well: %s", other.Rule, other.Summary)
		}
	}
}

func head(at time.Time) (stamp, utc string) {
	return at.Format("2006-01-02T15:04:05.000") + "+00:00 expe1 tvcs:", at.Format("2006-01-02 15:04:05") + at.Format(",000")
}

// registered is the REGISTER of a user's phone and its answer.
func registered(at time.Time, user int) string {
	var b strings.Builder
	for i, line := range []string{
		fmt.Sprintf("Receive Request Method=REGISTER, CSeq=101, To=sip:user%d@example.com", user),
		fmt.Sprintf("Sending Response Code=200, Method=REGISTER, CSeq=101, To=sip:user%d@example.com", user),
	} {
		stamp, utc := head(at.Add(time.Duration(i) * 20 * time.Millisecond))
		side, action := "Src", "Received"
		if i == 1 {
			side, action = "Dst", "Sent"
		}
		fmt.Fprintf(&b, "%s UTCTime=%q Module=\"network.sip\" Level=\"INFO\":  Action=%q Local-ip=\"10.0.2.2\" Local-port=\"5061\" %s-ip=\"%s\" %s-port=\"50001\" Detail=\"%s, Call-ID=r%d@example.com, From-Tag=1, To-Tag=, Msg-Hash=%d\"\n",
			stamp, utc, action, side, addressOf(user), side, line, user, 2*user+i)
	}
	return b.String()
}

// refused is what is left of the next connection of the phone.
func refused(at time.Time, user int) string {
	stamp, utc := head(at)
	return fmt.Sprintf("%s Event=\"Inbound TLS Negotiation Error\" Service=\"SIP\" Src-ip=\"%s\" Src-port=\"50002\" Dst-ip=\"10.0.2.2\" Dst-port=\"5061\" Detail=\"sslv3 alert certificate expired\" Protocol=\"TLS\" Level=\"1\" UTCTime=%q\n",
		stamp, addressOf(user), utc)
}

func addressOf(user int) string { return fmt.Sprintf("198.51.%d.%d", 100+user/250, 1+user%250) }
