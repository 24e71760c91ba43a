package jabber

import (
	"bytes"
	"strings"

	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// fact is what a record says about the sign-in; empty fields are unknown.
type fact struct {
	stage, outcome                 string
	detail, user, host, device     []byte
	status, mechanism, jid, callID []byte
}

// stage appends a login.stage event.
func (s *statement) stage(dst []schemas.Event, f fact) []schemas.Event {
	e := s.event(schemas.KindLoginStage)
	e.Attrs = s.mem.Attrs(8)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "stage", Value: f.stage}, schemas.Attr{Name: "outcome", Value: f.outcome})
	user, device := mask(clip(known(f.user))), mask(clip(f.device))
	for _, a := range [...]struct {
		name  string
		value []byte
	}{
		{"detail", mask(clip(f.detail))},
		{"user", user},
		{"host", mask(clip(known(unwrap(f.host))))},
		{"device", device},
		{"status", f.status},
		{"mechanism", f.mechanism},
	} {
		if len(a.value) > 0 {
			e.Attrs = append(e.Attrs, schemas.Attr{Name: a.name, Value: s.mem.String(a.value)})
		}
	}
	e.Keys = append(s.mem.Keys(5), s.loginKey())
	if jid, ok := bareJID(f.jid); ok {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyJID, Value: jid})
	}
	if len(user) > 0 {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyUser, Value: s.mem.String(user), Scope: s.file.Cluster})
	}
	if len(device) > 0 {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyDevice, Value: s.mem.String(device), Scope: s.file.Cluster})
	}
	if len(f.callID) > 0 {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCallID, Value: s.mem.String(f.callID)})
	}
	return append(dst, e)
}

// config appends a login.config event; an empty value states nothing.
func (s *statement) config(dst []schemas.Event, name, value []byte) []schemas.Event {
	value = unwrap(bytes.TrimSpace(value))
	if len(name) == 0 || len(value) == 0 || secretName(name) {
		return dst
	}
	e := s.event(schemas.KindLoginConfig)
	e.Attrs = []schemas.Attr{{Name: "name", Value: string(name)}, {Name: "value", Value: string(mask(clip(value)))}}
	e.Keys = append(e.Keys, s.loginKey())
	if string(name) == "jid" {
		jid, ok := bareJID(value)
		if !ok {
			return dst
		}
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyJID, Value: jid})
	}
	return append(dst, e)
}

func bareJID(b []byte) (string, bool) {
	if len(b) == 0 {
		return "", false
	}
	j, ok := xmpp.ParseJID(string(b))
	return j.Bare(), ok && j.Node != ""
}

// known returns b, or nil when the client has masked it: user:****.
func known(b []byte) []byte {
	if len(bytes.Trim(b, "* ")) == 0 || bytes.HasPrefix(b, []byte("Redacted")) {
		return nil
	}
	return b
}

// unwrap removes PII_CED_Exception{…}, which 12.x and later put around host
// names and URLs, and the blanks inside it.
func unwrap(b []byte) []byte {
	_, rest, ok := bytes.Cut(b, []byte("PII_CED_Exception{"))
	if !ok {
		return b
	}
	if end := bytes.IndexByte(rest, '}'); end >= 0 {
		rest = rest[:end]
	}
	return bytes.TrimSpace(rest)
}

// after returns what follows name in b, without blanks at its beginning; nil
// when name is not there.
func after(b []byte, name string) []byte {
	at := bytes.Index(b, []byte(name))
	if at < 0 {
		return nil
	}
	return trimBlanks(b[at+len(name):])
}

// until returns b up to the first of the bytes in stop.
func until(b []byte, stop string) []byte {
	if end := bytes.IndexAny(b, stop); end >= 0 {
		return b[:end]
	}
	return b
}

// field returns the word that follows name in b: up to a comma, a blank or a
// closing bracket.
func field(b []byte, name string) []byte { return until(after(b, name), ",; )]\t") }

func has(b []byte, s string) bool { return bytes.Contains(b, []byte(s)) }

// clip bounds a detail to what a person reads.
func clip(b []byte) []byte {
	const most = 240
	if b = bytes.TrimSpace(b); len(b) > most {
		b = bytes.ToValidUTF8(b[:most], nil)
	}
	return b
}

// urlHost returns the host of url, without port.
func urlHost(url []byte) []byte {
	_, rest, ok := bytes.Cut(url, []byte("://"))
	if !ok {
		return nil
	}
	host := until(rest, "/?# ")
	if bytes.HasPrefix(host, []byte("[")) {
		return until(host[1:], "]")
	}
	return until(host, ":")
}

// secretName reports whether the configuration value name is a credential.
func secretName(name []byte) bool {
	n := strings.ToLower(string(name))
	for _, part := range [...]string{"password", "token", "secret", "credential", "passwd", "cookie"} {
		if strings.Contains(n, part) {
			return true
		}
	}
	return false
}
