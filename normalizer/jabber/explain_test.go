package jabber_test

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/normalizer/jabber"
	"github.com/uctrace/uctrace/schemas"
)

func TestExplain(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{
			`2017-04-19 16:30:35,913 INFO  [0x000013b0] [ls\src\a.cpp(1)] [csf.httpclient] [csf::http::executeImpl] - HTTP response code 200 for request #1 to https://h/`,
			`time=2017-04-19 16:30:35,913|level=INFO|thread=0x000013b0|place=ls\src\a.cpp(1)|component=csf.httpclient|function=csf::http::executeImpl|rule=message: HTTP response code`,
		},
		{
			`-- 2015-08-04 10:48:04.775 ERROR [ad95000] - [csf.cert.][checkIdentifiers] nothing to see`,
			`time=2015-08-04 10:48:04.775|level=ERROR|thread=ad95000|component=csf.cert.|function=checkIdentifiers|silent=none of the strings`,
		},
		{
			`2016-10-11 15:17:50,990 [0xb6fdcbec] [x/LifeCycle.cpp(1666)] [Life-Cycle-Logger] [OnDiscoveryFailed] - e`,
			`time=2016-10-11 15:17:50,990|thread=0xb6fdcbec|place=x/LifeCycle.cpp(1666)|component=Life-Cycle-Logger|function=OnDiscoveryFailed|rule=function: OnDiscoveryFailed`,
		},
		{
			`INFO [0x1] [a(1)] [services-dispatcher] [D::enqueue] - LERR_CUP_AUTH`,
			`level=INFO|thread=0x1|place=a(1)|component=services-dispatcher|function=D::enqueue|silent=the dispatcher names a task`,
		},
		{
			`INFO [0x1] [a(1)] [b] [c] - handleLeaveSession, reason:0`,
			`level=INFO|thread=0x1|place=a(1)|component=b|function=c|silent=the words "handleLeaveSession" stand in it`,
		},
		{
			`4899 NOT Mar 09 18:32:38.767556 (339:1882) downd-ALL LINES UN-REGISTERED`,
			`sequence=4899|level=NOT|time=Mar 09 18:32:38.767556|thread=339:1882|rule=message: ALL LINES UN-REGISTERED`,
		},
		{`[2025-12-10 17:30:33,696] Collecting logs`, `time=2025-12-10 17:30:33,696|silent=none of the strings`},
		{`2024-02-01T05:48:33.551Z <Error> [0x84953][]a.swift:358 x`, `time=2024-02-01T05:48:33.551Z|level=Error|silent=a record of the Webex app`},
		{`</presence>`, `rule=no record head`},
		{` `, `silent=blank lines`},
	} {
		var got []string
		for _, a := range (jabber.Parser{}).Explain(nil, &schemas.Record{Text: []byte(test.line)}) {
			got = append(got, a.Name+"="+a.Value)
		}
		if s := strings.Join(got, "|"); !strings.HasPrefix(s, test.want) {
			t.Errorf("%s\n got %s\nwant %s", test.line, s, test.want)
		}
	}
}
