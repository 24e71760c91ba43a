package expressway_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/expressway"
)

// FuzzParse checks that no text breaks the Parser; see golden.Check.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`2018-01-01T12:56:48.965-05:00 h tvcs: UTCTime="2018-01-01 17:56:48,965" Module="network.sip" Level="DEBUG":  Action="Sent" Dst-ip="1.2.3.4" Dst-port="5061"` + "\n SIPMSG:\n |SIP/2.0 403 Forbidden\n Call-ID: a@b\n CSeq: 1 INVITE\n Content-Length: 0\n \n |\n\n",
		`XCP_CM2[22992]:.. Level="INFO " CodeLocation="DBVerify.cpp:270" Detail="(e5b18d01-fe24-4290-bba1-a57788a76468, vngtp.lab:coluc.com, IN)` + "\nDBVerify stream is open. Sending db:verify packet: <db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com'>d780f198ac34a6dbd795fcdaf8762eaf52ea9b03</db:verify>”\n",
		`"Function="executeSQLQuery" Status="401" Reason="None"`,
		`"Detail="xconfiguration xcpConfiguration is_federation_enabled - changed from: 0 to: 1"`,
		`xwayc XCP_JABBERD[23843]: UTCTime="2014-03-25 17:19:45,843" Detail="x"xwayc XCP_JABBERD[23843]: UTCTime="2014-03-25 17:19:45,847" Detail="y"`,
		"<166> Jul  9 15:30:30 h tvcs: UTCTime=",
		"<163>1 2024-03-05T09:00:00.105Z h tvcs 2381 ID47 [meta sequenceId=\"1\"] tvcs: Event=\"Call Rejected\" Detail=\"a=\"b\" c\" Level=\"1\"",
		"2024-03-05T10:00:00Z h traffic_server[1]: UTCTime=\"2024-03-05 10:00:00,001\" Module=\"network.http.trafficserver\" Level=\"DEBUG\": Detail=\"Sending Response\" Txn-id=\"2\"\n HTTPMSG:\n |HTTP/1.1 403 Forbidden\n Set-Cookie: X-Auth=a; Domain=.b\n \n <userUdsServer/>\n |\n",
		"2024-03-05T10:00:00Z h tvcs: UTCTime=\"2024-03-05 10:00:00,001\" Module=\"network.h323\" Level=\"DEBUG\":\nSending H.245 PDU:\nvalue x ::= openLogicalChannelReject :\n{ cause dataTypeNotSupported }\n",
		"*c xConfiguration Zones Zone 6 Name: \"a\" *c xConfiguration b: c\n*s A: /\n  B:\n    C: \"d\"\n*s/end\n",
		"Module=\"network.ldap\" Level=\"INFO\": Detail=\"x\" Event=\"Authentication Failed\" Service=\"SIP\"",
		"Line 9: 2024-03-05T10:00:00Z h tvcs: UTCTime=\"2024-03-05 10:00:00,001\" Module=\"network.sip\" SIPMSG:#012 |INVITE sip:a@b SIP/2.0#012 Call-ID: a#012 CSeq: 1 INVITE#012",
		"XCP_",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, log []byte) { golden.Check(t, expressway.Parser{}, log) })
}
