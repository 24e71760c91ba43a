package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// federationScenarios are about XMPP federation and what it stands on.
var federationScenarios = []Scenario{
	{Name: "federation", Title: "two companies federate, each proves itself to the other", Often: 8, Like: []string{"xmpp.dialback-timeout", "xmpp.dialback-invalid", "xmpp.dialback-srv", "xmpp.dialback-unreachable"}, tell: func(s *story) {
		other := s.otherSite()
		there, _ := s.company("fed")
		here, _ := s.company("fed")
		d := s.dialback(here, there, s.site.edge, other.edge)
		back := s.dialback(there, here, other.edge, s.site.edge)
		d.besides(back)
		s.in(d.session)
		d.accepted()
		s.wait(40 * time.Millisecond)
		s.in(back.session)
		back.accepted()
	}},
	{Name: "federation-one-log", Title: "a federation of which only our side is logged", Often: 6, Like: []string{"xmpp.dialback-timeout", "xmpp.dialback-unreachable"}, tell: func(s *story) {
		there, _ := s.company("fed")
		here, _ := s.company("own")
		if s.rng.IntN(2) == 0 {
			s.dialback(here, there, s.site.edge, nil).accepted()
			return
		}
		s.dialback(there, here, nil, s.site.edge).accepted()
	}},
	{Name: "federation-slow", Title: "the answer to a dialback takes 25 s", Often: 2, Like: []string{"xmpp.dialback-timeout"}, tell: func(s *story) {
		there, _ := s.company("fed")
		here, _ := s.company("own")
		d := s.dialback(here, there, s.site.edge, s.otherSite().edge)
		d.send()
		d.receive()
		s.wait(8 * time.Second)
		d.resolved()
		d.ask()
		d.asked()
		s.wait(17 * time.Second)
		d.verdict("valid")
		d.end("valid", "")
	}},
	{Name: "dialback-timeout", Title: "the other company never answers", Rules: []string{"xmpp.dialback-timeout"}, tell: func(s *story) {
		there, _ := s.company("silent")
		here, _ := s.company("own")
		s.dialback(here, there, s.site.edge, nil).send()
		s.expect("xmpp.dialback-timeout", schemas.High, stage("key-sent"), subject(there))
	}},
	{Name: "dialback-authority-silent", Title: "the authoritative server does not answer", Rules: []string{"xmpp.dialback-timeout"}, tell: func(s *story) {
		there, _ := s.company("mute")
		here, _ := s.company("own")
		d := s.dialback(there, here, nil, s.site.edge)
		d.receive()
		d.resolved()
		d.ask()
		s.expect("xmpp.dialback-timeout", schemas.High, stage("verify"), subject(there))
	}},
	{Name: "dialback-invalid", Title: "the servers of one company have different secrets", Rules: []string{"xmpp.dialback-invalid"}, tell: func(s *story) {
		there, _ := s.company("secret")
		here, _ := s.company("own")
		d := s.dialback(there, here, s.otherSite().edge, s.site.edge)
		d.send()
		d.receive()
		d.resolved()
		d.ask()
		d.asked()
		d.verdict("invalid")
		d.end("invalid", "")
		s.expect("xmpp.dialback-invalid", schemas.High, stage("verify"))
	}},
	{Name: "dialback-error", Title: "the other server does not host the domain", Rules: []string{"xmpp.dialback-error"}, tell: func(s *story) {
		there, _ := s.company("nohost")
		here, _ := s.company("own")
		d := s.dialback(here, there, s.site.edge, s.otherSite().edge)
		d.send()
		d.receive()
		d.end("error", "item-not-found")
		s.expect("xmpp.dialback-error", schemas.High)
	}},
	{Name: "dialback-srv", Title: "the sender's domain has no SRV record", Rules: []string{"xmpp.dialback-srv"}, tell: func(s *story) {
		there, _ := s.company("nosrv")
		here, _ := s.company("own")
		s.dialback(there, here, nil, s.site.edge).receive()
		s.expect("xmpp.dialback-srv", schemas.High, stage("resolve"), subject(there))
	}},
	{Name: "dialback-unreachable", Title: "the authoritative server's port 5269 is closed", Rules: []string{"xmpp.dialback-unreachable"}, tell: func(s *story) {
		there, _ := s.company("closed")
		here, _ := s.company("own")
		d := s.dialback(there, here, nil, s.site.edge)
		d.receive()
		d.resolved()
		s.expect("xmpp.dialback-unreachable", schemas.High, subject(there))
	}},
	{Name: "dialback-retry", Title: "the first dialback gets no answer, the next one does", Often: 2, Like: []string{"xmpp.dialback-invalid", "xmpp.dialback-error"}, tell: func(s *story) {
		there, _ := s.company("again")
		here, _ := s.company("own")
		first, second := s.dialback(here, there, s.site.edge, nil), s.dialback(here, there, s.site.edge, nil)
		first.besides(second)
		s.in(first.session)
		first.send()
		s.wait(35 * time.Second)
		s.in(second.session)
		second.accepted()
		s.allow("xmpp.dialback-timeout")
	}},
	{Name: "axl-401", Title: "Expressway-C has an old password for IM and Presence", Rules: []string{"xmpp.axl-401"}, tell: func(s *story) {
		imp := s.impNode()
		s.begin(schemas.SessionProvisioning)
		for range 3 {
			s.axl(imp, "401", "None")
			s.wait(20 * time.Second)
		}
		s.expect("xmpp.axl-401", schemas.High, subject(imp))
	}},
	{Name: "axl-403", Title: "the user of Expressway-C at IM and Presence has no AXL role", Rules: []string{"xmpp.axl-failed"}, tell: func(s *story) {
		imp := s.impNode()
		s.begin(schemas.SessionProvisioning)
		s.axl(imp, "403", "Forbidden")
		s.expect("xmpp.axl-failed", schemas.High)
	}},
	{Name: "axl-again", Title: "the AXL service of IM and Presence answers at the second try", Often: 2, Like: []string{"xmpp.axl-failed"}, tell: func(s *story) {
		imp := s.impNode()
		s.begin(schemas.SessionProvisioning)
		s.axl(imp, "503", "Service Unavailable")
		s.wait(30 * time.Second)
		s.axl(imp, "200", "OK")
	}},
	{Name: "axl", Title: "Expressway-C tells IM and Presence about federation", Often: 4, Like: []string{"xmpp.axl-401"}, tell: func(s *story) {
		s.begin(schemas.SessionProvisioning)
		s.axl(s.impNode(), "200", "OK")
	}},
	{Name: "router-7400", Title: "the XMPP routers of the two Expressways do not connect", Rules: []string{"xmpp.router-7400"}, tell: func(s *story) {
		s.in()
		x := s.site.edge
		ip := fmt.Sprintf("10.%d.8.%d", 20+s.site.no, s.w.next()%250)
		for range 3 {
			s.jabberd(x, "INFO", "mio.c:1109", fmt.Sprintf("Connecting on fd 28 to host '%s', port 7400", ip))
			s.jabberd(x, "ERROR", "mio.c:1121", fmt.Sprintf("Unable to connect to host '%s', port 7400 :(111) Connection refused", ip))
			s.jabberd(x, "ERROR", "base_connection.cpp:104", "Failed to connect to component jabberd-port-1."+s.site.core.name)
			s.wait(5 * time.Second)
		}
		s.expect("xmpp.router-7400", schemas.High, subject(ip))
	}},
}

