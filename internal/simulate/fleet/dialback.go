package fleet

import (
	"fmt"

	"github.com/uctrace/uctrace/schemas"
)

// dialback is one attempt of sender to prove itself to target (XEP-0220): the
// initiating server sends a key, the receiving one asks the authoritative one.
type dialback struct {
	s              *story
	session        int
	sender, target string
	// from and to are the servers; nil is one whose log nobody has.
	from, to        *expressway
	key             string
	out, in, verify string // stream ids: initiator's, receiver's, authority's
	connection      string
	// others are dialbacks that wait for the same addresses: the line that
	// begins a lookup names nothing but the domain.
	others []int
}

// dialback begins an attempt.
func (s *story) dialback(sender, target string, from, to *expressway) *dialback {
	d := &dialback{
		s: s, session: s.begin(schemas.SessionFederation), sender: sender, target: target, from: from, to: to,
		key: s.hex(40), out: upper(s.hex(9)), in: upper(s.hex(9)), verify: upper(s.hex(9)), connection: s.uuid(),
	}
	s.key(d.session, schemas.KeyDialbackKey, d.key)
	s.key(d.session, schemas.KeyDialbackPair, sender+">"+target)
	return d
}

// send writes the initiating side: the target is looked up, the key goes out
// and the timer starts.
func (d *dialback) send() {
	if d.from == nil {
		return
	}
	d.lookUp(d.from, d.target)
	d.s.xcp(d.from, "INFO", "stanza.component.out", fmt.Sprintf("xcoder=%s sending:: <db:result from='%s' to='%s'>%s</db:result>", d.out, d.sender, d.target, d.key))
	d.s.xcp(d.from, "DEBUG", "stream.out", fmt.Sprintf("(00000000-0000-0000-0000-000000000000, %s:%s, OUT) xcoder=%s Scheduling dialback timeout in 30 secs.", d.sender, d.target, d.out))
}

// receive writes the receiving side up to its DNS question.
func (d *dialback) receive() {
	if d.to == nil {
		return
	}
	d.s.xcp(d.to, "VBOSE", "stanza.component.in", fmt.Sprintf("xcoder=%s received:: <db:result from='%s' to='%s'>%s</db:result>", d.in, d.sender, d.target, d.key))
	d.lookUp(d.to, d.sender)
}

// lookUp writes the beginning of a search for a domain's servers.
func (d *dialback) lookUp(x *expressway, domain string) {
	d.s.with(append([]int{d.session}, d.others...), func() {
		d.s.xcp(x, "INFO", "Resolver.cpp:128", fmt.Sprintf("Starting resolver lookup for '%s:puny=%s:service=_xmpp-server._tcp:defport=0'", domain, domain))
	})
}

// besides notes that d and e run side by side between the same two domains.
func (d *dialback) besides(e *dialback) {
	d.others, e.others = []int{e.session}, []int{d.session}
}

func (d *dialback) pair() string {
	return fmt.Sprintf("(%s, %s:%s, IN)", d.connection, d.target, d.sender)
}

// resolved writes the receiver's answer from DNS.
func (d *dialback) resolved() {
	if d.to == nil {
		return
	}
	d.s.xcp(d.to, "INFO", "debug", fmt.Sprintf("%s resolved dialback address for host=%s method=SRV dns-timings=(TOTAL:0.003157 SRV:0.002885)", d.pair(), d.sender))
}

func (d *dialback) question() string {
	return fmt.Sprintf("<db:verify from='%s' id='%s' to='%s'>%s</db:verify>", d.target, d.in, d.sender, d.key)
}

// ask writes the receiver's question to the authoritative server.
func (d *dialback) ask() {
	if d.to == nil {
		return
	}
	d.s.xcp(d.to, "INFO", "DBVerify.cpp:270", d.pair()+" DBVerify stream is open. Sending db:verify packet: "+d.question())
}

// asked writes the authoritative server's side, which is one of the sender's.
func (d *dialback) asked() {
	if d.from == nil {
		return
	}
	d.s.xcp(d.from, "INFO", "debug", fmt.Sprintf("xcoder=%s onStreamOpen:: <stream:stream from='%s' id='%s' to='%s' version='1.0' xml:lang='en-US.UTF-8' xmlns='jabber:server' xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams'/>", d.verify, d.target, upper(d.s.hex(9)), d.sender))
	d.s.xcp(d.from, "VBOSE", "stanza.component.in", fmt.Sprintf("xcoder=%s received:: %s", d.verify, d.question()))
}

// verdict writes the authority's answer as the receiver gets it.
func (d *dialback) verdict(typ string) {
	if d.to != nil {
		d.s.xcp(d.to, "INFO", "DBVerify.cpp:282", fmt.Sprintf("%s DBVerify Packet Received <db:verify from='%s' id='%s' to='%s' type='%s'>%s</db:verify>", d.pair(), d.sender, d.in, d.target, typ, d.key))
	}
	if d.from != nil {
		d.s.xcp(d.from, "INFO", "stream.in", fmt.Sprintf("xcoder=%s closing stream used for dialback only", d.verify))
	}
}

// end writes the receiver's result and how the initiator takes it.
func (d *dialback) end(typ, condition string) {
	result := fmt.Sprintf("<db:result from='%s' to='%s' type='%s'/>", d.target, d.sender, typ)
	if condition != "" {
		result = fmt.Sprintf("<db:result from='%s' to='%s' type='%s'><error type='cancel'><%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></db:result>", d.target, d.sender, typ, condition)
	}
	if d.to != nil {
		d.s.xcp(d.to, "INFO", "stanza.component.out", fmt.Sprintf("xcoder=%s sending:: %s", d.in, result))
	}
	if d.from == nil {
		return
	}
	d.s.xcp(d.from, "VBOSE", "stanza.component.in", fmt.Sprintf("xcoder=%s received:: %s", d.out, result))
	if typ == "valid" {
		d.s.xcp(d.from, "INFO", "ConnInfoHistory", fmt.Sprintf("Connection state change: PENDING->CONNECTED: (%s:%s, OUT)", d.sender, d.target))
	}
}

// accepted is a dialback that works.
func (d *dialback) accepted() {
	d.send()
	d.receive()
	d.resolved()
	d.ask()
	d.asked()
	d.verdict("valid")
	d.end("valid", "")
}
