package cucm_test

import (
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/schemas"
)

func TestStart(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("no time zone database")
	}
	undated := schemas.Seed(time.Time{}, time.FixedZone("", 2*3600))
	evening := time.Date(2024, 3, 9, 23, 59, 59, 0, newYork)
	night := time.Date(2024, 3, 10, 1, 59, 59, 900e6, newYork) // clocks go forward at two
	const filehead = "00000100.000 |23:59:58.001 |FileHead |UTC:-04:00,Date: 2024/03/09, AppName: CCM, HostName: cm1, AppStartTime: 2024/03/01 15:42:41"
	tests := []struct {
		name string
		p    schemas.Parser
		line string
		prev time.Time
		want string // RFC 3339, "" for no head
	}{
		{"date and offset", cucm.SDL{}, filehead, undated, "2024-03-09T23:59:58.001-04:00"},
		{"same day", cucm.SDL{}, "00000001.001 |23:59:59.250 |AppInfo  |x", evening, "2024-03-09T23:59:59.25-05:00"},
		{"a little back", cucm.SDL{}, "00000001.001 |23:59:58.000 |AppInfo  |x", evening, "2024-03-09T23:59:58-05:00"},
		{"after midnight", cucm.SDL{}, "00000001.001 |00:00:00.002 |SdlSig-O |x", evening, "2024-03-10T00:00:00.002-05:00"},
		{"summer time", cucm.SDL{}, "00000001.001 |03:00:00.000 |SdlSig   |x", night, "2024-03-10T03:00:00-04:00"},
		{"no date", cucm.SDL{}, "00000001.001 |10:00:00.000 |SdlSig   |x", undated, "0001-01-01T10:00:00+02:00"},
		{"no date, after midnight", cucm.SDL{}, "00000001.001 |00:00:01.000 |SdlSig   |x", undated.Add(23 * time.Hour), "0001-01-01T00:00:01+02:00"},
		{"nothing before", cucm.SDL{}, "00000001.001 |10:00:00.000 |SdlSig   |x", time.Time{}, "0001-01-01T10:00:00Z"},
		{"seven digits, trimmed type", cucm.SDL{}, "1234567.001 |23:59:59.000 |AppInfo |x", evening, "2024-03-09T23:59:59-05:00"},
		{"blank in the number", cucm.SDL{}, "82645958 .001 |23:59:59.000 |AppInfo  |x", evening, "2024-03-09T23:59:59-05:00"},
		{"no number", cucm.SDL{}, "23:59:59.000 |AppInfo  |x", evening, "2024-03-09T23:59:59-05:00"},
		{"no number, no type", cucm.SDL{}, "23:59:59.000 |foo  |x", evening, ""},
		{"search result", cucm.SDL{}, "Line 190: 00000001.001 |23:59:59.000 |AppInfo  |x", evening, "2024-03-09T23:59:59-05:00"},
		{"byte order mark", cucm.SDL{}, "\xef\xbb\xbf00000001.001 |23:59:59.000 |AppInfo  |x", evening, "2024-03-09T23:59:59-05:00"},
		{"anonymised time", cucm.SDL{}, "00000001.001 |07:27:192.1686 |SdlSig   |x", evening, ""},
		{"row of a result", cucm.SDL{}, "|CallingPartyNumber=+19195550003", evening, ""},
		{"header field", cucm.SDL{}, "Via: SIP/2.0/TCP 10.1.2.3:5060", evening, ""},
		{"hour 24", cucm.SDL{}, "00000001.001 |24:59:59.000 |AppInfo  |x", evening, ""},

		{"SDI", cucm.SDI{}, "04/17/2013 15:53:55.370 CCM|x", evening, "2013-04-17T15:53:55.37-04:00"},
		{"SDI without date", cucm.SDI{}, "00:00:50.116 CCM|x", evening, "2024-03-10T00:00:50.116-05:00"},
		{"SDI of a guide", cucm.SDI{}, "23:59:59.703 CCM CallManager|x", evening, "2024-03-09T23:59:59.703-05:00"},
		{"SDI, older", cucm.SDI{}, "12/29/2003 14:49:01.602 Cisco CallManager|x", undated, "2003-12-29T14:49:01.602+02:00"},
		{"a date is no head", cucm.SDI{}, "04/17/2013 is not a header here: |x", evening, ""},
		{"month 13", cucm.SDI{}, "13/17/2013 15:53:55.370 CCM|x", evening, ""},

		{"row", cucm.CallLog{}, "2020/04/03 21:46:17.781|CC|SETUP|1|2|3|4|5", undated, "2020-04-03T21:46:17.781+02:00"},
		{"row with an underscore", cucm.CallLog{}, "2018/04/28_15:22:30.912|CC|SETUP|1|2", undated, "2018-04-28T15:22:30.912+02:00"},
		{"row of a search result", cucm.CallLog{}, "Line 11448: 2019/07/04  14:37:15.142|CC|SETUP|1|2", undated, "2019-07-04T14:37:15.142+02:00"},
		{"row of something else", cucm.CallLog{}, "2020/04/03 21:46:17.781|XX|SETUP|1|2|3|4|5", undated, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at, ok := tt.p.Start([]byte(tt.line), tt.prev)
			got := ""
			if ok {
				got = at.Format(time.RFC3339Nano)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestGlued(t *testing.T) {
	const sdl, sdi = "33308540.011 |14:42:53.466 |AppInfo  |", "04/26/2013 09:47:50.116 CCM|"
	tests := []struct {
		name string
		p    schemas.Gluer
		line string
		want string // what the glued record begins with
	}{
		{"own head", cucm.SDL{}, sdl + "x", ""},
		{"own head of a search result", cucm.SDL{}, "Line 190: " + sdl + "x", ""},
		{"no blank", cucm.SDL{}, sdl + "DEFAULT LIST" + sdl, sdl},
		{"behind a number", cucm.SDL{}, sdl + "count=12" + sdl, sdl},
		{"behind a header field", cucm.SDL{}, "Content-Length: 0 " + sdl + "y", sdl},
		{"blank in the number", cucm.SDL{}, "SIP/2.0 604 Nowhere 82645958 .001 |13:08:46.297 |AppInfo  |z", "82645958 .001 |"},
		{"columns of a signal", cucm.SDL{}, "00000002.000 |10:00:00.000 |SdlSig   |DaReq   |wait   |Da(1,100,2,3)  |1.100 |1,100,14,1.2^*^*   |[R:N]", ""},
		{"own head of SDI", cucm.SDI{}, sdi + "x|<CLID::x>", ""},
		{"number and date", cucm.SDI{}, "stripAndPrependDigits 875737" + sdi + "SPROC", sdi},
		{"blank and date", cucm.SDI{}, sdi + "remdest [875737]| " + sdi + "DbMobility", sdi},
		{"time only", cucm.SDI{}, "08:38:58.734 CCM CallManager|tcpHandle=0x6b8802808:38:58.735 CCM CallManager|StationD", "08:38:58.735 "},
		{"prose", cucm.SDI{}, "at 09:47 the CCM| said", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if i := tt.p.Glued([]byte(tt.line), 1); i > 0 {
				got = tt.line[i:]
			}
			if tt.want == "" && got != "" || !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	const sdl, sdi = "00000001.001 |10:00:00.000 |AppInfo  |x\n", "04/26/2013 09:47:50.116 CCM|x\n"
	prose := strings.Repeat("one more sentence about the trace\n", 30)
	tests := []struct {
		name, head    string
		sdl, sdi, row bool
	}{
		{"SDL", sdl, true, false, false},
		{"SDI", sdi, false, true, false},
		{"rows", "2020/04/03 21:46:17.781|CC|SETUP|1|2|3|4|5\n", false, false, true},
		{"end of a long record before the first", strings.Repeat("  value {\n", 60) + strings.Repeat(sdl, 60), true, false, false},
		{"glued first head", "SIP/2.0 604 Nowhere 82645958 .001 |13:08:46.297 |AppInfo  |z\n", true, false, false},
		{"a document that quotes", prose + sdl + sdi + prose, false, false, false},
		{"empty", "", false, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, m := range []struct {
				p    schemas.Parser
				want bool
			}{{cucm.SDL{}, tt.sdl}, {cucm.SDI{}, tt.sdi}, {cucm.CallLog{}, tt.row}} {
				if got := m.p.Match("x", []byte(tt.head)); got > 0 != m.want {
					t.Errorf("%s: %d", m.p.Source(), got)
				}
			}
		})
	}
}

func TestNode(t *testing.T) {
	const path = `trace.zip!cucm-sub1.example.com_2/2020-05-15_00-28-40/cm/trace/ccm/sdl/SDL002.txt`
	for _, tt := range []struct {
		name       string
		p          schemas.Noder
		path, head string
		want       string
	}{
		{"file head", cucm.SDL{}, path, "00000100.000 |23:59:58.001 |FileHead |UTC:-04:00,Date: 2024/03/09, HostName: cm-Sub1, HostIPAddress: 10.1.0.6", "cm-Sub1"},
		{"folder", cucm.SDL{}, path, "", "cucm-sub1"},
		{"folder of an address", cucm.CallLog{}, `C:\x\10.1.0.6_1\2020-05-15_00-28-40\calllogs_1.txt`, "", "10.1.0.6"},
		{"folder without number", cucm.CallLog{}, "cm-a/2020-05-15_00-28-40/calllogs_1.txt", "", "cm-a"},
		{"nothing", cucm.CallLog{}, "calllogs_1.txt", "", ""},
		{"tag", cucm.SDI{}, "ccm.txt", "04/17/2013 15:53:55.370 CCM|x|<CLID::c><NID::10.1.0.1><CT::1>", "10.1.0.1"},
	} {
		if got := tt.p.Node(tt.path, []byte(tt.head)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestMark has a byte order mark before an excerpt that begins with a message.
func TestMark(t *testing.T) {
	const dump = "SIP/2.0 404 Not Found\r\nCall-ID: a@10.1.0.2\r\nCSeq: 101 INVITE\r\n\r\n"
	for _, log := range []string{dump, "\xef\xbb\xbf" + dump} {
		r := schemas.Record{Text: []byte(log), Line: 1, Lines: 4}
		events := cucm.SDL{}.Parse(nil, &schemas.File{Source: schemas.CUCMSDL}, &r)
		if len(events) != 1 || events[0].SIP == nil || events[0].SIP.Status != 404 {
			t.Errorf("%q: %+v", log, events)
		}
	}
}
