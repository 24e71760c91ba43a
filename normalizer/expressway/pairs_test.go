package expressway_test

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/normalizer/expressway"
	"github.com/uctrace/uctrace/schemas"
)

// TestQuoting reads the lines whose quotes are the hard part: no name may be
// invented, no later pair swallowed.
func TestQuoting(t *testing.T) {
	for _, test := range []struct{ name, pairs, want string }{
		{
			"quotes inside", `Detail="CPL: <location clear="yes" url="sip:h.example.com;lr" diversion="" dest-service=""> added sip:h.example.com;lr to location set " Level="1"`,
			`Detail=CPL: <location clear="yes" url="sip:h.example.com;lr" diversion="" dest-service=""> added sip:h.example.com;lr to location set|Level=1`,
		},
		{
			"XML", `resultingPolicyScript="<?xml version="1.0" encoding="UTF-8" ?><cpl xmlns="urn:ietf:params:xml:ns:cpl"><taa:routed/></cpl>" State=""`,
			`resultingPolicyScript=<?xml version="1.0" encoding="UTF-8" ?><cpl xmlns="urn:ietf:params:xml:ns:cpl"><taa:routed/></cpl>`,
		},
		{"XML without name", `this="0x1" CPL: <?xml version="1.0" encoding="UTF-8" ?><cpl clear="yes"> Level="DEBUG"`, `this=0x1|Level=DEBUG`},
		{
			"expressions", `Detail="CPL: <rule unauthenticated-origin=".*" destination=".*@call\.example\.com.*" message-regex=""> matched " Tag="1"`,
			`Detail=CPL: <rule unauthenticated-origin=".*" destination=".*@call\.example\.com.*" message-regex=""> matched|Tag=1`,
		},
		{"glued to the quote", `Detail="Zone details"ZONETYPE_TRAVERSALSERVERzone_1 Type="x"`, `Detail=Zone details|Type=x`},
		{"glued pair", `one="true"OutboundLegClientsencryption-mode=on three="true"`, `one=true|three=true`},
		{"bare values", `inboundZone=CollaborationEdgeZone (encryption-mode=on, ice-mode=off, ) outboundZone=x tokens=2`, `inboundZone=CollaborationEdgeZone|encryption-mode=on|ice-mode=off|outboundZone=x|tokens=2`},
		{"comma between", `Detail="Path change detected", Path="/status/call/call" Type="record change"`, `Detail=Path change detected|Path=/status/call/call|Type=record change`},
		{"blanks inside", `Key="    m_callSerialNumber: 0b0c           m_sessionKey: branchId = 1, streamNum = 1 " A1="2"`, `Key=m_callSerialNumber: 0b0c           m_sessionKey: branchId = 1, streamNum = 1|A1=2`},
		{"lists", `srcAddr="['IPv4''TCP''192.0.2.183:47177']" AlternateIPAddresses="[u'(10.0.0.1 e1)', u'(10.0.0.2 e2)']"`, `srcAddr=['IPv4''TCP''192.0.2.183:47177']|AlternateIPAddresses=[u'(10.0.0.1 e1)', u'(10.0.0.2 e2)']`},
		{"braces", `Reason="{ badrpc, { EXIT, { aborted } } }" Node="a" Node="b"`, `Reason={ badrpc, { EXIT, { aborted } } }|Node=a|Node=b`},
		{"apostrophe", `Detail="Peer's TLS certificate identity was unacceptable" Protocol="TLS"`, `Detail=Peer's TLS certificate identity was unacceptable|Protocol=TLS`},
		{"empty at the end", `Detail="Receive Request To-Tag=, Local-SessionID=, Remote-SessionID="`, `Detail=Receive Request To-Tag=, Local-SessionID=, Remote-SessionID=`},
		{"empty before a pair", `Detail="x, Remote-SessionID=" Level="1"`, `Detail=x, Remote-SessionID=|Level=1`},
		{"blank after the equals sign", `ThreadID= "139" CodeLocation= "a.cpp:1"`, `ThreadID=139|CodeLocation=a.cpp:1`},
		{"blanks in a web copy", `Event=" Call Attempted " Dst-port=" 5062 " Service="SIP"`, `Event=Call Attempted|Dst-port=5062|Service=SIP`},
		{"tuple", `Server="('https', '192.0.2.131', 8443) " Reason="<twisted.Failure <type 'exceptions.Exception'>> "`, `Server=('https', '192.0.2.131', 8443)|Reason=<twisted.Failure <type 'exceptions.Exception'>>`},
		{"product bug", `lic_type="collabedge tokens=2" UTCTime="2024-03-05 14:00:04,100"`, `lic_type=collabedge tokens=2|UTCTime=2024-03-05 14:00:04,100`},
		{"not closed", `Event="x" Detail="cut here`, `Event=x|Detail=cut here`},
		{"quoted word", `Detail="alias "room 1" is unknown" Level="1"`, `Detail=alias "room 1" is unknown|Level=1`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := schemas.Record{Text: []byte(`2024-03-05T10:00:00Z h x: UTCTime="2024-03-05 10:00:00,001" Module="developer.x" ` + test.pairs)}
			var got []string
			for _, a := range (expressway.Parser{}).Explain(nil, &r)[5:] {
				if a.Name != "silent" && a.Name != "rule" {
					got = append(got, a.Name+"="+strings.TrimSuffix(strings.Split(a.Value, " (level")[0], " (severity)"))
				}
			}
			if g := strings.Join(got, "|"); g != test.want {
				t.Errorf("got\n%s\nwant\n%s", g, test.want)
			}
		})
	}
}

