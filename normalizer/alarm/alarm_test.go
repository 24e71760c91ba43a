package alarm_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/alarm"
	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/schemas"
)

func TestGolden(t *testing.T) { golden.Run(t, "testdata/*.txtar", alarm.Parser{}) }

func FuzzLines(f *testing.F) {
	for _, line := range []string{
		"<189>8103: Oct 14 2015 05:50:19 AM.484 UTC :  %UC_AUDITLOG-5-AdministrativeEvent: %[ UserID =a][ EventType =UserLogging]: x",
		"Nov 28 10:15:02 imp-1 local7 4 : 118: imp-1: Nov 28 2016 08:15:02.331 UTC :  %UC_SRM-2-SRMFailover: %[AlertName=x][AlertDetail=[[ %UC_A-1-B: #012 Jan 1 01:01:01 : %UC_C-2-D: %[E=F]",
		"%CCM_CALLMANAGER-CALLMANAGER-3-CodeYellowEntry: CodeYellowEntry Expected Average Delay:7906 Entry Latency:20",
		"Event Type: Error\nEvent Source: Cisco CallManager\nError: A - B\n C: D",
		"20:05:09.842 |LogMessage UserID : a EventType : b",
		"<14>1362993: : audispd:node=a type=EOE msg=audit(1630319311.975:2557529):",
		"x %[AlertName=y][AlertDetail=z",
		"% A=b C=",
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		golden.Check(t, alarm.Parser{}, log)
		alarm.Parser{}.Explain(nil, &schemas.Record{Text: log})
	})
}

func TestStart(t *testing.T) {
	june := time.Date(2018, 6, 1, 0, 0, 0, 0, time.FixedZone("", 2*3600))
	for _, c := range []struct {
		line string
		prev time.Time
		want string
	}{
		{"<189>1: Jul 05 2016 04:03:01 PM.688 UTC : %UC_RTMT-2-RTMT_ALERT: x", time.Time{}, "2016-07-05T16:03:01.688Z"},
		{"<189>1: Jul 5 2016 12:03:01 AM UTC : %UC_RTMT-2-RTMT_ALERT: x", time.Time{}, "2016-07-05T00:03:01Z"},
		{"<189>1: Jul  5 2016 12:03:01 PM UTC : %UC_RTMT-2-RTMT_ALERT: x", time.Time{}, "2016-07-05T12:03:01Z"},
		{"<189>1: Jul 05 2016 16:03:01 PM UTC : %UC_RTMT-2-RTMT_ALERT: x", time.Time{}, "2016-07-05T16:03:01Z"},
		{"<189>1: Jul 05 16:03:01 UTC : %UC_RTMT-2-RTMT_ALERT: x", june, "2018-07-05T16:03:01Z"},
		{"<189>1: Jul 05 16:03:01 : %UC_RTMT-2-RTMT_ALERT: x", june, "2018-07-05T14:03:01Z"},
		{"<189>1: Jul 05 16:03:01 XYZT : %UC_RTMT-2-RTMT_ALERT: x", june, "2018-07-05T14:03:01Z"},
		{"<189>1: Jan 05 16:03:01 UTC : %UC_RTMT-2-RTMT_ALERT: x", june.AddDate(0, 6, 28), "2019-01-05T16:03:01Z"},
		{"<189>1: Jul 05 16:03:01 UTC : %UC_RTMT-2-RTMT_ALERT: At Tue Jul 05 12:03:01 EDT 2011 on", june, "2011-07-05T16:03:01Z"},
		{"<78>349: : : 7273: May 30 15:33:20.636 UTC :  %CCM_RTMT-RTMT-2-RTMT-ERROR-ALERT: generated on Thu May 30 15:33:20 GMT+00:00 2013 on", time.Time{}, "2013-05-30T15:33:20.636Z"},
		{"<189>1: Jul 05 16:03:01 GMT+02:00 : %UC_RTMT-2-RTMT_ALERT: x", june, "2018-07-05T14:03:01Z"},
		{"<189>1: Jul 05 16:03:01 UTC : %UC_RTMT-2-RTMT_ALERT: x", time.Time{}, "0001-01-01T16:03:01Z"},
		{"<189>1: cucm: Jul 05 2016 16:03:01.5 EDT : %UC_RTMT-2-RTMT_ALERT: x", time.Time{}, "2016-07-05T20:03:01.5Z"},
		{"Jul 19 15:30:30 cucm daemon 6 ntpd: x", june, "2018-07-19T13:30:30Z"},
		{"<14>Jul 19 15:30:30 cucm ntpd: x", june, "2018-07-19T13:30:30Z"},
		{"<14>1 2018-07-19T15:30:30.250+02:00 cucm ntpd - - - x", june, "2018-07-19T13:30:30.25Z"},
		{"<14>7: : audispd:node=a msg=audit(1630319311.975:2557529): x", june, "2021-08-30T10:28:31.975Z"},
		{"Jul 19 15:30:30 vcs tvcs: UTCTime=\"2011-07-19 15:30:30,616\" Module=\"x\"", june, ""},
		{"2020-11-18T19:55:58Z expe tvcs: tvcs: UTCTime=\"2020-11-18 19:55:58,616\"", june, ""},
		{"In Jul 19 15:30:30 something happened.", june, ""},
		{"Jul 19 15:30:30 was when it happened.", june, ""},
		{"<189>1:\u00a0Jul 05 2016\u00a004:03:01 PM.688 UTC :\u00a0 %UC_RTMT-2-RTMT_ALERT: x", time.Time{}, "2016-07-05T16:03:01.688Z"},
		{"See %UC_RTMT-2-RTMT_ALERT: in the log", june, ""},
		{"Event Type: Party", june, ""},
		{"08:38:59.703 CCM CallManager|Digit analysis", june, ""},
		{"1,2,3: no record", june, ""},
	} {
		got, ok := alarm.Parser{}.Start([]byte(c.line), c.prev)
		if ok != (c.want != "") || ok && got.UTC().Format(time.RFC3339Nano) != c.want {
			t.Errorf("%s: %v, %v, want %s", c.line, got.UTC().Format(time.RFC3339Nano), ok, c.want)
		}
		if ok && !got.IsZero() && got.Location().String() != c.prev.Location().String() {
			t.Errorf("%s: zone %v, want that of the record before", c.line, got.Location())
		}
	}
}

