package expressway_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/expressway"
	"github.com/uctrace/uctrace/schemas"
)

const at = `2024-03-05T10:00:00.100Z expc1 `

// TestHealthy reads what sounds like a failure and is none.
func TestHealthy(t *testing.T) {
	for _, line := range []string{
		`tvcs: UTCTime="2024-03-05 10:00:00,100" Module="network.ldap" Level="INFO": Detail="Authentication credential found in directory for identity: traversal"`,
		`tvcs: UTCTime="2024-03-05 10:00:00,100" Module="network.search" Level="DEBUG": Detail="Search rule 'B2B' did not match destination alias 'failed@example.com'"`,
		`tvcs: UTCTime="2024-03-05 10:00:00,100" Module="network.search" Level="DEBUG": Detail="Search rule 'ISDN' ignored due to source filtering"`,
		`tvcs: UTCTime="2024-03-05 10:00:00,100" Module="network.cpl" Level="DEBUG": Remote-ip="10.0.0.6" Remote-port="7003" Detail="CPL: <proxy stop-on-busy="no" timeout="0"/> "`,
		`tvcs: UTCTime="2024-03-05 10:00:00,100" Module="network.tcp" Level="DEBUG":  Src-ip="10.0.0.6" Src-port="25010" Dst-ip="10.0.0.7" Dst-port="7003" Detail="TCP Connection Closed" Reason="Got EOF on socket"`,
		`tvcs: UTCTime="2024-03-05 10:00:00,100" Module="network.dns" Level="DEBUG":  Detail="Could not resolve hostname" Name="example.com" Type="NAPTR (IPv4 and IPv6)"`,
		`tvcs: UTCTime="2024-03-05 10:00:00,100" Module="network.mediarouting" Level="DEBUG":  Action="Received" Detail="Route: Creating: Packets Rxd on 10.0.0.5:36072 (socket 0x1) from UNDEFINED Txd on 10.0.0.5:36000  (socket 0x2)  to 10.0.0.102:48446"`,
		`tvcs: UTCTime="2024-03-05 10:00:00,100" Module="developer.ssl" Level="INFO" CodeLocation="x(1974)" Method="::ttssl_continueHandshake" Thread="0x1":  Detail="Handshake in progress" Reason="want read/write"`,
		`tvcs: UTCTime="2024-03-05 10:00:00,100" Module="developer.mediasessionmgr" Level="DEBUG" CodeLocation="x(1)" Method="m" Thread="0x1":  address="['UNDEF''UNDEF''Error As String']" failed="false"`,
		`tvcs: Event="Search Completed" Reason="Not Found" Service="SIP" Detail="found:false, searchtype:OPTIONS, Info:Policy Response" Level="1" UTCTime="2024-03-05 10:00:00,100"`,
		`replication: UTCTime="2024-03-05 10:00:00,100" Module="developer.replication" Level="INFO" CodeLocation="x(336)" Detail="Synchronisation completed successfully"`,
		`UTCTime="2024-03-05 10:00:00,100" Module="developer.clusterdb.peernameresolver" Level="INFO" Node="clusterdb@a" PID="<0.145.0>" Detail="Triggering forced peer update of peers which failed DNS and queueing next run"`,
		`management: UTCTime="2024-03-05 10:00:00,100" Module="network.axl" Level="INFO" Action="Receive" URL="https://imp1.example.com:8443/axl/" Function="executeSQLQuery" Status="200" Reason="OK"`,
		`XCP_CM2[5164]: UTCTime="2024-03-05 10:00:00,100" ThreadID="1" Module="cm-2" Level="INFO " CodeLocation="stream.in" Detail="xcoder=94A9B60C8 closing stream used for dialback only"`,
		`traffic_server[9]: [ET_NET 3] WARNING: SNI (a.example.com) not in certificate. Action=Continue server=b.example.com(10.0.0.5)`,
		`_c_mgmt: raise RuntimeError("Failed to authenticate user against server")`,
		`sshd: session opened for user root`,
	} {
		for _, e := range parse(golden.Batch(expressway.Parser{}, []byte(at+line), golden.Options{})) {
			switch {
			case e.Kind == schemas.KindAlarmRaised, e.Kind == schemas.KindUnparsed,
				e.Attr("outcome") == "fail", e.Attr("state") == "failed", e.Attr("state") == "rejected":
				t.Errorf("%s", golden.Line(&e))
			}
		}
	}
}

