package xmppclient_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/xmppclient"
)

// FuzzParse checks that no text breaks the Parser; see golden.Check.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"(16:54:30) jabber: Recv (ssl)(77): <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>\n",
		"(16:54:30) jabber: Sending (ssl) (a@b.c/d): <auth mechanism='PLAIN'>AGEAYg==</auth>\n(16:54:31) sasl: No worthy mechs found",
		"(2019-05-06 10:11:12 AM) dnssrv: querying SRV record for a.b: _xmpp-client._tcp.a.b\n(00:00:00) dnssrv: found 0 SRV entries",
		"(16:54:29) nss: subject=CN=a issuer=CN=b\n(16:54:29) certificate: Failed to verify certificate for a\n",
		"(16:54:29) proxy: Error connecting to a:5222 (Connection refused).",
		"Pidgin Debug Log : 8/6/2013 6:23:55 PM\n(18:23:17) account: Connecting to account [x]a@b[/x]/.",
		"<!-- Out Wed Mar  5 10:11:12 2014 (a@b) -->\n<iq type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@b/c</jid></bind></iq>",
		"10:06:50 AM RCV  (17384): <stream:stream from='a' id='b'><stream:features><mechanisms><mechanism>PLAIN</mechanism></mechanisms></stream:features>",
		"07-15 12:23:34.123 D/SMACK   (1234): SENT (0): <a/>",
		"DEBUG: socket       got   <stream:error><conflict/></stream:error>",
		"06/09/2019 22:03:33: conn: DBG: SENT: <body xmlns='http://jabber.org/protocol/httpbind'><auth mechanism='PLAIN'>x</auth></body>",
		"2016-05-24 15:51:32,762 [33] INFO XMPP - X: Log Event:SEND: <auth mechanism=\"PLAIN\">x</auth>",
		"17:58:36: (Libpurple: jabber) Sending (a@b): <starttls/>",
		"(16:54:30) jabber: Recv (ssl)(77): \u201c\xff<failure xmlns=\u2018x\u2019>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, log []byte) { golden.Check(t, xmppclient.Parser{}, log) })
}