// impNode names an IM and Presence server that no other story names.
func (s *story) impNode() string {
	return fmt.Sprintf("%s-imp%d.%s", s.site.name, s.w.next(), s.site.domain)
}

// axl is one request of Expressway-C to IM and Presence and its answer. The
// answer does not name the host.
func (s *story) axl(imp, status, reason string) {
	x := s.site.core
	s.line(x, "management:", "network.axl", "INFO", fmt.Sprintf(` Action="Send" URL="https://%s:8443/axl/" Function="executeSQLQuery"`, imp))
	s.pause(40*time.Millisecond, 90*time.Millisecond)
	s.line(x, "management:", "network.axl", "INFO", fmt.Sprintf(` Action="Receive" URL="https://%s:8443/axl/" Function="executeSQLQuery" Status="%s" Reason="%s"`, imp, status, reason))
}

// jabberd writes a line of the XMPP router.
func (s *story) jabberd(x *expressway, level, location, detail string) {
	iso, utc := x.stamp(s.t)
	s.write(x.log(), fmt.Sprintf(`%s %s XCP_JABBERD[%d]: UTCTime="%s" ThreadID="139747212576512" Module="Jabber" Level="%-5s" CodeLocation="%s" Detail="%s"`,
		iso, x.name, x.pid+311, utc, level, location, detail))
	s.pause(time.Millisecond, 6*time.Millisecond)
}