// TestOneFactByEveryWay reads one record as it stands in an archive and as
// relays send it: what it says, when and where, is the same.
func TestOneFactByEveryWay(t *testing.T) {
	for _, rest := range []string{
		`Event="Call Rejected" Service="SIP" Src-ip="10.0.2.6" Src-port="7003" Call-serial-number="5d0f1c2e-7a31-4b6d-9e10-0c4a5b6d7e81" Tag="91b7d0aa-2c4e-4f58-8a63-1e2f3a4b5c6d" Detail="Not Found" Response-code="404" Level="1" UTCTime="2024-03-05 10:00:00,103"`,
		`UTCTime="2024-03-05 10:00:00,103" Module="network.sip" Level="INFO":  Action="Received" Local-ip="10.0.0.5" Local-port="5061" Src-ip="10.0.0.9" Src-port="50209" Detail="Receive Request Method=REGISTER, CSeq=1176, To=sip:7022@example.com, Call-ID=00eb@10.0.0.9, From-Tag=0, To-Tag=, Msg-Hash=1002003004005006007"`,
		`UTCTime="2024-03-05 10:00:00,103" Module="network.tcp" Level="ERROR":  Src-ip="10.0.0.2" Src-port="25010" Dst-ip="192.0.2.64" Dst-port="5061" Detail="TCP Connection Failed"`,
	} {
		var want string
		for i, head := range []string{
			`2024-03-05T05:00:00.111-05:00 expc1 tvcs: `, `2024-03-05T10:00:00Z expc1 tvcs: tvcs: `, `<166> 2024-03-05T10:00:00Z expc1 tvcs: tvcs: `,
			`<166>1 2024-03-05T10:00:00.109Z expc1 tvcs 2381 - - `, `Mar  5 10:00:00 expc1 tvcs: `, `<166>Mar  5 10:00:00 expc1 tvcs: tvcs: `, `2024-03-05T10:00:00+00:00 expc1 tvcs `,
		} {
			events := parse(golden.Batch(expressway.Parser{}, []byte(head+rest+"\n"), golden.Options{}))
			if len(events) != 1 {
				t.Fatalf("%s: %d events", head, len(events))
			}
			e := events[0]
			e.Text = ""
			got := golden.Line(&e) + fmt.Sprint(e.Node)
			if i == 0 {
				want = got
			} else if got != want {
				t.Errorf("%s: got\n%s\nwant\n%s", head, got, want)
			}
		}
	}
}

// TestSecretsOfValues wants no secret in what an event or an explanation says.
func TestSecretsOfValues(t *testing.T) {
	for _, line := range []string{
		`tvcs: Event="Authentication Failed" Detail="password=S3CRET" Authorization="Digest nonce="S3CRET", response="S3CRET"" Level="1"`,
		`traffic_server[1]: UTCTime="2024-03-05 10:00:00,100" Module="network.http.trafficserver" Level="INFO": Detail="Receive Request" Txn-id="2" Msg="GET https://amy:S3CRET@e.example.com/authorize?x=1&code=S3CRET HTTP/1.1"`,
		`httpd[1]: web: Event="System Configuration Changed" Detail="configuration/authentication/password - changed from: 'S3CRET' to: 'S3CRET'" User="admin" Level="1"`,
		`XCP_CM[1]: UTCTime="2024-03-05 10:00:00,100" Level="VBOSE" CodeLocation="stanza.component.in" Detail="received:: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>S3CRET</success>"`,
		`tvcs: Event="User Login" token="S3CRET" Level="1"`,
	} {
		for _, e := range parse(golden.Batch(expressway.Parser{}, []byte(at+line), golden.Options{})) {
			if out := golden.Line(&e); strings.Contains(out, "S3CRET") {
				t.Errorf("%s", out)
			}
		}
	}
}