func TestMatch(t *testing.T) {
	const line = "<189>1: Jul 05 2016 04:03:01 PM.688 UTC : %UC_RTMT-2-RTMT_ALERT: x\n"
	system := "Jul  5 12:02:29 cucm-sub1 authpriv 6 sshd[4711]: Accepted publickey\n"
	for log, want := range map[string]int{
		line:            100,
		system + system: 90,
		strings.Repeat("<14>Jul  5 12:02:29 fw1 kernel: drop\n", 9):                               0,
		strings.Repeat("<14>Jul  5 12:02:29 fw1 kernel: drop\n", 9) + line:                        90,
		"<189>46: rtr1: Jul 05 2016 16:03:01.688 UTC: %SYS-5-CONFIG_I: Configured from console\n": 0,
		strings.Repeat("Prose about alarms.\n", 20) + line:                                        0,
		"Event Type: Error\nEvent Source: Cisco CallManager\nEvent ID: 3\n":                       100,
		"Event Type: Error\nEvent Source: W32Time\nEvent ID: 3\n":                                 0,
		"2020-11-18T19:55:58Z expe tvcs: tvcs: UTCTime=\"2020\" Module=\"x\"\n":                   0,
		"": 0,
	} {
		if got := (alarm.Parser{}).Match("", []byte(log)); got != want {
			t.Errorf("%.60q: %d, want %d", log, got, want)
		}
	}
}

