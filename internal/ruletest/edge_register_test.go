package ruletest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/schemas"
)

// asks writes what a client asks the edge for, at Expressway-E and, by the same
// TrackingID, at Expressway-C.
func asks(e, c *box, ms int, id, client, path string) {
	ip, port, _ := strings.Cut(client, ":")
	request := func(b *box, ms int, src, port, via string) {
		proxy := box{host: b.host}
		proxy.line(ms, fmt.Sprintf("Module=\"network.http.trafficserver\" Level=\"INFO\": Detail=\"Receive Request\" Txn-id=\"%d\" TrackingID=%q Src-ip=%q Src-port=%q Last-via-addr=%q Msg=\"GET http://vcs_control.example.com:8443/%s HTTP/1.1\"",
			ms, id, src, port, via, path))
		b.WriteString(strings.Replace(proxy.String(), " tvcs: ", " traffic_server[2031]: ", 1))
	}
	request(e, ms, ip, port, "")
	request(c, ms+5, "127.0.0.1", "4000", "10.0.2.2")
}

// registers writes a REGISTER on its way from a phone over Expressway-E and
// Expressway-C, and the answer on its way back.
func registers(e, c *box, ms int, phone, dn, device, answer string) {
	const edge, core, cucm = "10.0.2.2:7001", "10.0.1.5:25017", "10.0.3.3:5061"
	message := func(b *box, ms int, action, peer, start string) {
		ip, port, _ := strings.Cut(peer, ":")
		side := map[string]string{"Received": "Src", "Sent": "Dst"}[action]
		b.line(ms, fmt.Sprintf("Module=\"network.sip\" Level=\"DEBUG\":  Action=%q Local-ip=\"10.0.2.2\" Local-port=\"5061\" %s-ip=%q %s-port=%q Msg-Hash=\"%d\"", action, side, ip, side, port, ms))
		contact := fmt.Sprintf("Contact: <sip:%s@%s;transport=tls>;+u.sip!devicename.ccm.cisco.com=%q", dn, phone, device)
		fmt.Fprintf(b, " SIPMSG:\n |%s\n Call-ID: %s@client\n CSeq: 101 REGISTER\n From: <sip:%s@example.com>;tag=1\n To: <sip:%s@example.com>\n %s\n Content-Length: 0\n \n |\n\n",
			start, device, dn, dn, contact)
	}
	const register = "REGISTER sip:cucm1.example.com SIP/2.0"
	message(e, ms, "Received", phone, register)
	message(e, ms+2, "Sent", core, register)
	message(c, ms+4, "Received", edge, register)
	message(c, ms+6, "Sent", cucm, register)
	message(c, ms+20, "Received", cucm, "SIP/2.0 "+answer)
	message(e, ms+24, "Sent", phone, "SIP/2.0 "+answer)
}

// TestRegistrationOverTheEdge: the REGISTER of a client is one session at both
// Expressways, and is related to what the client asked the edge for, by the
// device whose configuration it fetched. No line names an identifier of both, so
// they stay two sessions; clients behind one address stay apart.
func TestRegistrationOverTheEdge(t *testing.T) {
	const inside = "ZXhhbXBsZS5jb20vaHR0cC9jdWNtMS5leGFtcGxlLmNvbS82OTcw" // example.com/http/cucm1.example.com/6970
	const nat = "198.51.100.7"
	e, c := &box{host: "expe1"}, &box{host: "expc1"}
	for i, file := range []string{"CSFAMY.cnf.xml", "CSFBOB.cnf.xml", "XMLDefault.cnf.xml", "jabber-config.xml"} {
		client := fmt.Sprintf("%s:5000%d", nat, i)
		asks(e, c, 1000*i, fmt.Sprintf("id-%d-0", i), client, "ZXhhbXBsZS5jb20/get_edge_config")
		asks(e, c, 1000*i+500, fmt.Sprintf("id-%d-1", i), client, inside+"/"+file)
	}
	registers(e, c, 5000, nat+":47177", "1001", "CSFAMY", "200 OK")
	registers(e, c, 6000, nat+":47178", "1002", "CSFBOB", "403 Forbidden")
	registers(e, c, 7000, nat+":47179", "1003", "CSFEVE", "200 OK")
	registers(e, c, 8000, nat+":47180", "1004", "XMLDefault", "200 OK") // nobody's configuration
	r := logsIn(t, map[string]string{
		"expe1.txt": e.String(),
		"expc1.txt": c.String(),
	})

	named := map[schemas.ID]string{}
	var got []string
	for _, s := range r.Sessions {
		if !slices.Equal(s.Nodes, []string{"expc1", "expe1"}) {
			t.Errorf("%s of %q: %s", s.Kind, s.Nodes, s.Summary)
		}
		device := "no device"
		for _, k := range s.Keys {
			if k.Type == schemas.KeyDevice {
				device = k.Value
			}
		}
		named[s.ID] = fmt.Sprintf("%s %s", s.Kind, device)
		got = append(got, fmt.Sprintf("%s %s %d events", named[s.ID], s.Outcome, s.EventCount))
	}
	slices.Sort(got)
	want := []string{
		"mra CSFAMY open 4 events", "mra CSFBOB open 4 events", "mra no device open 4 events", "mra no device open 4 events",
		"registration CSFAMY ok 6 events", "registration CSFBOB failed 6 events", "registration CSFEVE ok 6 events", "registration XMLDefault ok 6 events",
	}
	if !slices.Equal(got, want) {
		t.Errorf("sessions\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	got = nil
	for _, x := range correlator.Relate(r.Sessions) {
		got = append(got, fmt.Sprintf("%s – %s by %s %s, %s", named[x.A], named[x.B], x.By, x.Value, x.Confidence))
	}
	slices.Sort(got)
	want = []string{"mra CSFAMY – registration CSFAMY by device csfamy, high", "mra CSFBOB – registration CSFBOB by device csfbob, high"}
	if !slices.Equal(got, want) {
		t.Errorf("relations %q, want %q", got, want)
	}
}
