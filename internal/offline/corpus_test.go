package offline_test

import (
	"bufio"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// corpus writes size bytes of logs below dir, the same at every run: half of
// it SDL with the messages of calls, the rest SDI, Jabber and Expressway. Most
// records state nothing, as in life.
func corpus(b *testing.B, dir string, size int) {
	g := &generator{rng: rand.New(rand.NewSource(1)), now: time.Date(2026, 1, 5, 10, 15, 22, 0, time.UTC)}
	for _, log := range []struct {
		name  string
		share int // sixteenths
		write func()
	}{
		{"SDL001_100_000001.txt", 8, g.sdl},
		{"ccm00000001.txt", 3, g.sdi},
		{"csf-unified.log", 3, g.jabber},
		{"messages.log", 2, g.expressway},
	} {
		f, err := os.Create(filepath.Join(dir, log.name))
		if err != nil {
			b.Fatal(err)
		}
		g.out = bufio.NewWriter(f)
		for g.written = 0; g.written < size/16*log.share; {
			log.write()
		}
		if err := g.out.Flush(); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

type generator struct {
	rng     *rand.Rand
	now     time.Time
	n       int
	out     *bufio.Writer
	written int
}

// line writes one line, and lets up to two milliseconds pass.
func (g *generator) line(format string, args ...any) {
	n, _ := fmt.Fprintf(g.out, format+"\n", args...)
	g.written += n
	g.now = g.now.Add(time.Duration(g.rng.Intn(2000)) * time.Microsecond)
	g.n++
}

func (g *generator) dn() int { return 5000 + g.rng.Intn(4999) }

// sdl writes a call of four messages between signals.
func (g *generator) sdl() {
	call, from, to := g.n, g.dn(), g.dn()
	for i, step := range [...]struct{ start, cseq string }{
		{"INVITE", "101 INVITE"}, {"SIP/2.0 100 Trying", "101 INVITE"}, {"SIP/2.0 486 Busy here", "101 INVITE"}, {"ACK", "101 ACK"},
	} {
		clock := g.now.Format("15:04:05.000")
		for range 10 {
			if g.rng.Intn(3) == 0 {
				g.line("%08d.003 |%s |AppInfo  |LineCdpc(%d): -dispatchToAllDevices-, sigName=CcSetupReq, device=SEP%012X", g.n, clock, call, call)
				continue
			}
			g.line("%08d.000 |%s |SdlSig   |%-38s|%-30s|%-33s|%-33s|1,100,14,%d.%d^10.1.2.3^SEP%012X  |[R:N-H:0,N:1,L:0,V:0,Z:0,D:0]  CI=%d",
				g.n, clock, "CcAlertInd", "outgoing_call_proceeding2", fmt.Sprintf("Cdcc(1,100,%d,7)", call), "LineControl(1,100,40,3)", call, i, call, call)
		}
		message := message(step.start, step.cseq, call, from, to)
		if i == 0 || i == 3 {
			g.line("%08d.001 |%s |AppInfo  |SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 10.1.2.3 on port 5060 index 7 with %d bytes:\n[%d,NET]\n%s",
				g.n, clock, len(message), g.n, message)
			continue
		}
		g.line("%08d.002 |%s |AppInfo  |SIPTcp - wait_SdlSPISignal: Outgoing SIP TCP message to 10.1.2.3 on port 5060 index 7 \n[%d,NET]\n%s",
			g.n, clock, g.n, message)
	}
}

func message(start, cseq string, call, from, to int) string {
	var s strings.Builder
	if strings.HasPrefix(start, "SIP/") {
		fmt.Fprintf(&s, "%s\r\n", start)
	} else {
		fmt.Fprintf(&s, "%s sip:%d@10.1.1.10;user=phone SIP/2.0\r\n", start, to)
	}
	fmt.Fprintf(&s, "Via: SIP/2.0/TCP 10.1.2.3:5060;branch=z9hG4bK%08x\r\nFrom: \"User %d\" <sip:%d@10.1.1.10>;tag=%024x\r\n", call, from, from, call)
	fmt.Fprintf(&s, "To: <sip:%d@10.1.1.10>\r\nCall-ID: %08x-40ee0056-4ab181e1-1e4e1a3d@10.1.2.3\r\nMax-Forwards: 70\r\n", to, call)
	fmt.Fprintf(&s, "Session-ID: %032x;remote=00000000000000000000000000000000\r\nDate: Mon, 05 Jan 2026 10:15:22 GMT\r\nCSeq: %s\r\n", call+1, cseq)
	fmt.Fprintf(&s, "User-Agent: Cisco-CP8845/14.2.1\r\nContact: <sip:%d@10.1.2.3:5060;transport=tcp>;+u.sip!devicename.ccm.cisco.com=\"SEP%012X\"\r\n", from, call)
	s.WriteString("Allow: ACK,BYE,CANCEL,INVITE,NOTIFY,OPTIONS,REFER,REGISTER,UPDATE,SUBSCRIBE,INFO\r\n")
	body := ""
	if start == "INVITE" {
		body = "v=0\r\no=Cisco-SIPUA 1 0 IN IP4 10.1.2.3\r\ns=SIP Call\r\nt=0 0\r\nm=audio 16384 RTP/AVP 114 9 0 8 18 101\r\nc=IN IP4 10.1.2.3\r\n" +
			"a=rtpmap:114 opus/48000/2\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n"
		s.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(&s, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return s.String()
}

// sdi writes two lines of a lookup and silent ones.
func (g *generator) sdi() {
	number := g.dn()
	for _, text := range [...]string{
		fmt.Sprintf("DbMobility: getMatchedRemDest starts: cnumber = %d", number),
		fmt.Sprintf("DbMobility: can't find remdest %d in map", number),
		fmt.Sprintf("Digit analysis: match(pi=\"2\", fqcn=\"%d\", cn=\"%d\",plv=\"5\", pss=\"Internal:PSTN\", dd=\"%d\",dac=\"0\")", number, number, g.dn()),
		fmt.Sprintf("StationD:    (%07d) CallState callState=12 lineInstance=1 callReference=%d privacy=0 sccp_precedenceLv=4", g.n, g.n),
	} {
		g.line("%s CCM|%s|<CLID::StandAloneCluster><NID::10.0.0.1><CT::1,100,175,1.%d><IP::10.1.2.3><DEV::SEP%012X>",
			g.now.Format("01/02/2006 15:04:05.000"), text, g.n, number)
	}
}

// jabber writes records of six components, one of which states something.
func (g *generator) jabber() {
	c := [...][3]string{
		{`esets\adapters\imp\StackManager.cpp(118)`, "csf-unified.imp.stackManager] [IMPStackCap::StackManager::initialise", "stack capability state is 3 of"},
		{`rc\callcontrol\CallControlManager.cpp(77)`, "csf.ecc.api] [CSFUnified::CallControl::onCallEvent", "callEvent=CallStateChanged call state: eRingOut handle"},
		{`core\sipcc\core\sipstack\ccsip_messaging.c(412)`, "csf.sip-call-control] [sipSPISendInvite", "sent INVITE, waiting for the answer to"},
		{`src\http\CurlHttpUtils.cpp(1104)`, "csf.httpclient] [csf::http::executeImpl", "*-----* HTTP response code 200 for request #"},
		{`src\dns\DnsUtils.cpp(188)`, "csf.dns] [csf::dns::performQuery", "*-----* DNS query _cisco-uds._tcp.example.com has succeeded. id"},
		{`src\presence\Presence.cpp(61)`, "csf.person] [Presence::onChanged", "presence of a contact is now available, priority"},
	}[g.rng.Intn(6)]
	g.line("%s INFO  [0x%08x] [%s] [%s] - %s %d", g.now.Format("2006-01-02 15:04:05,000"), 0x3c8+g.rng.Intn(40)*4, c[0], c[1], c[2], g.n)
}

// expressway writes a dialback, a request of a browser, and a call attempt.
func (g *generator) expressway() {
	stamp, utc := g.now.Format("2006-01-02T15:04:05+00:00"), g.now.Format("2006-01-02 15:04:05,000")
	g.line(`%s expe XCP_CM2[12122]: UTCTime="%s" ThreadID="139800000000001" Module="xcp" Level="INFO " CodeLocation="stanza.component.out" Detail="xcoder=%012X sending:: <db:result from='a.com' to='b.com'>%040x</db:result>"`,
		stamp, utc, g.n, g.n)
	g.line(`%s expe traffic_server[7001]: UTCTime="%s" Module="network.http.trafficserver" Level="INFO": Detail="Receive Request" Txn-id="%d" TrackingID="%032x" Src-ip="10.1.2.3" Src-port="40000" Last-via-addr="" Msg="GET http://vcs_control.example.com:8443/%024x/get_edge_config HTTP/1.1"`,
		stamp, utc, g.n, g.n, g.n)
	g.line(`%s expe tvcs: Event="Call Attempted" Service="SIP" Src-ip="10.1.2.3" Src-port="40000" Src-alias-type="SIP" Src-alias="sip:%d@example.com" Dst-alias-type="SIP" Dst-alias="sip:%d@example.com" Tag="%036x" Protocol="TLS" Auth="NO" Level="1" UTCTime="%s"`,
		stamp, g.dn(), g.dn(), g.n, utc)
}