func TestExplain(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{
			`<166> 2020-11-18T19:55:58Z expe tvcs[7]: tvcs: UTCTime="2020-11-18 19:55:58,980" Module="network.tcp" Level="ERROR":  Src-ip="192.0.2.1" Detail="TCP Connection Failed"`,
			`priority=<166>|stamp=2020-11-18T19:55:58Z|host=expe|process=tvcs|pid=7|UTCTime=2020-11-18 19:55:58,980|Module=network.tcp|Level=ERROR (severity)|Src-ip=192.0.2.1|Detail=TCP Connection Failed|` +
				`rule=Module="network.tcp": Detail="TCP …"`,
		},
		{
			`2020-11-18T19:55:58.100-05:00 expe tvcs: Event="Call Attempted" Level="1" UTCTime="2020-11-19 00:55:58,099"`,
			`stamp=2020-11-18T19:55:58.100-05:00|host=expe|process=tvcs|Event=Call Attempted|Level=1 (level of the event log, no severity: calls, registrations, faults)|UTCTime=2020-11-19 00:55:58,099|` +
				`rule=Event=: a line of the event log`,
		},
		{
			`Jul 19 15:30:30 vcs tvcs: UTCTime="2011-07-19 15:30:30,616" Module="developer.iwf" Level="DEBUG": text password="S3CRET"`,
			`stamp=Jul 19 15:30:30|host=vcs|process=tvcs|UTCTime=2011-07-19 15:30:30,616|Module=developer.iwf|Level=DEBUG (severity)|password=***|` +
				`silent=Module developer.iwf tells how the work is done, not what came of it`,
		},
		{`2020-08-12T15:13:27.100-05:00 expc01 _c_mgmt:   File "./x.py", line 128, in f`, `stamp=2020-08-12T15:13:27.100-05:00|host=expc01|process=_c_mgmt|silent=text without pairs, as a line of a traceback`},
		{`prose`, `rule=a quotation without head: the words of the quotation; it is damaged: no record head`},
	} {
		r := schemas.Record{Text: []byte(test.text + "\n"), Line: 1}
		var got []string
		for _, a := range (expressway.Parser{}).Explain(nil, &r) {
			got = append(got, a.Name+"="+a.Value)
		}
		if g := strings.Join(got, "|"); g != test.want {
			t.Errorf("got\n%s\nwant\n%s", g, test.want)
		}
	}
}
