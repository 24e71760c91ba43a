package ruletest_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/schemas"
)

// edgeAnalyze runs the whole analysis over files by name, in one folder.
func edgeAnalyze(t *testing.T, files map[string]string) correlator.Result {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	result, err := offline.Analyze(t.Context(), offline.Options{Options: collector.Options{Workers: 1}, Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// edgeFound returns the ids of the findings of the families, without those of
// other rules.
func edgeFound(r *correlator.Result, families ...string) []string {
	ids := map[string]bool{}
	for _, f := range r.Findings {
		if family, _, _ := strings.Cut(f.Rule, "."); slices.Contains(families, family) {
			ids[f.Rule] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// TestCapability1CookieOfTwoHosts: what a client complains about and what the Expressway-E
// sent are one finding, with the lines of both. The texts are pieces of logs, as
// people paste them: the client's have no date.
func TestCapability1CookieOfTwoHosts(t *testing.T) {
	const client = `WARNING [9134000] - [csf.edge][executeEdgeConfigRequest] XAuth Cookie expiration time is invalid or not available. Attempting to Failed to Retrieve EdgeConfig.
DEBUG [9134000] - [csf.edge][executeEdgeConfigRequest]Failed to retrieve EdgeConfig with error:INTERNAL_ERROR
`
	const edge = `2026-02-02T19:46:19.501+00:00 expe1 traffic_server[2031]: UTCTime="2026-02-02 19:46:19,501" Module="network.http.trafficserver" Level="DEBUG": Detail="Sending Response" Txn-id="8" Dst-ip="192.0.2.80" Dst-port="50315"
 HTTPMSG:
 |HTTP/1.1 200 OK
 Server: CE_C ECS
 Set-Cookie: X-Auth=7f501814-e61f-483a-8620-ed0b5d3792db; Expires=Mon, 02 Feb 2026 20:46:19 GMT; Domain=.example.net; Path=/; Secure
 Content-Type: text/xml
 
 |

`
	r := edgeAnalyze(t, map[string]string{"client/jabber.log": client, "edge/expe1.txt": edge})
	if got := edgeFound(&r, "mra", "xmpp", "imp"); !slices.Equal(got, []string{"mra.cookie-domain"}) {
		t.Fatalf("findings %q", got)
	}
	i := slices.IndexFunc(r.Findings, func(f schemas.Finding) bool { return f.Rule == "mra.cookie-domain" })
	var proofs []string
	for _, e := range r.Findings[i].Evidence {
		if e.Role == schemas.Proves {
			proofs = append(proofs, filepath.Base(e.File))
		}
	}
	if slices.Sort(proofs); !slices.Equal(proofs, []string{"expe1.txt", "jabber.log"}) {
		t.Errorf("the proofs stand in %q", proofs)
	}
	if !strings.Contains(r.Findings[i].Summary, ".example.net") {
		t.Errorf("summary %q", r.Findings[i].Summary)
	}
	r = edgeAnalyze(t, map[string]string{"client/jabber.log": client})
	if got := edgeFound(&r, "mra"); !slices.Equal(got, []string{"mra.edge-config-failed"}) {
		t.Errorf("the client alone: findings %q", got)
	}
	r = edgeAnalyze(t, map[string]string{"edge/expe1.txt": edge})
	if got := edgeFound(&r, "mra"); len(got) > 0 {
		t.Errorf("the Expressway alone: findings %q", got)
	}
}

// threeRoles are the lines of one dialback at its three servers, with times and
// host names, and 60 s more of each log.
func threeRoles() map[string]string {
	const key = "d780f198ac34a6dbd795fcdaf8762eaf52ea9b03"
	line := func(at, host, pid, level, code, detail string) string {
		return "2026-03-05T10:00:" + at + "+00:00 " + host + " XCP_CM2[" + pid + `]: UTCTime="2026-03-05 10:00:` + strings.Replace(at, ".", ",", 1) +
			`" ThreadID="1" Module="cm-2" Level="` + level + `" CodeLocation="` + code + `" Detail="` + detail + "\"\n"
	}
	later := func(host, pid string) string {
		return strings.ReplaceAll(line("59.900", host, pid, "DEBUG", "timer.cpp:9", "tick"), "10:00:59", "10:01:59")
	}
	const triple = "(e5b18d01-fe24-4290-bba1-a57788a76468, vngtp.lab:coluc.com, IN) "
	return map[string]string{
		"expe-i.txt": line("01.000", "expe-i", "12122", "INFO ", "stanza.component.out", "xcoder=34A9B60C8 sending:: <db:result from='coluc.com' to='vngtp.lab'>"+key+"</db:result>") +
			line("01.010", "expe-i", "12122", "DEBUG", "stream.out", "(00000000-0000-0000-0000-000000000000, coluc.com:vngtp.lab, OUT) xcoder=34A9B60C8 Scheduling dialback timeout in 30 secs.") +
			later("expe-i", "12122"),
		"expe-r.txt": line("01.020", "expe-r", "22992", "VBOSE", "stanza.component.in", "xcoder=05E295A2B received:: <db:result from='coluc.com' to='vngtp.lab'>"+key+"</db:result>") +
			line("01.030", "expe-r", "22992", "INFO ", "Resolver.cpp:128", "Starting resolver lookup for 'coluc.com:puny=coluc.com:service=_xmpp-server._tcp:defport=0'") +
			line("01.040", "expe-r", "22992", "INFO ", "debug", triple+"resolved dialback address for host=coluc.com method=SRV dns-timings=(TOTAL:0.003157 SRV:0.002885)") +
			line("01.050", "expe-r", "22992", "INFO ", "DBVerify.cpp:270", triple+"DBVerify stream is open. Sending db:verify packet: <db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com'>"+key+"</db:verify>") +
			line("01.080", "expe-r", "22992", "INFO ", "DBVerify.cpp:282", triple+"DBVerify Packet Received <db:verify from='coluc.com' id='05E295A2B' to='vngtp.lab' type='valid'>"+key+"</db:verify>") +
			later("expe-r", "22992"),
		"expe-a.txt": line("01.060", "expe-a", "5164", "INFO ", "debug", "xcoder=94A9B60C8 onStreamOpen:: <stream:stream from='vngtp.lab' id='1327B794B' to='coluc.com' version='1.0' xmlns='jabber:server' xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams'/>") +
			line("01.070", "expe-a", "5164", "VBOSE", "stanza.component.in", "xcoder=94A9B60C8 received:: <db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com'>"+key+"</db:verify>") +
			line("01.090", "expe-a", "5164", "INFO ", "stream.in", "xcoder=94A9B60C8 closing stream used for dialback only") +
			later("expe-a", "5164"),
	}
}

// edgeDrop takes the lines that hold one of the words out of all files.
func edgeDrop(files map[string]string, words ...string) map[string]string {
	for name, text := range files {
		lines := slices.DeleteFunc(strings.SplitAfter(text, "\n"), func(l string) bool {
			return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(l, w) })
		})
		files[name] = strings.Join(lines, "")
	}
	return files
}

// TestCapability4DialbackOfThreeServers: one session of three hosts that share no id; and
// what is missing from it tells the cause.
func TestCapability4DialbackOfThreeServers(t *testing.T) {
	invalid := threeRoles()
	invalid["expe-r.txt"] = strings.ReplaceAll(invalid["expe-r.txt"], "type='valid'", "type='invalid'")
	tests := []struct {
		name  string
		files map[string]string
		want  []string
		say   string
	}{
		{"valid", threeRoles(), nil, ""},
		{"no answer", edgeDrop(threeRoles(), "type='valid'"), []string{"xmpp.dialback-timeout"}, "no answer within 30 s"},
		{"invalid", invalid, []string{"xmpp.dialback-invalid"}, "type='invalid'"},
		{"no address", edgeDrop(threeRoles(), "resolved dialback", "DBVerify", "xcoder=94A9B60C8"), []string{"xmpp.dialback-srv"}, "_xmpp-server._tcp.coluc.com"},
		{"an address and no connection", edgeDrop(threeRoles(), "DBVerify", "xcoder=94A9B60C8"), []string{"xmpp.dialback-unreachable"}, "found the address of coluc.com"},
		{"one host is silent about it", edgeDrop(threeRoles(), "xcoder=94A9B60C8"), nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := edgeAnalyze(t, tt.files)
			if got := edgeFound(&r, "xmpp", "mra", "imp"); !slices.Equal(got, tt.want) {
				t.Errorf("findings %q, want %q", got, tt.want)
			}
			federations := 0
			for _, s := range r.Sessions {
				if s.Kind == schemas.SessionFederation {
					federations++
				}
			}
			if federations != 1 {
				t.Errorf("%d federation sessions", federations)
			}
			for _, f := range r.Findings {
				if !strings.Contains(f.Summary, tt.say) {
					t.Errorf("summary %q", f.Summary)
				}
			}
		})
	}
	r := edgeAnalyze(t, threeRoles())
	if s := r.Sessions[0]; s.Outcome != schemas.OutcomeOK || len(s.Nodes) != 3 || !strings.Contains(s.Summary, "seen from initiating, receiving, authoritative") {
		t.Errorf("session %s of %q: %s", s.Outcome, s.Nodes, s.Summary)
	}
	r = edgeAnalyze(t, edgeDrop(threeRoles(), "type='valid'"))
	if want := time.Date(2026, 3, 5, 10, 0, 31, 10e6, time.UTC); !r.Findings[0].Time.Equal(want) {
		t.Errorf("the time ran out at %v, want %v", r.Findings[0].Time, want)
	}
}

// TestCapability12WhatNoLogShows: without the log of one of the two Expressways the report
// says what cannot be known.
func TestCapability12WhatNoLogShows(t *testing.T) {
	const expc = `2026-03-05T10:00:00.000+00:00 expc1 XCP_JABBERD[23843]: UTCTime="2026-03-05 10:00:00,843" ThreadID="139747212576512" Module="Jabber" Level="INFO " CodeLocation="mio.c:1109" Detail="Connecting on fd 28 to host '10.0.2.2', port 7400"
2026-03-05T10:00:01.000+00:00 expc1 management: UTCTime="2026-03-05 10:00:01,000" Module="network.axl" Level="INFO" Action="Send" URL="https://imp1.example.net:8443/axl/" Function="executeSQLQuery"
2026-03-05T10:00:01.100+00:00 expc1 management: UTCTime="2026-03-05 10:00:01,100" Module="network.axl" Level="INFO" Action="Receive" URL="https://imp1.example.net:8443/axl/" Function="executeSQLQuery" Status="200" Reason="OK"
`
	edge := func() map[string]string { return edgeDrop(threeRoles(), "nothing") }
	both := edge()
	both["expc.txt"] = expc
	tests := []struct {
		name          string
		files         map[string]string
		dialback, axl bool
	}{
		{"both", both, true, true},
		{"without the Expressway-E", map[string]string{"expc.txt": expc}, false, true},
		{"without the Expressway-C", edge(), true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := edgeAnalyze(t, tt.files)
			for subject, want := range map[string]bool{"dialback": tt.dialback, "AXL to IM&P": tt.axl} {
				i := slices.IndexFunc(r.Coverage, func(c schemas.Coverage) bool { return c.Subject == subject })
				if i < 0 || r.Coverage[i].Observable != want {
					t.Errorf("%s: observable is not %v in %+v", subject, want, r.Coverage)
				}
			}
		})
	}
}

// TestOneClientAtTheEdge: what one client asks Expressway-E for, and what
// Expressway-C makes of it, is one session, joined by the TrackingID; the
// requests of others, which use the same connection between the two, are not
// in it.
func TestOneClientAtTheEdge(t *testing.T) {
	in := func(at, txn, id, client string) string {
		return "2026-03-05T10:00:" + at + `+00:00 expe1 traffic_server[2031]: UTCTime="2026-03-05 10:00:` + at + `" Module="network.http.trafficserver" Level="INFO": Detail="Receive Request" Txn-id="` + txn + `" TrackingID="` + id +
			`" Src-ip="` + client + `" Src-port="50314" Last-via-addr="" Msg="GET http://vcs_control.example.com:8443/ZXhhbXBsZS5jb20/get_edge_config?service_name=_cisco-uds HTTP/1.1"` + "\n"
	}
	inner := func(at, txn, id string) string {
		return "2026-03-05T10:00:" + at + `+00:00 expc1 traffic_server[2030]: UTCTime="2026-03-05 10:00:` + at + `" Module="network.http.trafficserver" Level="INFO": Detail="Receive Request" Txn-id="` + txn + `" TrackingID="` + id +
			`" Src-ip="127.0.0.1" Src-port="4000" Last-via-addr="10.0.2.2" Msg="GET http://vcs_control.example.com:8443/ZXhhbXBsZS5jb20/get_edge_config?service_name=_cisco-uds HTTP/1.1"` + "\n"
	}
	edge, core := "", ""
	for i := range 11 {
		client, id := "192.0.2."+string(rune('0'+i%10))+string(rune('0'+i/10)), "aa-"+string(rune('a'+i))
		edge += in("0"+string(rune('0'+i%10))+",100", string(rune('A'+i)), id, client)
		core += inner("0"+string(rune('0'+i%10))+",200", string(rune('K'+i)), id)
	}
	r := edgeAnalyze(t, map[string]string{"expe1.txt": edge, "expc1.txt": core})
	if len(r.Sessions) != 11 {
		t.Errorf("%d sessions of 11 clients", len(r.Sessions))
	}
	for _, s := range r.Sessions {
		if s.Kind != schemas.SessionMRA || !slices.Equal(s.Nodes, []string{"expc1", "expe1"}) || s.EventCount != 2 {
			t.Errorf("%s session of %q with %d events: %s", s.Kind, s.Nodes, s.EventCount, s.Summary)
		}
	}
}
