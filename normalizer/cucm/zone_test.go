package cucm_test

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/schemas"
)

// message returns a SIP message with the record head before it.
func message(head, direction, date string) string {
	return head + direction + " message to 10.1.2.3 on port 50394 index 51 \n[4711,NET]\nBYE sip:2003@10.1.2.3 SIP/2.0\r\n" +
		"Call-ID: a@10.1.0.6\r\nCSeq: 101 BYE\r\nDate: " + date + "\r\nContent-Length: 0\r\n\r\n"
}

func TestZone(t *testing.T) {
	const sdl = "00000001.001 |19:11:08.334 |AppInfo  |SIPTcp - wait_SdlSPISignal: "
	tests := []struct {
		name string
		p    schemas.Zoner
		log  string
		want string // "" for unknown
	}{
		{"sent", cucm.SDL{}, message(sdl, "Outgoing SIP TCP", "Sat, 14 Apr 2018 13:41:08 GMT"), "+05:30"},
		{"sent before midnight", cucm.SDL{}, message(sdl, "Outgoing SIP TCP", "Sun, 15 Apr 2018 03:11:08 GMT"), "-08:00"},
		{"received", cucm.SDL{}, strings.Replace(message(sdl, "Incoming SIP TCP", "Sat, 14 Apr 2018 13:41:08 GMT"), " to ", " from ", 1), ""},
		{"a wrong clock", cucm.SDL{}, message(sdl, "Outgoing SIP TCP", "Sat, 14 Apr 2018 13:35:08 GMT"), ""},
		{"head of the file", cucm.SDL{}, "00000001.000 |19:11:08.334 |FileHead |UTC:-04:00,Date: 2024/03/09, AppName: CCM\n" +
			message(sdl, "Outgoing SIP TCP", "Sat, 09 Mar 2024 13:41:08 GMT"), "-04:00"},
		{"no message", cucm.SDL{}, sdl + "x\n", ""},
		{"dated", cucm.SDI{}, message("04/15/2018 02:41:08.334 CCM|//SIP/SIPTcp/wait_SdlSPISignal: ", "Outgoing SIP TCP", "Sat, 14 Apr 2018 12:41:08 GMT"), "+14:00"},
		{"another date", cucm.SDI{}, message("04/16/2018 02:41:08.334 CCM|//SIP/SIPTcp/wait_SdlSPISignal: ", "Outgoing SIP TCP", "Sat, 14 Apr 2018 12:41:08 GMT"), ""},
		{"time for a phone", cucm.SDI{}, "07/21/2006 13:15:39.763 CCM|StationD:    (0000188) DefineTimeDate timeDateInfo=? systemTime=1153458939.|<:X><:10.1.0.4><:2>\n", "+08:00"},
		{"time in UTC", cucm.SDI{}, "07/21/2006 05:15:39.763 CCM|StationD:    (0000188) DefineTimeDate timeDateInfo=? systemTime=1153458939.\n", "+00:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := offsetOf(tt.p.Zone([]byte(tt.log))); got != tt.want {
				t.Errorf("offset %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDate(t *testing.T) {
	const sdl = " |AppInfo  |SIPTcp - wait_SdlSPISignal: "
	sent := func(clock, date string) string {
		return message("00000001.001 |"+clock+sdl, "Outgoing SIP TCP", date)
	}
	const silent = "00000001.002 |23:59:58.000 |AppInfo  |StationD:    (0000245) SetRinger ringMode=1(RingOff).\n"
	tests := []struct {
		name string
		p    schemas.Dater
		log  string
		want string // "" for unknown
	}{
		{"sent", cucm.SDL{}, sent("19:11:08.334", "Sat, 14 Apr 2018 13:41:08 GMT"), "2018-04-14"},
		{"sent before midnight", cucm.SDL{}, sent("19:11:08.334", "Sun, 15 Apr 2018 03:11:08 GMT"), "2018-04-14"},
		{"a second of the day before", cucm.SDL{}, sent("00:00:00.100", "Sat, 14 Apr 2018 23:59:59 GMT"), "2018-04-15"},
		{"records of the day before", cucm.SDL{}, silent + sent("00:00:01.334", "Sat, 14 Apr 2018 13:30:01 GMT"), "2018-04-14"},
		{"all agree", cucm.SDL{}, sent("23:59:59.334", "Sat, 14 Apr 2018 23:59:59 GMT") + sent("00:00:05.334", "Sun, 15 Apr 2018 00:00:05 GMT"), "2018-04-14"},
		{"two days", cucm.SDL{}, sent("19:11:08.334", "Sat, 14 Apr 2018 13:41:08 GMT") + sent("19:12:08.334", "Mon, 16 Apr 2018 13:42:08 GMT"), ""},
		{"received", cucm.SDL{}, strings.Replace(sent("19:11:08.334", "Sat, 14 Apr 2018 13:41:08 GMT"), "Outgoing SIP TCP message to", "Incoming SIP TCP message from", 1), ""},
		{"a wrong clock", cucm.SDL{}, sent("19:11:08.334", "Sat, 14 Apr 2018 13:35:08 GMT"), ""},
		{"head of the file", cucm.SDL{}, "00000001.000 |19:11:08.334 |FileHead |UTC:-04:00,Date: 2024/03/09, AppName: CCM\n" +
			sent("19:12:08.334", "Sat, 09 Mar 2024 23:12:08 GMT"), ""},
		{"no message", cucm.SDL{}, silent, ""},
		{"dated", cucm.SDI{}, message("04/15/2018 02:41:08.334 CCM|//SIP/SIPTcp/wait_SdlSPISignal: ", "Outgoing SIP TCP", "Sat, 14 Apr 2018 12:41:08 GMT"), ""},
		{"date cut off", cucm.SDI{}, message("02:41:08.334 CCM|//SIP/SIPTcp/wait_SdlSPISignal: ", "Outgoing SIP TCP", "Sat, 14 Apr 2018 17:11:08 GMT"), "2018-04-15"},
		{"time for a phone", cucm.SDI{}, "13:15:39.763 CCM|StationD:    (0000188) DefineTimeDate timeDateInfo=? systemTime=1153458939.|<:X><:10.1.0.4><:2>\n", "2006-07-21"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if d := tt.p.Date([]byte(tt.log)); !d.IsZero() {
				got = d.Format("2006-01-02")
			}
			if got != tt.want {
				t.Errorf("date %q, want %q", got, tt.want)
			}
		})
	}
}
