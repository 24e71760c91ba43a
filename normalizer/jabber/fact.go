package jabber

import (
	"bytes"
	"strings"

	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// The outcomes of a stage, a look-up, a check.
const (
	enter = "enter"
	ok    = "ok"
	fail  = "fail"
)

// fact is what a record says about the sign-in; empty fields are unknown.
type fact struct {
	stage, outcome                 string
	detail, user, host, device     []byte
	status, mechanism, jid, callID []byte
	number                         []byte // of the HTTP request
}

// stage appends a login.stage event. A desk phone does not sign in.
func (s *statement) stage(dst []schemas.Event, f *fact) []schemas.Event {
	if s.shape == phone {
		return dst
	}
	dst = s.event(dst, schemas.KindLoginStage, "stage", f.stage, "outcome", f.outcome)
	e := &dst[len(dst)-1]
	e.Keys = append(s.mem.Keys(5), s.loginKey())
	f.user = known(f.user)
	s.attr(e, "detail", f.detail)
	s.attr(e, "user", f.user)
	if len(f.host) > 0 {
		s.attr(e, "host", known(unwrap(f.host)))
	}
	s.attr(e, "device", f.device)
	s.attr(e, "status", f.status)
	s.attr(e, "mechanism", f.mechanism)
	s.attr(e, "number", f.number)
	if jid, ok := bareJID(f.jid); ok {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyJID, Value: jid})
	}
	s.key(dst, schemas.KeyUser, f.user)
	s.key(dst, schemas.KeyDevice, f.device)
	s.key(dst, schemas.KeyCallID, f.callID)
	return dst
}

// readPlain states the stage and nothing else.
func readPlain(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome})
}

// readText states the stage with the message as detail.
func readText(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: s.message})
}

// received appends a login.config event, a value that the client was given; an
// empty value states nothing.
func (s *statement) received(dst []schemas.Event, name, value []byte) []schemas.Event {
	value = unwrap(bytes.TrimSpace(value))
	jid, isJID := "", string(name) == "jid"
	if isJID {
		var ok bool
		if jid, ok = bareJID(value); !ok {
			return dst
		}
	}
	if len(name) == 0 || len(value) == 0 || secretName(name) || s.shape == phone {
		return dst
	}
	dst = s.event(dst, schemas.KindLoginConfig)
	dst[len(dst)-1].Keys = append(s.mem.Keys(2), s.loginKey())
	s.set(dst, fields{{"name", name}, {"value", value}})
	if isJID {
		e := &dst[len(dst)-1]
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyJID, Value: jid})
	}
	return dst
}

// setting appends a config.value event, a setting as the client prints it.
func (s *statement) setting(dst []schemas.Event, name, value []byte) []schemas.Event {
	value = unwrap(bytes.TrimSpace(value))
	if len(name) == 0 || len(value) == 0 || secretName(name) {
		return dst
	}
	dst = s.event(dst, schemas.KindConfigValue)
	s.set(dst, fields{{"name", name}, {"value", value}})
	return dst
}

func bareJID(b []byte) (string, bool) {
	if len(b) == 0 {
		return "", false
	}
	j, ok := xmpp.ParseJID(string(b))
	return j.Bare(), ok && j.Node != ""
}

// secretName reports whether the configuration value name is a credential.
func secretName(name []byte) bool {
	n := strings.ToLower(string(name))
	for _, part := range [...]string{"password", "token", "secret", "credential", "passwd", "cookie", "passphrase"} {
		if strings.Contains(n, part) {
			return true
		}
	}
	return false
}
