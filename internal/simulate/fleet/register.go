package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// registered is the registration of a device, whoever logs it.
type registered struct {
	leg     *leg
	session int
}

// phoneRegistration begins the registration of u's desk phone.
func (s *story) phoneRegistration(u *user) *registered {
	l := s.phoneLeg(u, u.dn)
	l.logged, l.ownTag = false, s.hex(9)
	return s.registration(l)
}

func (s *story) registration(l *leg) *registered {
	r := &registered{leg: l, session: s.begin(schemas.SessionRegistration)}
	s.key(r.session, schemas.KeyCallID, l.callID)
	s.key(r.session, schemas.KeyDevice, l.device)
	return r
}

// ask builds the REGISTER.
func (s *story) ask(l *leg, headers ...string) sipMessage {
	l.extra = append([]string{"Expires: 3600"}, headers...)
	m := s.message(l, false, "REGISTER sip:"+l.node.ip+" SIP/2.0", "REGISTER", "")
	l.extra = nil
	return m
}

// reply builds the answer to a REGISTER.
func (s *story) reply(l *leg, start string, headers ...string) sipMessage {
	l.extra = headers
	m := s.message(l, true, start, "REGISTER", "")
	l.extra = nil
	return m
}

// exchange is one REGISTER and its answer, in CUCM's trace.
func (s *story) exchange(r *registered, start string, headers ...string) {
	l := r.leg
	s.receive(l, s.ask(l))
	s.tick()
	s.send(l, l.tag, s.reply(l, start, headers...))
	l.cseq++
}

// registration begins the registration of the client's softphone.
func (c *client) registration() *registered {
	s, u := c.s, c.u
	l := s.phoneLeg(u, u.dn)
	l.device, l.agent, l.logged, l.ownTag = u.csf(), "Cisco-CSF/14.3.0", false, s.hex(9)
	r := s.registration(l)
	s.in(c.session)
	return r
}

// exchange is one REGISTER and its answer, in the client's log and in CUCM's
// trace. start is "" when no answer comes.
func (c *client) exchange(r *registered, start string, headers ...string) {
	s, l := c.s, r.leg
	m := s.ask(l)
	both := []int{r.session, c.session}
	s.with(both, func() { c.say(atSipMessage, "sipio-sent---> "+lines(m)) })
	if start == "" {
		return
	}
	s.with([]int{r.session}, func() { s.receive(l, m) })
	s.tick()
	answer := s.reply(l, start, headers...)
	s.with([]int{r.session}, func() { s.send(l, l.tag, answer) })
	s.pause(4*time.Millisecond, 40*time.Millisecond)
	s.with(both, func() { c.say(atSipMessage, "sipio-recv<--- "+lines(answer)) })
	l.cseq++
}

// lines is a message as a client's log prints it: without carriage returns and
// with an empty line at its end.
func lines(m sipMessage) string {
	b := []byte(m.String())
	out := b[:0]
	for _, c := range b {
		if c != '\r' {
			out = append(out, c)
		}
	}
	return string(out)
}

// refresh is what the device of r does as long as it is registered.
func (s *story) refresh(r *registered, times int) {
	for range times {
		s.wait(115 * time.Second)
		s.exchange(r, "SIP/2.0 200 OK", "Expires: 120")
	}
}

// warning is a Warning header of a CUCM server.
func warning(n *node, text string) string { return fmt.Sprintf("Warning: 399 %s \"%s\"", n.name, text) }