func TestSourceAndNode(t *testing.T) {
	const quoted = "<1>1: Jul 05 2016 04:03:01 UTC : %UC_RTMT-2-RTMT_ALERT: %[AlertDetail=MatchedEvent : Jul 5 12:02:29 UTC : "
	for line, want := range map[string]schemas.Source{
		"<1>1: Jul 05 2016 04:03:01 UTC : %UC_CALLMANAGER-2-A: x": schemas.CUCMAlarm,
		"<1>1: Jul 05 2016 04:03:01 UTC : %UC_PE-2-A: x":          schemas.IMPRTMT,
		"<1>1: Jul 05 2016 04:03:01 UTC : %UC_PERF-2-A: x":        schemas.CUCMAlarm,
		"<1>1: Jul 05 2016 04:03:01 UTC : %UC_XcpCM-2-A: x":       schemas.IMPRTMT,
		quoted + "%UC_CALLMANAGER-2-A: x":                         schemas.CUCMAlarm,
		quoted + "%UC_SRM-2-A: x":                                 schemas.IMPRTMT,
		"Jul  5 12:02:29 cucm-sub1 authpriv 6 sshd[4711]: x":      schemas.CUCMAlarm,
	} {
		if got := (alarm.Parser{}).SourceOf([]byte(line)); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
	one := "Jul  5 12:02:29 cucm-1 local7 2 ccm: 6: cucm-1.example.com: Jul 05 2016 16:02:29.795 UTC : %UC_CALLMANAGER-2-A: x\n"
	two := "<1>1: cucm-2: Jul 05 2016 04:03:01 UTC : %UC_CALLMANAGER-2-A: x\n"
	for log, want := range map[string]string{one + one: "cucm-1", one + two: "", two: "cucm-2", "": ""} {
		if got := (alarm.Parser{}).Node("", []byte(log)); got != want {
			t.Errorf("%q: node %q, want %q", log, got, want)
		}
	}
}

func TestZone(t *testing.T) {
	for line, want := range map[string]string{
		"Nov 28 10:15:02 cucm-1 local7 4 : 118: cucm-1: Nov 28 2015 08:15:02.331 UTC :  %UC_LOGIN-4-A: x":    "+02:00",
		"Nov 28 23:15:04 cucm-1 local7 4 : 118: cucm-1: Nov 29 2015 04:15:02.331 UTC :  %UC_LOGIN-4-A: x":    "-05:00",
		"Nov 29 03:45:02 cucm-1 local7 4 : 118: cucm-1: Nov 28 2015 10:15:02 PM.331 UTC :  %UC_LOGIN-4-A: x": "+05:30",
		"Nov 28 10:25:02 cucm-1 local7 4 : 118: cucm-1: Nov 28 2015 08:15:02.331 UTC :  %UC_LOGIN-4-A: x":    "",
		"<1>118: cucm-1: Nov 28 2015 08:15:02.331 UTC :  %UC_LOGIN-4-A: x":                                   "",
	} {
		got := ""
		if loc := (alarm.Parser{}).Zone([]byte(line)); loc != nil {
			got = time.Time{}.In(loc).Format("-07:00")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// TestPresenceFile wants a file of IM and Presence recognised as one.
func TestPresenceFile(t *testing.T) {
	log := []byte("<1>1: imp-1: Jul 05 2016 04:03:01 UTC : %UC_XcpCM-2-A: x\n")
	if p, q := (alarm.Parser{}).Match("", log), (alarm.Presence{}).Match("", log); p >= q || q != 100 {
		t.Errorf("Match gives %d and %d", p, q)
	}
	log = []byte("<1>1: cucm-1: Jul 05 2016 04:03:01 UTC : %UC_CALLMANAGER-2-A: x\n")
	if p, q := (alarm.Parser{}).Match("", log), (alarm.Presence{}).Match("", log); q != 0 || p != 100 {
		t.Errorf("Match gives %d and %d", p, q)
	}
}

func TestExplain(t *testing.T) {
	for line, want := range map[string]string{
		"<1>1: cucm-2: Jul 05 2016 04:03:01 UTC : %UC_CALLMANAGER-2-A: %[B=C]: x":                    "rule",
		"<1>1: cucm-2: Jul 05 2016 04:03:01 UTC : %UC_CALLMANAGER-2-A: %[part=16.2/3]: that goes on": "silent",
		"Jul  5 12:02:29 cucm-sub1 authpriv 6 sshd[4711]: x":                                         "silent",
	} {
		a := alarm.Parser{}.Explain(nil, &schemas.Record{Text: []byte(line)})
		if a[len(a)-1].Name != want {
			t.Errorf("%s: %v", line, a)
		}
	}
}

func BenchmarkLines(b *testing.B) {
	log := bytes.Repeat([]byte("<187>41679: cucm-1.example.com: Jul 02 2015 06:22:31 UTC :   %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP001122334455][IPAddress=10.1.0.9][Protocol=SIP][DeviceType=592][Description=Phone][Reason=13][IPAddrAttributes=0][LastSignalReceived=SIPStationDPrimaryLineTimeout][AppID=Cisco CallManager][ClusterID=StandAloneCluster][NodeID=cucm-1]: An endpoint has unregistered\n"+
		"Jul  5 12:02:29 cucm-sub1 authpriv 6 sshd[4711]: Accepted publickey for admin from 10.1.0.2 port 22\n"+
		"<14>1362993: : audispd:node=cucm-1 type=PATH msg=audit(1630319312.037:11086590): item=1 name=\"tmp\" inode=131170 dev=08:01 mode=041777\n"), 300)
	golden.Benchmark(b, alarm.Parser{}, log)
	batch := golden.Batch(alarm.Parser{}, log, golden.Options{})
	b.Run("arena", func(b *testing.B) {
		b.SetBytes(int64(len(log)))
		b.ReportAllocs()
		var mem arena.Arena
		var events []schemas.Event
		for b.Loop() {
			mem.Reset()
			events = events[:0]
			for i := range batch.Records {
				events = alarm.Parser{}.ParseIn(&mem, events, &batch.File, &batch.Records[i])
			}
		}
	})
}
