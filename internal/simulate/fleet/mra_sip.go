package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// path is the way of SIP messages between a client outside and CUCM: the same
// Call-ID all along.
type edgePath struct {
	o       *outside
	session []int // of the messages at the Expressways and in CUCM
	both    []int // of the messages in the client's log
	tag     string
	serialE string
	serialC string
}

func (o *outside) way(session int) *edgePath {
	s := o.s
	p := &edgePath{o: o, session: []int{session}, both: []int{session, o.session}, tag: s.uuid(), serialE: s.uuid(), serialC: s.uuid()}
	return p
}

// in carries a request of the client to CUCM.
func (p *edgePath) in(l *leg, m sipMessage) {
	s, e, c := p.o.s, p.o.u.site.edge, p.o.u.site.core
	s.with(p.both, func() { p.o.say(atSipMessage, "sipio-sent---> "+lines(m)) })
	s.with(p.session, func() {
		s.sip(e, true, address{e.ip, 5061}, p.o.peer, m)
		s.sip(e, false, address{e.ip, 7001}, address{c.ip, 25017}, p.via(m, e, p.serialE))
		s.sip(c, true, address{c.ip, 25017}, address{e.ip, 7001}, p.via(m, e, p.serialE))
		n := p.via(p.via(m, e, p.serialE), c, p.serialC)
		s.sip(c, false, address{c.ip, 25033}, address{l.node.ip, 5061}, n)
		s.receive(l, n)
	})
}

// out carries a response of CUCM to the client.
func (p *edgePath) out(l *leg, m sipMessage) {
	s, e, c := p.o.s, p.o.u.site.edge, p.o.u.site.core
	s.with(p.session, func() {
		n := p.via(p.via(m, e, p.serialE), c, p.serialC)
		s.send(l, l.tag, n)
		s.tick()
		s.sip(c, true, address{c.ip, 25033}, address{l.node.ip, 5061}, n)
		s.sip(c, false, address{c.ip, 25017}, address{e.ip, 7001}, p.via(m, e, p.serialE))
		s.sip(e, true, address{e.ip, 7001}, address{c.ip, 25017}, p.via(m, e, p.serialE))
		s.sip(e, false, address{e.ip, 5061}, p.o.peer, m)
	})
	s.pause(8*time.Millisecond, 50*time.Millisecond)
	s.with(p.both, func() { p.o.say(atSipMessage, "sipio-recv<--- "+lines(m)) })
}

// via is m behind one more proxy.
func (p *edgePath) via(m sipMessage, x *expressway, serial string) sipMessage {
	h := []string{fmt.Sprintf("Via: SIP/2.0/TLS %s:7001;egress-zone=UCTraversal;branch=z9hG4bK%s;proxy-call-id=%s;rport", x.ip, p.o.s.hex(24), serial), "X-TAATag: " + p.tag}
	m.headers = append(h, m.headers...)
	return m
}

// register registers the softphone over the Expressways.
func (o *outside) register(start string, headers ...string) *registered {
	s := o.s
	r := o.registration()
	l := r.leg
	l.ip, l.port, l.transport = o.u.site.core.ip, 25033, "TCP"
	p := o.way(r.session)
	p.in(l, s.ask(l))
	s.tick()
	p.out(l, s.reply(l, start, headers...))
	l.cseq++
	s.in(o.session)
	return r
}

// call calls somebody inside; it is one call on all hosts.
func (o *outside) call(to *user) {
	s := o.s
	l := s.phoneLeg(o.u, to.dn)
	l.device, l.agent, l.ip, l.port = o.u.csf(), "Cisco-CSF/14.3.0", o.u.site.core.ip, 25033
	c := &call{s: s, node: l.node, session: s.begin(schemas.SessionCall), a: l, caller: o.u.dn, called: to.dn, deviceA: l.device}
	c.newIDs()
	l.ci, l.ownTag = c.ciA, s.ownTag(l.node, c.ciA)
	c.key(l)
	p := o.way(c.session)
	s.key(c.session, schemas.KeyTag, p.tag)
	s.key(c.session, schemas.KeyCallSerial, p.serialE)
	s.key(c.session, schemas.KeyCallSerial, p.serialC)
	invite := s.message(l, false, fmt.Sprintf("INVITE sip:%s@%s SIP/2.0", to.dn, l.node.ip), "INVITE", sdp(o.u.ip, 24000, "0"))
	p.in(l, invite)
	for _, x := range []struct {
		host   *expressway
		serial string
	}{{o.u.site.edge, p.serialE}, {o.u.site.core, p.serialC}} {
		s.in(c.session)
		s.event(x.host, "Call Attempted", fmt.Sprintf(`Service="SIP" Src-ip="%s" Src-port="%d" Src-alias-type="SIP" Src-alias="sip:%s@%s" Dst-alias-type="SIP" Dst-alias="sip:%s@%s" Call-serial-number="%s" Tag="%s" Protocol="TLS" Auth="YES"`,
			o.peer.ip, o.peer.port, o.u.dn, l.node.ip, to.dn, l.node.ip, x.serial, p.tag))
	}
	c.tag = l.tag
	p.out(l, s.message(l, true, "SIP/2.0 100 Trying", "INVITE", ""))
	c.analyze()
	b := c.offer(c.bLeg(to))
	s.pause(80*time.Millisecond, 300*time.Millisecond)
	s.receive(b, s.message(b, false, "SIP/2.0 180 Ringing", "INVITE", ""))
	l.far = b.half
	p.out(l, s.message(l, true, "SIP/2.0 180 Ringing", "INVITE", ""))
	s.pause(time.Second, 5*time.Second)
	s.in(c.session)
	s.receive(b, s.message(b, false, "SIP/2.0 200 OK", "INVITE", sdp(b.ip, 20000, "0")))
	s.send(b, b.tag, s.message(b, true, fmt.Sprintf("ACK sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "ACK", ""))
	p.out(l, s.message(l, true, "SIP/2.0 200 OK", "INVITE", sdp(b.ip, 20000, "0")))
	p.in(l, s.message(l, false, fmt.Sprintf("ACK sip:%s@%s SIP/2.0", to.dn, l.node.ip), "ACK", ""))
	c.talk()
	s.in(c.session)
	l.cseq, b.cseq = 102, 102
	p.in(l, s.message(l, false, fmt.Sprintf("BYE sip:%s@%s SIP/2.0", to.dn, l.node.ip), "BYE", ""))
	s.in(c.session)
	s.send(b, l.tag, s.message(b, true, fmt.Sprintf("BYE sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "BYE", ""))
	p.out(l, s.message(l, true, "SIP/2.0 200 OK", "BYE", ""))
	s.in(c.session)
	s.receive(b, s.answerTo(b, false, "SIP/2.0 200 OK", "BYE"))
	c.release(16)
}
