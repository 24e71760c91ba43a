package jabber_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/normalizer/jabber"
	"github.com/uctrace/uctrace/schemas"
)

// dumped writes a record that holds a clock of somebody.
func dumped(stamp, what, date string) string {
	return fmt.Sprintf("%s DEBUG [0x00000e2c] [a.c(1041)] [csf.sip-call-control] [platform_print_sip_msg] - %s\nCall-ID: a@b\nDate: %s\n", stamp, what, date)
}

func TestZone(t *testing.T) {
	const invite, answer = "sipio-sent---> INVITE sip:1@10.1.2.10 SIP/2.0", "sipio-recv<--- SIP/2.0 200 OK"
	for _, test := range []struct {
		name string
		log  []string
		want string // "" for not told
	}{
		{"sent", []string{dumped("2021-09-29 13:11:30,890", invite, "Wed, 29 Sep 2021 17:11:30 GMT")}, "-0400"},
		{"past midnight", []string{dumped("2021-09-29 22:41:27,917", invite, "Thu, 30 Sep 2021 05:41:20 GMT")}, "-0700"},
		{"quarter of an hour", []string{dumped("2021-09-29 13:11:30,890", invite, "Wed, 29 Sep 2021 07:26:30 GMT")}, "+0545"},
		{"no date", []string{dumped("01:11:30,890", invite, "Wed, 29 Sep 2021 23:11:30 GMT")}, "+0200"},
		{"a phone", []string{"0611 DEB Dec 21 14:33:00.127717 JAVA-" + invite + "^M\n        Date: Wed, 21 Dec 2016 13:33:00 GMT^M\n"}, "+0100"},
		{"sent before received", []string{
			dumped("2021-09-29 13:11:30,890", answer, "Wed, 29 Sep 2021 12:11:30 GMT"),
			dumped("2021-09-29 13:11:31,890", answer, "Wed, 29 Sep 2021 12:11:31 GMT"),
			dumped("2021-09-29 13:11:30,890", invite, "Wed, 29 Sep 2021 11:11:30 GMT"),
		}, "+0200"},
		{"received only, clocks differ", []string{dumped("2021-09-29 13:11:30,890", answer, "Wed, 29 Sep 2021 11:12:29 GMT")}, "+0200"},
		{"they disagree", []string{
			dumped("2021-09-29 13:11:30,890", invite, "Wed, 29 Sep 2021 11:11:30 GMT"),
			dumped("2021-09-29 13:11:30,890", invite, "Wed, 29 Sep 2021 12:11:30 GMT"),
		}, ""},
		{"too far from a quarter", []string{dumped("2021-09-29 13:11:30,890", answer, "Wed, 29 Sep 2021 11:04:30 GMT")}, ""},
		{"another day", []string{dumped("2021-09-29 13:11:30,890", answer, "Thu, 30 Sep 2021 11:11:30 GMT")}, ""},
		{"HTTP header", []string{"2017-04-19 16:30:35,913 DEBUG [0x1] [a(1)] [b] [curlHeaderCallback] - Request #20 got CR-LF pair. Accumulated headers:\nDate: Wed, 19 Apr 2017 06:30:35 GMT\n"}, "+1000"},
		{"not GMT", []string{"2017-04-19 16:30:35,913 DEBUG [0x1] [a(1)] [b] [curlHeaderCallback] - Request #20 got CR-LF pair. Accumulated headers:\nDate: Wed, 19 Apr 2017 16:30:35 AEST\n"}, ""},
		{"a Date elsewhere", []string{"2017-04-19 16:30:35,913 DEBUG [0x1] [a(1)] [b] [c] - x\nDate: Wed, 19 Apr 2017 06:30:35 GMT\n"}, ""},
		{"nothing", []string{"x\n"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if loc := (jabber.Parser{}).Zone([]byte(strings.Join(test.log, ""))); loc != nil {
				got = schemas.Seed(someDay, loc).Format("-0700")
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestDate(t *testing.T) {
	const phone = "0611 DEB Dec 31 23:59:59.127717 JAVA-sipio-sent---> INVITE sip:1@10.1.2.10 SIP/2.0^M\n"
	for _, test := range []struct{ name, log, want string }{
		{"a message of a phone", phone + "Date: Sat, 31 Dec 2016 22:59:59 GMT^M\n", "2016-12-31"},
		{"the first that can be read", phone + "Date: yesterday\n        Date: Sun, 01 Jan 2017 00:00:01 GMT^M\n", "2017-01-01"},
		{"none", phone + "Call-ID: a@b^M\n", "0001-01-01"},
		{"before the first record", "Date: Sat, 31 Dec 2016 22:59:59 GMT\n" + phone, "0001-01-01"},
		{"Jabber prints the year", dumped("2021-09-29 13:11:30,890", "sipio-sent---> INVITE sip:1@b SIP/2.0", "Wed, 29 Sep 2021 17:11:30 GMT"), "0001-01-01"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (jabber.Parser{}).Date([]byte(test.log)).Format(time.DateOnly); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
