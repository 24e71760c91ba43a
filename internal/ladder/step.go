package ladder

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// message draws a SIP message.
func (b *builder) message(e *schemas.Event) Step {
	m := e.SIP
	s := Step{Class: Request, Label: m.Method, Method: m.Method, CallID: m.CallID, Brief: brief(m)}
	s.From, s.To = b.ends(e)
	if m.Status > 0 {
		s.Label = strings.TrimSpace(fmt.Sprintf("%d %s", m.Status, m.Reason))
		s.Class = classOf(m.Status)
	}
	if m.SDP {
		s.Label += " (SDP)"
	}
	var detail []string
	for _, part := range []string{m.RequestURI, "CSeq " + m.CSeq, m.ReasonHeader, m.Warning} {
		if part != "" && part != "CSeq " {
			detail = append(detail, part)
		}
	}
	s.Detail = strings.Join(detail, ", ")
	return s
}

// brief returns whom a request that looks for somebody is for, and why a call
// ends or a request fails.
func brief(m *schemas.SIP) string {
	switch {
	case m.Status >= 300, m.Method == "BYE", m.Method == "CANCEL":
		return cmp.Or(m.ReasonHeader, m.Warning)
	case m.Status == 0 && (m.Method == "INVITE" || m.Method == "REFER" || m.Method == "SUBSCRIBE" || m.Method == "MESSAGE"):
		_, user, _ := strings.Cut(m.RequestURI, ":")
		if user, _, ok := strings.Cut(user, "@"); ok {
			return user
		}
	}
	return ""
}

// ends returns the sender and the receiver of a message. A dump that does not
// say which way it went still names who called whom.
func (b *builder) ends(e *schemas.Event) (from, to int) {
	m := e.SIP
	switch m.Direction {
	case schemas.Out:
		from = b.participant(b.names.own(e))
		return from, b.participant(b.names.other(e))
	case schemas.In:
		to = b.participant(b.names.own(e))
		return b.participant(b.names.other(e)), to
	}
	caller := b.participant(cmp.Or(e.Attr("from_user"), "the caller"))
	called := b.participant(cmp.Or(e.Attr("to_user"), e.Attr("ruri_user"), "the called side"))
	if m.Status > 0 {
		return called, caller
	}
	return caller, called
}

// classOf groups status codes (RFC 3261 section 7.2). A cancelled call and a
// challenge are no failures.
func classOf(status int) Class {
	switch {
	case status < 200:
		return Provisional
	case status < 300:
		return Success
	case status < 400, status == 401, status == 407, status == 487:
		return Redirect
	}
	return Failure
}

// stanza draws an XMPP stanza between this server, or client, and the domain
// at the other side.
func (b *builder) stanza(e *schemas.Event) Step {
	x := e.XMPP
	own := b.participant(b.names.own(e))
	far := cmp.Or(e.Attr("target"), x.To)
	if x.Role == schemas.Receiving || x.Role == schemas.Authoritative {
		far = cmp.Or(e.Attr("sender"), x.From)
	}
	other := b.participant(cmp.Or(far, "the other side"))
	s := said(x)
	s.From, s.To = own, other
	if x.Direction == schemas.In {
		s.From, s.To = other, own
	}
	return s
}

// said returns what a stanza says, without who says it to whom.
func said(x *schemas.XMPP) Step {
	s := Step{Class: Request, Label: x.Stanza, Method: x.Stanza}
	switch x.Type {
	case "":
	case "valid", "result":
		s.Label, s.Class = s.Label+" "+x.Type, Success
	case "invalid", "error":
		s.Label, s.Class = s.Label+" "+x.Type, Failure
	default:
		s.Label += " " + x.Type
	}
	s.Detail = x.Role
	return s
}

// note draws what is no message; false for what a message says already.
func (b *builder) note(e *schemas.Event) (Step, bool) {
	if silent(e) {
		return Step{}, false
	}
	return b.noteAt(e, b.participant(b.names.own(e))), true
}

// silent reports whether a message says already what e does.
func silent(e *schemas.Event) bool {
	return e.Kind == schemas.KindSIPSummary || e.Kind == schemas.KindUnparsed
}

// noteAt draws what is no message in the column at.
func (b *builder) noteAt(e *schemas.Event, at int) Step {
	s := Step{From: at, To: at, Class: Note}
	switch e.Kind {
	case schemas.KindLoginStage:
		s.Label = e.Attr("stage") + " " + e.Attr("outcome")
		s.Detail = cmp.Or(e.Attr("detail"), e.Attr("host"))
		if e.Attr("stage") == "discovery-srv" {
			s.Detail = join(": ", e.Attr("host"), e.Attr("detail"))
		}
		switch e.Attr("outcome") {
		case "ok":
			s.Class = Success
		case "fail":
			s.Class = Failure
		}
		// The host of a DNS question is the name that is asked for, and no party.
		if to := e.Attr("host"); to != "" && e.Attr("stage") != "discovery-srv" {
			s.To = b.participant(to)
		}
	case schemas.KindCallSetup:
		s.Label = strings.TrimSpace(e.Attr("row") + " " + join(" → ", e.Attr("calling"), e.Attr("final")))
		if cause := e.Attr("cause"); cause != "" && cause != "0" {
			s.Label += " cause " + cause
		}
	default:
		s.Label, s.Aside = string(e.Kind), true
		s.Detail = attrs(e)
	}
	return s
}

// attrs returns the attributes of e in words.
func attrs(e *schemas.Event) string {
	var parts []string
	for _, a := range e.Attrs {
		parts = append(parts, a.Name+" "+a.Value)
	}
	return strings.Join(parts, ", ")
}

func join(sep string, parts ...string) string {
	var set []string
	for _, p := range parts {
		if p != "" {
			set = append(set, p)
		}
	}
	return strings.Join(set, sep)
}
