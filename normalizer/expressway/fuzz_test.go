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
		"XCP_",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, log []byte) { golden.Check(t, expressway.Parser{}, log) })
}
