package ruletest_test

import (
	"archive/tar"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/schemas"
)

// stampedHead is the head of a record as an Expressway writes it into the log of
// an archive.
var stampedHead = regexp.MustCompile(`(?m)^(\d{4}-\d\d-\d\dT\S+) (\S+) ([\w.]+)(?:\[(\d+)\])?: `)

// bySyslog returns a log as a collector of syslog writes it down: other heads,
// stamps of a second, of another clock, and nothing of level DEBUG, which is
// below what an Expressway sends unless it is told to.
func bySyslog(log, form string) string {
	var b strings.Builder
	heads := stampedHead.FindAllStringSubmatchIndex(log, -1)
	for i, at := range heads {
		end := len(log)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		rest := log[at[1]:end]
		if strings.Contains(rest, `Level="DEBUG"`) {
			continue
		}
		stamp, err := time.Parse(time.RFC3339, log[at[2]:at[3]])
		if err != nil {
			panic(err)
		}
		host, tag, pid := log[at[4]:at[5]], log[at[6]:at[7]], ""
		if at[8] >= 0 {
			pid = log[at[8]:at[9]]
		}
		switch form {
		case "BSD":
			if pid != "" {
				tag += "[" + pid + "]"
			}
			fmt.Fprintf(&b, "<166>%s %s %s: %s", stamp.Format(time.Stamp), host, tag, rest)
		case "IETF":
			if pid == "" {
				pid = "-"
			}
			fmt.Fprintf(&b, "<166>1 %s %s %s %s - - %s", stamp.Format("2006-01-02T15:04:05Z"), host, tag, pid, rest)
		}
	}
	return b.String()
}

// diagnosticArchive writes the archive that an administrator downloads.
func diagnosticArchive(t *testing.T, dir, host, log string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "diagnostic_log_"+host+"_2026-01-05_10_05_00.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	w := tar.NewWriter(z)
	if err := w.WriteHeader(&tar.Header{Name: "loggingsnapshot_" + host + "_2026-01-05_10_05_00.txt", Mode: 0o600, Size: int64(len(log))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(log)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []interface{ Close() error }{w, z, f} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// edgeHour is what the two Expressways of a bad hour wrote: a call that is not
// found, a registration, a phone whose certificate is refused, requests of a
// client, a dialback that nobody answers and a refused AXL query.
func edgeHour() map[string]string {
	e, c := rejectedCall()
	const ends = `Action="Received" Local-ip="10.0.2.2" Local-port="5061" Src-ip="198.51.100.9" Src-port="50209"`
	for i, what := range []string{"Request Method=REGISTER, CSeq=1", "Response Code=401, Method=REGISTER, CSeq=1", "Request Method=REGISTER, CSeq=2", "Response Code=200, Method=REGISTER, CSeq=2"} {
		e.line(1000+i, fmt.Sprintf("Module=\"network.sip\" Level=\"INFO\":  %s Detail=\"Receive %s, To=sip:7022@example.com, Call-ID=reg@198.51.100.9, From-Tag=0, To-Tag=, Msg-Hash=77%d\"", ends, what, i))
	}
	for i := range 3 { // the phone tries again
		e.line(2000+700*i, `Event="Inbound TLS Negotiation Error" Service="SIP" Src-ip="192.0.2.45" Src-port="46049" Dst-ip="10.0.2.2" Dst-port="5062" Detail="Peer's TLS certificate identity was unacceptable" Protocol="TLS"`)
	}
	for i, side := range []string{"Receive Request", "Send Response"} {
		e.line(5000+i, fmt.Sprintf("Module=\"network.http.trafficserver\" Level=\"INFO\": Detail=%q Txn-id=\"7\" TrackingID=\"aa-1\" Src-ip=\"192.0.2.80\" Src-port=\"50314\" Last-via-addr=\"\" Msg=\"GET http://vcs_control.example.com:8443/ZXhhbXBsZS5jb20/get_edge_config HTTP/1.1\"", side))
	}
	for i, rest := range []string{`Action="Send"`, `Action="Receive" Status="401" Reason="Unauthorized"`} {
		c.line(6000+i, `Module="network.axl" Level="INFO" `+strings.Replace(rest, `"Send"`, `"Send" URL="https://imp1.example.net:8443/axl/" Function="executeSQLQuery"`, 1)+
			map[int]string{1: ` URL="https://imp1.example.net:8443/axl/" Function="executeSQLQuery"`}[i])
	}
	logs := map[string]string{
		"expe1": strings.ReplaceAll(e.String(), `tvcs: UTCTime="2026-01-05 10:00:05`, `traffic_server[2031]: UTCTime="2026-01-05 10:00:05`),
		"expc1": strings.ReplaceAll(c.String(), `tvcs: UTCTime="2026-01-05 10:00:06`, `management: UTCTime="2026-01-05 10:00:06`),
	}
	for name, log := range edgeDrop(threeRoles(), "type='valid'") {
		logs[strings.TrimSuffix(name, ".txt")] = log
	}
	return logs
}

// said is what a reader learns of sessions and findings, and the sessions' ids.
func said(r *correlator.Result) (text []string, ids map[schemas.ID]bool) {
	ids = map[schemas.ID]bool{}
	for _, s := range r.Sessions {
		text = append(text, fmt.Sprintf("%s %s %d events of %q | %s", s.Kind, s.Outcome, s.EventCount, s.Nodes, s.Summary))
		ids[s.ID] = true
	}
	for _, f := range r.Findings {
		text = append(text, fmt.Sprintf("! %s %s %d times, %d lines | %s", f.Rule, f.Severity, f.Count, len(f.Evidence), f.Summary))
	}
	slices.Sort(text)
	return text, ids
}

// TestCapability8ExpresswayByTwoRoutes: what the Expressways sent by syslog and what their
// archives of the same hour hold is one: nothing is counted twice, and a session
// has the id that one of the routes alone gives it.
func TestCapability8ExpresswayByTwoRoutes(t *testing.T) {
	archive := t.TempDir()
	for host, log := range edgeHour() {
		diagnosticArchive(t, archive, host, log)
	}
	alone := judged(t, archive)
	want, known := said(&alone)
	for _, rule := range []string{"expressway.call-not-found", "expressway.tls-identity", "xmpp.dialback-timeout", "xmpp.axl-401"} {
		only(t, &alone, rule)
	}
	for _, forms := range [][]string{{"BSD"}, {"IETF"}, {"BSD", "IETF"}} {
		t.Run(strings.Join(forms, " and "), func(t *testing.T) {
			syslog, both := t.TempDir(), t.TempDir()
			for host, log := range edgeHour() {
				diagnosticArchive(t, both, host, log)
				for _, form := range forms {
					for _, dir := range []string{syslog, both} {
						if err := os.WriteFile(filepath.Join(dir, host+"-"+form+".log"), []byte(bySyslog(log, form)), 0o600); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			sent := judged(t, syslog)
			if len(sent.Findings) == 0 {
				t.Fatal("what was sent by syslog alone shows nothing")
			}
			_, also := said(&sent)
			r := judged(t, both)
			got, ids := said(&r)
			if !slices.Equal(got, want) {
				t.Errorf("by two routes\n%s\nby the archives alone\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			for id := range ids {
				if !known[id] && !also[id] {
					t.Errorf("session %s is known by neither route", id)
				}
			}
		})
	}
}
