package imp_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/imp"
)

// FuzzParse checks that no text breaks the Parser; see golden.Check.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"16:12:44.634 |046f1b70| debug| DiscoGear.cpp:240 Handling: <iq from='p@conference-3-x.y' to='a@b/c' type='error'><error code='404'><item-not-found/></error></iq>\n",
		"12:29:24.762 |debug ConnectionPool.cpp:166 xcoder=34A9B60C8 sending:: <db:result from='a.b' to='c.d'>d780f198ac34a6dbd795fcdaf8762eaf52ea9b03</db:result>",
		"12:29:24.762 |info debug (e5b18d01-fe24-4290-bba1-a57788a76468, a.b:c.d, IN) DBVerify Packet Received <db:verify from='c.d' id='05E295A2B' to='a.b' type='valid'/>",
		"12:29:24.762 |debug x.y (a.b:c.d, OUT) Scheduling dialback timeout in 30 secs.\n12:29:25.0 |debug x.y Connection state change: A->FAILED",
		"22:26:18.719 |[Mon Mar 07 22:26:18 2011] PID(1) a.c(2) Received 5 bytes TCP packet from 1.2.3.4:5SUBSCRIBE sip:a@b SIP/2.0^M\nCall-ID: x^M \nCSeq: 1 SUBSCRIBE^M\n",
		"2:26:18.719 |PID(1) a.c(2) \"A\" Query for a.b successful, Got 1",
		"21:48:44.277 |SIPGWDir.cpp:463: [FROM XMPP] <presence from='a@b' type='error'><error><remote-server-timeout/></error></presence>",
		"Line 7: 16:12:44.634 |046f1b70| info| Unable to connect to host 'a', port 7400 :(111) Connection refused",
		"16:12:44.634 |046f1b70| info| caught exception: reverse DNS lookup failed for address=1\n16:12:44.634 |046f1b70| info| Certificate verification failed for host=a, additional info: b",
		"16:12:44.634 |046f1b70| info| %UC_Xcp-3-XcpCmPauseSockets : x\n16:12:44.634 |046f1b70| info| Authentication failed for user=a",
		"2021-03-04T16:12:44.634Z h client-cm-1[9]: Level=\"x\" CodeLocation=\"y\" Detail=\"xcoder=1 received:: <auth mechanism='PLAIN'>x</auth>\"",
		"=== Mon Mar  7 22:26:18 2011 ===\n16:12:44.634 |x &lt;stream:error&gt;&lt;conflict/&gt; \u201c\xff",
		"16:12:44.634 |046f1b70| info| <route type='auth'><iq type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@b/c</jid></bind></iq></route>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, log []byte) { golden.Check(t, imp.Parser{}, log) })
}
