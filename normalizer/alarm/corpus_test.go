package alarm_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/alarm"
	"github.com/uctrace/uctrace/schemas"
)

// TestCorpus wants from each reference log exactly the kinds listed, and in
// each event the facts listed behind its kind.
func TestCorpus(t *testing.T) {
	for name, want := range map[string][][]string{
		"cucm/syslog-cucm-uds-authentication-failed.log": {
			{
				"alarm.raised", "2018-06-14T23:57:27.685Z", "name=AuthenticationFailed", "level=4", "facility=UC_LOGIN", "login_userid=POBAR",
				"login_interface=cucm-uds", "node_id=cucmsub-prd-t2", "login_date/time=06/15/2018 at 09:57:27", "| user=POBAR", "| addr=10.25.1.16",
			},
			{"login.auth", "2018-06-14T23:57:27.685Z", "outcome=fail", "user=POBAR", "service=cucm-uds", "client=10.25.1.16", "detail=AuthenticationFailed"},
		},
		"cucm/syslog-sc4s-comments.log": {
			{
				"alarm.audit", "2015-10-14T05:50:19.484Z", "user=administrator", "client=10.110.1.2", "type=GeneralConfigurationUpdate",
				"resource=CUCMAdmin", "status=Success", "SEP0000311107A5 deleted",
			},
			{
				"alarm.raised", "2009-04-21T19:01:35.638Z", "name=RTMT-ERROR-ALERT", "facility=CCM_RTMT-RTMT", "severity=critical",
				"rtmt_alert_name=SyslogSeverityMatchFound", "node_id=ord-pub1",
			},
			{"alarm.raised", "2016-07-05T16:03:01.688Z", "name=RTMT_ALERT", "facility=UC_RTMT", "severity=critical", "node 1.2.3.4"},
			{
				"alarm.raised", "2016-07-05T16:02:29.795Z", "name=SignalCongestionEntry", "facility=UC_CALLMANAGER", "totalsignalcongestionentry=6752",
				"thread=SIP Handler Thread", "nodeid=cucm-sub1",
			},
			{"alarm.raised", "2009-04-21T19:01:35.638Z", "name=RTMT-ERROR-ALERT"},
		},
		"cucm/eventlog-4x-codeyellowexit.log": {
			{
				"alarm.cleared", "name=CodeYellowExit", "severity=error", "id=3", "number_of_calls_rejected_due_to_call_throttling=26",
				"total_code_yellow_exit=34", "time_spent_in_code_yellow=3000", "app=Cisco CallManager",
			},
		},
		"imp/CONSTRUCTED_rtmt_authentication_failed_cucm_uds.log": {
			{
				"alarm.raised", "2015-11-28T08:15:02.331Z", "name=AuthenticationFailed", "level=4", "userid=jdoe", "interface=cucm-uds",
				"loginfrom=10.1.2.30", "nodeid=cucmpub", "| user=jdoe", "| addr=10.1.2.30",
			},
			{"login.auth", "2015-11-28T08:15:02.331Z", "outcome=fail", "user=jdoe", "service=cucm-uds", "client=10.1.2.30"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			events := read(t, name)
			if len(events) != len(want) {
				t.Errorf("%d events, want %d", len(events), len(want))
			}
			for i := range min(len(events), len(want)) {
				line := strings.ReplaceAll(golden.Line(&events[i]), `"`, "")
				for _, fact := range want[i] {
					if !strings.Contains(line, " "+fact) {
						t.Errorf("event %d: %s is not in %s", i, fact, line)
					}
				}
			}
		})
	}
}

// TestCorpusNodes wants the host that raised an alarm, and the one that raised
// the alarm that an alert quotes.
func TestCorpusNodes(t *testing.T) {
	var nodes []string
	for _, e := range read(t, "cucm/syslog-sc4s-comments.log") {
		nodes = append(nodes, e.Node)
	}
	if got := strings.Join(nodes, " "); got != "CUCM11PUB ord-pub1 cucm-pub cucm-sub1 ord-pub1" {
		t.Errorf("nodes %q", got)
	}
}

// read returns the events of a reference log.
func read(t *testing.T, name string) []schemas.Event {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(reference.Path(t, "corpus"), name))
	if err != nil {
		t.Fatal(err)
	}
	p := alarm.Parser{}
	if m := p.Match(name, log); m != 100 {
		t.Errorf("Match gives %d", m)
	}
	b := golden.Batch(p, log, golden.Options{})
	var events []schemas.Event
	for i := range b.Records {
		r := &b.Records[i]
		from := len(events)
		events = p.Parse(events, &b.File, r)
		for j := from; j < len(events); j++ {
			if events[j].Time.IsZero() {
				events[j].Time = r.Time
			}
		}
	}
	return events
}
