package detect

import (
	"cmp"
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
		Last:     true,
		Doc: `A client entered a stage of its sign-in and the log shows neither its end nor any later step, although the client goes on writing.
The finding names the stage, the last one that ended well and the line that was expected. So does one about a stage that failed for a reason
that no rule knows, when the client does not try again.

**Needs:** the last step of the sign-in is the entry of a stage, and the same file goes on beyond the stage's time: DNS 15 s, HTTP
30 s, XMPP 30 s, SIP and CTI 32 s, single sign-on 300 s because a person types; or it is the failure of a stage, the log shows the launch of
the client, and goes on for 60 s.

**Severity:** high; low when the last stage ended well and the next was never begun (what a user is entitled to differs); info where
the records of a sign-in that the log shows from its launch on carry no date, so that it says where the sign-in stops and not whether it waited.

**Silent for:** a stage that is followed by another (stages run side by side), a stage that is behind one that already
succeeded, any stage once the phone is registered (repeats in a working session), a stage whose failure another rule names,
a failed check of a certificate, which a person may accept, a REGISTER that gets no answer (` + "`sip.register-timeout`" + `), a dated file
that ends before the time is over: that is reported as not observable. The end of a rotated file is such an end.

**Strings:** the stage lines are seen in real logs; the times are estimates.

**References:** Cisco documents 221845 and 220225.`,
		Run: runLoginStuck,
	}
}

// patience is how long a client may take to go on behind a stage that ended.
const patience = 60 * time.Second

func runLoginStuck(s *Session, r *Report) {
	l := s.Login
	e := l.Last
	if e == nil || l.Done || r.explains(l) {
		return
	}
	switch stage := e.Attr("stage"); e.Attr("outcome") {
	case "enter":
		if !l.Behind(stage) {
			l.waits(s, r, stepOf(stage))
		}
	case "ok":
		if l.Begun && !slices.Contains(l.Passed, "xmpp") && !slices.Contains(l.Passed, "cti") {
			l.leaves(s, r, stepOf(stage))
		}
	case "fail":
		if l.Begun && !l.Behind(stage) {
			l.fails(s, r, stepOf(stage))
		}
	}
}

// explains reports whether a rule has found why the sign-in does not go on: a
// failure of a stage that is not behind it.
func (r *Report) explains(l *Login) bool {
	return slices.ContainsFunc(r.Findings, func(f schemas.Finding) bool {
		return f.Stage != "" && f.Severity >= schemas.Medium && !l.Behind(f.Stage)
	})
}

// waits says that a stage was entered and does not end.
func (l *Login) waits(s *Session, r *Report, step *loginStep) {
	e, seconds := l.Last, int(step.limit/time.Second)
	switch {
	case !schemas.Dated(e.Time):
		what := "its records carry no date"
		if !s.Start.IsZero() {
			what = "the line that enters it carries no date (others of this sign-in do)"
		}
		r.Blind(l.subject(), fmt.Sprintf("stage %s was entered and its end is not seen; %s, so whether it took too long cannot be told", step.name, what))
		if !l.Begun || step.name == "start" {
			return // an excerpt from the middle, or nobody was asked anything yet
		}
		l.found(r, step, schemas.Info, fmt.Sprintf("the log of the %s stops inside stage %s; %s", l.who(), step.name, l.so(step.end)))
	case !s.World.Passed(e, e.Time.Add(step.limit), false):
		r.Blind(l.subject(), fmt.Sprintf("stage %s was entered and the log does not go on for %d s after it", step.name, seconds))
	case step.name == "sip-register" && e.Key(schemas.KeyCallID) != "":
		// A REGISTER was sent: whether it was answered sip.register-timeout tells.
	default:
		l.found(r, step, schemas.High, fmt.Sprintf("%s is stuck at stage %s: entered and for %d s neither an end nor a later stage; %s", l.who(), step.name, seconds, l.so(step.end)))
	}
}

// fails says that a stage failed, that no rule knows why, and that the client
// does not try again.
func (l *Login) fails(s *Session, r *Report, step *loginStep) {
	e := l.Last
	switch {
	case step.name == "certificate", step.name == "voicemail", !schemas.Dated(e.Time):
		return // a person may accept the certificate; nobody waits for voicemail
	case step.name == "sip-register" && slices.Contains([]string{"401", "403", "404", "405", "407"}, e.Attr("status")):
		return // the registration says why
	}
	if !s.World.Passed(e, e.Time.Add(patience), false) {
		r.Blind(l.subject(), fmt.Sprintf("stage %s failed and the log does not go on for %d s after it", step.name, patience/time.Second))
		return
	}
	why := cmp.Or(e.Attr("status"), e.Attr("detail"), "no reason is told")
	l.found(r, step, schemas.High, fmt.Sprintf("%s ends at stage %s, which fails (%s), and is not tried again; %s", l.who(), step.name, why, l.so(step.end)))
}

// leaves says that a stage ended well and no other was begun.
func (l *Login) leaves(s *Session, r *Report, step *loginStep) {
	e := l.Last
	switch {
	case !schemas.Dated(e.Time):
		l.found(r, step, schemas.Info, fmt.Sprintf("the log of the %s stops behind stage %s; %s", l.who(), step.name, l.so(step.next)))
	case !s.World.Passed(e, e.Time.Add(patience), false):
		r.Blind(l.subject(), fmt.Sprintf("stage %s ended well and the log does not go on for %d s after it", step.name, patience/time.Second))
	default:
		l.found(r, step, schemas.Low, fmt.Sprintf("%s does not go on behind stage %s; %s", l.who(), step.name, l.so(step.next)))
	}
}

func (l *Login) who() string {
	who := "sign-in"
	if l.User != "" {
		who += " of " + l.User
	}
	if l.MRA {
		who += " through Expressway"
	}
	return who
}

func (l *Login) subject() string { return fmt.Sprintf("%s in %s", l.who(), l.File) }

// so says what was reached and what is missing.
func (l *Login) so(missing string) string {
	last := "no earlier stage ended well"
	if l.LastOK != nil {
		last = "the last that ended well is " + l.LastOK.Attr("stage")
	}
	return last + ", expected next: " + missing
}

func (l *Login) found(r *Report, step *loginStep, severity schemas.Severity, summary string) {
	c := Claim{
		Stage: step.name, Subject: step.name, Time: l.Last.Time, Severity: severity, Override: true,
		Summary: summary, Cause: step.cause, Fix: step.fix,
		Proof: []*schemas.Event{l.Last},
	}
	if l.LastOK != nil && l.LastOK != l.Last {
		c.Context = []*schemas.Event{l.LastOK}
	}
	r.Found(c)
}
