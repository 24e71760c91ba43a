package jabber_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/jabber"
	"github.com/uctrace/uctrace/schemas"
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
		"-- 2015-08-04 10:48:04.775 INFO [a] - [b][c] d -- 2015-08-04 10:48:05.775 INFO [a] - [b][c] finalResult: FAILURE",
		"0611 DEB Dec 21 14:33:00.127717 JAVA-sipio-sent---> INVITE sip:2211@10.1.2.10 SIP/2.0^M\n        Date: Wed, 21 Dec 2016 14:33:00 GMT^M\n        CSeq: 1 INVITE^M\n        ^M\n",
		"1 ERR Jan  1 00:00:03.1 (1:2) x: socket connect failed cpr_errno: 1 ipaddr: 10.1.2.11, port: 5060",
		"INFO [0x1] [a(1)] [b] [c] - Device Config: <device>\n<callManager><name>10.1.2.10</name>\n</callManager><sipPort>5060</sipPort>",
		"INFO [0x1] [a(1)] [b] [c] - <serviceConfig>\n<name>_cisco-uds</name><error>NameError</error>",
		"INFO [0x1] [a(1)] [b] [c] - Transformed Urls:https://e:8443/ZXhhbXBsZS5jb20/x https://f:8443/",
		"INFO [0x1] [a(1)] [b] [c] - SSL alert read:fatal:x type=eSIP, server=h:5061, type=eSIP, server=i, failureReason=eX",
		"INFO [0x1] [a(1)] [b] [c] - Configuring request #20 GET PII_CED_Exception[https://u:p@h:8443/cucm-uds/user/jdoe [...]]",
		"[2025-12-10 17:30:33,696] message",
		"INFO [0x1] [a(1)] [b] [c] - SIP_REG_STATE_IDLE ---> SIP_REG_STATE_REGISTERED",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		golden.Check(t, jabber.Parser{}, log)
		jabber.Parser{}.Zone(log)
		jabber.Parser{}.Explain(nil, &schemas.Record{Text: log})
	})
}
