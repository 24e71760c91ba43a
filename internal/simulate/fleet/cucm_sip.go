package fleet

import (
	"fmt"
	"net/netip"
	"time"
)

// leg is a SIP dialog between a CUCM server and a phone, a trunk's peer or an
// Expressway.
type leg struct {
	node      *node
	trunk     bool
	device    string // phone or trunk, "" when CUCM knows none
	ip        string
	port      int
	transport string // TCP, UDP, TLS
	callID    string
	ci        int
	// ours is true when CUCM sent the first request.
	ours bool
	// own and their are the numbers on CUCM's side and on the peer's.
	own, their string
	ownTag     string // ccb~cluster-CI, what CUCM puts into its tags
	theirTag   string
	// half are the RFC 7989 Session-ID halves: of the peer, of the far end.
	half, far string
	agent     string
	cseq      int
	tag       string // correlation tag of the last read
	logged    bool   // the messages have rows in the call logs
	extra     []string
}

// index is the number of the connection in CUCM's texts about SIP.
func (l *leg) index() int { return l.node.connection(fmt.Sprintf("%s:%d", l.ip, l.port)) - 40000 }

// nilHalf stands for a half of a Session-ID that is not known yet.
const nilHalf = "00000000000000000000000000000000"

// phoneHalf is the half of the Session-ID that a Cisco phone makes: its last
// digits are the phone's MAC address.
func (s *story) phoneHalf(mac string) string { return s.hex(8) + "00105000a000" + lower(mac) }

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 32
		}
	}
	return string(b)
}

// newCallID is one that CUCM makes: its last group is the node's address, the
// bytes in reverse.
func (s *story) newCallID(n *node) string {
	ip := netip.MustParseAddr(n.ip).As4()
	little := uint32(ip[3])<<24 | uint32(ip[2])<<16 | uint32(ip[1])<<8 | uint32(ip[0])
	return fmt.Sprintf("%s-%s-%x-%x@%s", s.hex(6)+"00", s.hex(8), s.w.next(), little, n.ip)
}

// phoneCallID is one that a Cisco phone or Jabber makes.
func (s *story) phoneCallID(mac, ip string) string {
	m := lower(mac)
	return fmt.Sprintf("%s-%s%s-%s-%s@%s", m[:8], m[8:], s.hex(4), s.hex(8), s.hex(8), ip)
}

// message builds a message of the leg. sent is true when CUCM sends it.
func (s *story) message(l *leg, sent bool, start, method, body string) sipMessage {
	request := len(start) < 8 || start[:8] != "SIP/2.0 "
	ownURI, theirURI := fmt.Sprintf("<sip:%s@%s>", l.own, l.node.ip), fmt.Sprintf("<sip:%s@%s>", l.their, l.ip)
	if !l.trunk {
		theirURI = fmt.Sprintf("<sip:%s@%s>", l.their, l.node.ip)
	}
	first := method == "INVITE" && request && l.cseq <= 101
	early := start == "SIP/2.0 100 Trying"
	from, to := theirURI+";tag="+l.theirTag, ownURI
	if l.ours {
		from, to = ownURI+";tag="+l.ownTag, theirURI
		if l.theirTag != "" && !first && !early {
			to += ";tag=" + l.theirTag
		}
	} else if !first && !early {
		to += ";tag=" + l.ownTag
	}
	if !first && request && (sent != l.ours) { // a request of the side that was called
		from, to = to, from
	}
	via := fmt.Sprintf("%s:%d", l.ip, l.port)
	if sent == request {
		via = l.node.ip + ":5060"
	}
	h := []string{
		"Via: SIP/2.0/" + l.transport + " " + via + ";branch=z9hG4bK" + s.hex(8),
		"From: " + from, "To: " + to,
		"Date: " + s.clockOf(l, sent).UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"),
		"Call-ID: " + l.callID,
		fmt.Sprintf("CSeq: %d %s", l.cseq, method),
	}
	if request {
		h = append(h, "Max-Forwards: 70")
	}
	if l.half != "" {
		local, remote := l.half, l.far
		if sent {
			local, remote = l.far, l.half
		}
		if local == "" {
			local = nilHalf
		}
		if remote == "" {
			remote = nilHalf
		}
		h = append(h, "Session-ID: "+local+";remote="+remote)
	}
	agent, contact := l.agent, fmt.Sprintf("Contact: <sip:%s@%s:%d;transport=%s>", l.their, l.ip, l.port, lower(l.transport))
	if sent {
		agent, contact = "Cisco-CUCM12.5", fmt.Sprintf("Contact: <sip:%s@%s:5060;transport=%s>", l.own, l.node.ip, lower(l.transport))
	}
	if !l.trunk && l.device != "" {
		contact += `;+u.sip!devicename.ccm.cisco.com="` + l.device + `"`
	}
	name := "Server: "
	if request {
		name = "User-Agent: "
	}
	h = append(h, name+agent, "Allow-Events: presence", contact)
	h = append(h, l.extra...)
	m := sipMessage{start: start, headers: h}
	if body != "" {
		m.typ, m.body = "application/sdp", body
	}
	return m
}

// clockOf is what the sender's clock reads: phones take CUCM's.
func (s *story) clockOf(l *leg, _ bool) time.Time { return s.t.Add(l.node.skew) }

// receive writes m as the node reads it, and what it does to the calllogs.
func (s *story) receive(l *leg, m sipMessage) {
	l.tag = l.node.inbound(l.ip, l.port)
	text := m.String()
	n := l.node
	net := s.w.ticket(n.net)
	conn := fmt.Sprintf("SdlTCPConnection(%d,100,14,%d)", n.id, n.connection(fmt.Sprintf("%s:%d", l.ip, l.port)))
	announce := fmt.Sprintf("SIPTcp - wait_SdlReadRsp: Incoming SIP %s message from %s on port %d index %d with %d bytes:", l.transport, l.ip, l.port, l.index(), len(text))
	a := s.signal(n, l.tag, "SdlReadRsp", "wait", fmt.Sprintf("SIPTcp(%d,100,71,1)", n.id), conn, "*TraceFlagOverrode")
	if l.transport == "UDP" {
		announce = fmt.Sprintf("//SIP/SIPUdp/wait_SdlDataInd: Incoming SIP UDP message size %d from %s:[%d]:", len(text), l.ip, l.port)
	} else {
		a.info(fmt.Sprintf("SIPTcp - SdlRead bufferLen=%d", len(text)))
	}
	a.info(announce + "\n[" + net + ",NET]\n" + text + "\n")
	s.row(l, "IN", net, l.tag, m)
}

// send writes m as the node sends it because of what the tag read.
func (s *story) send(l *leg, tag string, m sipMessage) {
	n := l.node
	net := s.w.ticket(n.net)
	announce := fmt.Sprintf("SIPTcp - wait_SdlSPISignal: Outgoing SIP %s message to %s on port %d index %d ", l.transport, l.ip, l.port, l.index())
	if l.transport == "UDP" {
		announce = fmt.Sprintf("//SIP/SIPUdp/wait_SdlSPISignal: Outgoing SIP UDP message to %s:[%d]:", l.ip, l.port)
	}
	s.signal(n, tag, "SIPSPISignal", "wait", fmt.Sprintf("SIPTcp(%d,100,71,1)", n.id), fmt.Sprintf("SIPHandler(%d,100,79,1)", n.id), "*TraceFlagOverrode").
		info(announce + "\n[" + net + ",NET]\n" + m.String() + "\n")
	s.row(l, "OUT", net, tag, m)
}
