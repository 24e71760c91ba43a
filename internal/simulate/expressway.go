package simulate

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"time"
)

// host is an Expressway and its connection manager process.
type host struct {
	name string
	pid  int
}

var (
	edgeA = host{"expe-coluc", 12122} // edge of coluc.com
	edgeB = host{"expe-vngtp", 22992} // edge of vngtp.lab
	edgeC = host{"expe-third", 5164}  // edge of third.example
	coreA = host{"expc-coluc", 0}
)

func expresswayFile(h host) string { return "expressway/" + h.name + "/loggingsnapshot.txt" }

// stamp returns what every Expressway line begins with and its UTCTime field.
func stamp(at time.Time) (iso, utc string) {
	return at.UTC().Format("2006-01-02T15:04:05.000-07:00"), at.UTC().Format("2006-01-02 15:04:05") + at.UTC().Format(",000")
}

// xcp writes a line of the XMPP connection manager.
func (s *script) xcp(at time.Time, h host, level, location, detail string) {
	iso, utc := stamp(at)
	s.write(at, expresswayFile(h), fmt.Sprintf(`%s %s XCP_CM2[%d]: UTCTime="%s" ThreadID="139747212576512" Module="cm-2.expe" Level="%-5s" CodeLocation="%s" Detail="%s"`,
		iso, h.name, h.pid, utc, level, location, detail))
}

// management writes a line of the management process.
func (s *script) management(at time.Time, h host, rest string) {
	iso, utc := stamp(at)
	s.write(at, expresswayFile(h), fmt.Sprintf(`%s %s management: UTCTime="%s" %s`, iso, h.name, utc, rest))
}

// dialback is one attempt of sender to prove itself to target (XEP-0220).
type dialback struct {
	sender, target        string
	initiating, receiving host
	out, in, verify       string // xcoders: initiator's, receiver's, authoritative's
	connection            string // guid of the receiver's connection
}

func (d dialback) key() string {
	sum := sha1.Sum([]byte(d.sender + ">" + d.target + "#" + d.in))
	return hex.EncodeToString(sum[:])
}

// sendKey writes the initiating side: the key goes out, the timer starts.
func (s *script) sendKey(at time.Time, d dialback) {
	s.xcp(at, d.initiating, "INFO", "stanza.component.out", fmt.Sprintf("xcoder=%s sending:: <db:result from='%s' to='%s'>%s</db:result>", d.out, d.sender, d.target, d.key()))
	s.xcp(at.Add(time.Millisecond), d.initiating, "DEBUG", "stream.out", fmt.Sprintf("(00000000-0000-0000-0000-000000000000, %s:%s, OUT) xcoder=%s Scheduling dialback timeout in 30 secs.", d.sender, d.target, d.out))
}

// receiveKey writes the receiving side up to its DNS question.
func (s *script) receiveKey(at time.Time, d dialback) {
	s.xcp(at, d.receiving, "VBOSE", "stanza.component.in", fmt.Sprintf("xcoder=%s received:: <db:result from='%s' to='%s'>%s</db:result>", d.in, d.sender, d.target, d.key()))
	s.xcp(at.Add(time.Millisecond), d.receiving, "INFO", "Resolver.cpp:128", fmt.Sprintf("Starting resolver lookup for '%s:puny=%s:service=_xmpp-server._tcp:defport=0'", d.sender, d.sender))
}

// verifyKey writes the receiving side's question to the authoritative server
// and its answer.
func (s *script) verifyKey(at time.Time, d dialback, answer string) {
	pair := fmt.Sprintf("(%s, %s:%s, IN)", d.connection, d.target, d.sender)
	question := fmt.Sprintf("<db:verify from='%s' id='%s' to='%s'>%s</db:verify>", d.target, d.in, d.sender, d.key())
	s.xcp(at, d.receiving, "INFO", "debug", fmt.Sprintf("%s resolved dialback address for host=%s method=SRV dns-timings=(TOTAL:0.003157 SRV:0.002885)", pair, d.sender))
	s.xcp(at.Add(10*time.Millisecond), d.receiving, "INFO", "DBVerify.cpp:270", pair+" DBVerify stream is open. Sending db:verify packet: "+question)
	s.xcp(at.Add(20*time.Millisecond), d.initiating, "INFO", "debug", fmt.Sprintf("xcoder=%s onStreamOpen:: <stream:stream from='%s' id='1327B794B' to='%s' version='1.0' xmlns='jabber:server' xmlns:db='jabber:server:dialback'/>", d.verify, d.target, d.sender))
	s.xcp(at.Add(21*time.Millisecond), d.initiating, "VBOSE", "stanza.component.in", fmt.Sprintf("xcoder=%s received:: %s", d.verify, question))
	s.xcp(at.Add(40*time.Millisecond), d.receiving, "INFO", "DBVerify.cpp:282", fmt.Sprintf("%s DBVerify Packet Received <db:verify from='%s' id='%s' to='%s' type='%s'>%s</db:verify>", pair, d.sender, d.in, d.target, answer, d.key()))
	s.xcp(at.Add(41*time.Millisecond), d.initiating, "INFO", "stream.in", fmt.Sprintf("xcoder=%s closing stream used for dialback only", d.verify))
}

