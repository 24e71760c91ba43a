package jabber_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/jabber"
)

// FuzzParse checks that no text breaks the Parser; see golden.Check.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"2020-03-30 13:03:19,200 DEBUG [0x00000e2c] [a.c(1041)] [csf.sip-call-control] [platform_print_sip_msg] - sipio-recv<--- SIP/2.0 403 Forbidden\nCall-ID: a@b\nCSeq: 1 REGISTER\n[SIP][MSG] x\n",
		"sipio-sent—> REGISTER sip:pubcucm SIP/2.0\n\nCSeq: 102 REGISTER\n\nExpires: 0\n",
		"Sent:REGISTER sip:10.48.47.143 SIP/2.0 Cseq:154 REGISTER CallId:x",
		"[ [LoginMgr.dll]: login, cup, calc 1-time token(userid:user2@voiceinitiate.com, token:1252341)",
		"INFO\u00a0 [0x1] [a(1)] [b] [c] - *-----* HTTP response code 404 for request #12 to https://10.0.0.1:6972/CSFx.cnf.xml",
		"-- 2015-08-04 10:48:04.775 ERROR [ad95000] - [csf.cert.][checkIdentifiers] Verification of identity: 'x'  failed.",
		"@XmppSDK: #0, 62, Send:<auth mechanism='PLAIN'>AGEAYg==</auth>",
		"@XmppSDK: Recv:<iq type='error'><bind/><error code='409'><conflict/></error></iq>",
		"x 2017-04-19 16:30:35,913 INFO [0x000013b0] [a(1)] [b] [c] - y",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, log []byte) { golden.Check(t, jabber.Parser{}, log) })
}
