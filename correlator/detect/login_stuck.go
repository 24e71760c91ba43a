package detect

import (
	"fmt"
	"slices"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

func loginStuck() Detector {
	return Detector{
		Name:     "login.stuck",
		Title:    "A sign-in stops at a stage",
		Severity: schemas.High,
		Kinds:    []schemas.SessionKind{schemas.SessionLogin},
		Doc: `A client entered a stage of its sign-in and the log shows neither its end nor any later step, although the client goes on writing.
The finding names the stage.

**Needs:** the last step of the sign-in is the entry of a stage, and the same file goes on beyond the stage's time: DNS 15 s, HTTP
30 s, XMPP 30 s, SIP and CTI 32 s, single sign-on 300 s because a person types.

**Silent for:** a stage that is followed by another (stages run side by side), a stage that is not beyond one that already
succeeded (repeats in a working session), a stage that failed (other rules name that), a REGISTER without an answer
(` + "`sip.register-timeout`" + `), a file that ends, or has no dates, before the time is
over: that is reported as not observable. The end of a rotated file is such an end.

**Strings:** the stage lines are seen in real logs; the times are estimates.

**References:** Cisco documents 221845 and 220225.`,
		Run: runLoginStuck,
	}
}

// patience is how long a stage may take.
func patience(stage string) time.Duration {
	switch stage {
	case "discovery-srv":
		return 15 * time.Second
	case "sip-register", "cti", "telephony":
		return 32 * time.Second
	case "sso":
		return 300 * time.Second
	}
	return 30 * time.Second
}

func runLoginStuck(s *Session, r *Report) {
	l := s.Login
	e := l.Last
	if e == nil || e.Attr("outcome") != "enter" {
		return
	}
	stage := e.Attr("stage")
	at := slices.Index(schemas.LoginStages(), stage)
	if at <= l.Reached || stage == "sip-register" && e.Key(schemas.KeyCallID) != "" {
		return // a REGISTER was sent: whether it was answered sip.register-timeout tells
	}
	who := "sign-in"
	if l.User != "" {
		who += " of " + l.User
	}
	limit := patience(stage)
	subject := fmt.Sprintf("%s in %s", who, l.File)
	if !schemas.Dated(e.Time) {
		what := "its records carry no date"
		if !s.Start.IsZero() {
			what = "the line that enters it carries no date (others of this sign-in do)"
		}
		r.Blind(subject, fmt.Sprintf("stage %s was entered and its end is not seen; %s, so whether it took too long cannot be told", stage, what))
		return
	}
	if !s.World.Passed(e, e.Time.Add(limit), false) {
		r.Blind(subject, fmt.Sprintf("stage %s was entered and the log does not go on for %d s after it", stage, int(limit/time.Second)))
		return
	}
	last := "no earlier stage ended well"
	var context []*schemas.Event
	if ok := l.LastOK; ok != nil {
		last = "the last that ended well is " + ok.Attr("stage")
		context = []*schemas.Event{ok}
	}
	r.Found(Claim{
		Stage:   stage,
		Subject: stage,
		Time:    e.Time,
		Summary: fmt.Sprintf("%s is stuck at stage %s: entered and for %d s neither an end nor a later stage; %s", who, stage, int(limit/time.Second), last),
		Cause:   stuckCause(stage),
		Fix:     stuckFix(stage),
		Proof:   []*schemas.Event{e},
		Context: context,
	})
}

func stuckCause(stage string) string {
	switch stage {
	case "discovery-srv", "discovery":
		return "the DNS servers of the client do not answer"
	case "xmpp":
		return "the IM and Presence server accepts the connection or the login and then says nothing, or TCP 5222 is filtered"
	case "sip-register":
		return "the REGISTER gets no answer from CUCM: TCP 5060, 5061 or 5090 is filtered, or the device is not configured"
	case "cti", "telephony":
		return "CTIManager does not answer, or the device cannot be controlled"
	case "sso":
		return "the page of the identity provider was not completed"
	case "start", "stack", "certificate":
		return "the client waits for itself, or for a person to answer a certificate dialog"
	}
	return "the server of this stage does not answer the client's HTTP request"
}

func stuckFix(stage string) []string {
	switch stage {
	case "discovery-srv", "discovery":
		return []string{"on the client: nslookup -type=SRV _cisco-uds._tcp.<domain>", "check the DNS servers that the network (VPN) gives the client"}
	case "xmpp":
		return []string{"check TCP 5222 from the client to the IM and Presence node", "IM and Presence, Cisco Unified Serviceability: check the XCP Connection Manager and the XCP Authentication Service", "take the client-cm log of the node for the same time"}
	case "sip-register":
		return []string{"check TCP 5060, 5061 and 5090 from the client to the CUCM nodes of its group", "CUCM, Device > Phone: check that the device exists and has the right security profile", "take the SDL trace of the node for the same Call-ID"}
	case "cti", "telephony":
		return []string{"CUCM, Cisco Unified Serviceability: check the Cisco CTIManager", "CUCM, User Management: check the CTI groups of the user and Allow Control of Device from CTI"}
	}
	return []string{"check that the client reaches the host of this stage (name, firewall, proxy)", "take the server's Tomcat log for the same time"}
}