// endDialback writes the receiving side's verdict and how the initiator takes it.
func (s *script) endDialback(at time.Time, d dialback, verdict string) {
	result := fmt.Sprintf("<db:result from='%s' to='%s' type='%s'/>", d.target, d.sender, verdict)
	s.xcp(at, d.receiving, "INFO", "stanza.component.out", fmt.Sprintf("xcoder=%s sending:: %s", d.in, result))
	s.xcp(at.Add(5*time.Millisecond), d.initiating, "VBOSE", "stanza.component.in", fmt.Sprintf("xcoder=%s received:: %s", d.out, result))
	if verdict == "valid" {
		s.xcp(at.Add(6*time.Millisecond), d.initiating, "INFO", "ConnInfoHistory", fmt.Sprintf("Connection state change: PENDING->CONNECTED: (%s:%s, OUT)", d.sender, d.target))
	}
}

var federationScenarios = []Scenario{
	{"Dialback is accepted", "", func(s *script, t time.Time) {
		d := dialback{sender: "coluc.com", target: "vngtp.lab", initiating: edgeA, receiving: edgeB, out: "34A9B60C8", in: "05E295A2B", verify: "94A9B60C8", connection: "e5b18d01-fe24-4290-bba1-a57788a76468"}
		s.sendKey(t, d)
		s.receiveKey(t.Add(30*time.Millisecond), d)
		s.verifyKey(t.Add(40*time.Millisecond), d, "valid")
		s.endDialback(t.Add(100*time.Millisecond), d, "valid")
	}},
	{"Dialback secrets of the two sides differ", "xmpp.dialback-invalid", func(s *script, t time.Time) {
		d := dialback{sender: "third.example", target: "vngtp.lab", initiating: edgeC, receiving: edgeB, out: "71B0C60D1", in: "6A20F5B3C", verify: "81B0C60D1", connection: "0f5a9c27-33aa-4d0e-9b7e-2f1f6f2f9a11"}
		s.sendKey(t, d)
		s.receiveKey(t.Add(30*time.Millisecond), d)
		s.verifyKey(t.Add(40*time.Millisecond), d, "invalid")
		s.endDialback(t.Add(100*time.Millisecond), d, "invalid")
	}},
	{"Peer never answers the dialback", "xmpp.dialback-timeout", func(s *script, t time.Time) {
		s.sendKey(t, dialback{sender: "coluc.com", target: "silent.example", initiating: edgeA, out: "4C11A70E2", in: "none"})
	}},
	{"Sender's domain has no SRV record", "xmpp.dialback-srv", func(s *script, t time.Time) {
		s.receiveKey(t, dialback{sender: "nosrv.example", target: "vngtp.lab", receiving: edgeB, in: "7D38E1C40"})
	}},
}

var axlScenarios = []Scenario{
	{"Expressway-C has an old IM&P password", "xmpp.axl-401", func(s *script, t time.Time) {
		for range 3 {
			s.management(t, coreA, `Module="network.axl" Level="INFO" Action="Send" URL="https://imp1.coluc.com:8443/axl/" Function="executeSQLQuery"`)
			s.management(t.Add(80*time.Millisecond), coreA, `Module="network.axl" Level="INFO" Action="Receive" URL="https://imp1.coluc.com:8443/axl/" Function="executeSQLQuery" Status="401" Reason="None"`)
			t = t.Add(20 * time.Second)
		}
	}},
	{"Expressway-C tells IM&P about federation", "", func(s *script, t time.Time) {
		s.management(t, coreA, `Module="network.axl" Level="INFO" Action="Send" URL="https://imp2.coluc.com:8443/axl/" Function="executeSQLQuery"`)
		s.management(t.Add(60*time.Millisecond), coreA, `Module="network.axl" Level="INFO" Action="Receive" URL="https://imp2.coluc.com:8443/axl/" Function="executeSQLQuery" Status="200" Reason="OK"`)
	}},
}
