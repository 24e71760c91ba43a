package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

var changedFrom = []byte("changed from:")

// config reads a change of the configuration. The cluster database and the
// web interface both log it, each under its own path: who counts changes takes
// those of one kind.
//
//	… httpd[15060]: web: Event="System Configuration Changed" Detail="configuration/cluster/tls_verify - changed from: 'Permissive' to: 'Enforcing'" Src-ip="…" User="admin" Level="1" UTCTime="…"
//	Detail="xconfiguration xcpConfiguration is_federation_enabled - changed from: 0 to: 1"
//	Detail="xconfiguration alternatesConfiguration - Changed"
func (s *statement) config(dst []schemas.Event) []schemas.Event { return s.configIn(dst, s.head.rest) }

// configIn reads the change in b, which is the record or the quotation in it.
func (s *statement) configIn(dst []schemas.Event, b []byte) []schemas.Event {
	var p pairs
	p.read(b)
	name, change, ok := bytes.Cut(b, changedFrom)
	var from, to []byte
	if ok {
		if i := bytes.LastIndex(name, []byte("Detail=")); i >= 0 {
			name = name[i+len("Detail="):]
		}
		if from, to, ok = bytes.Cut(change, []byte(" to:")); !ok || bytes.IndexByte(from, '\n') >= 0 {
			return dst
		}
		from, to = bytes.Trim(from, " '"), changedTo(to)
	} else if name = p.value(fDetail); len(name) == 0 {
		return dst
	} else if i := bytes.LastIndex(name, []byte(" - ")); i > 0 {
		name = name[:i]
	}
	name = bytes.Trim(name, " \t\r\n\"-")
	if len(name) == 0 {
		return dst
	}
	if secretSetting(name) {
		from, to = hidden(from), hidden(to)
	}
	line := s.header()
	if len(s.head.rest) == 0 {
		line = s.first
	}
	dst, e := s.event(dst, schemas.KindConfigChange, line)
	e.Attrs = s.mem.Attrs(4)
	e.Attrs = s.attrs(e.Attrs, "name", name)
	e.Attrs = s.attrs(e.Attrs, "from", from)
	e.Attrs = s.attrs(e.Attrs, "to", to)
	e.Attrs = s.attrs(e.Attrs, "user", p.value(fUser))
	if secretSetting(name) {
		e.Text = s.mem.Evidence(clip(name), schemas.MaxEvidence)
	}
	return dst
}

// changedTo returns the new value: in single quotes, or up to the quote that
// closes Detail.
func changedTo(b []byte) []byte {
	b = bytes.TrimLeft(b, " ")
	if len(b) > 0 && b[0] == '\'' {
		if end := bytes.IndexByte(b[1:], '\''); end >= 0 {
			return b[1 : 1+end]
		}
	}
	end := 0
	for end < len(b) && b[end] != '\n' && quoteLen(b[end:]) == 0 {
		end++
	}
	return bytes.TrimSpace(b[:end])
}

// certificateChange reads that a certificate of the box was changed.
func (s *statement) certificateChange(dst []schemas.Event, p *pairs) []schemas.Event {
	dst, e := s.fact(dst, schemas.KindConfigChange, 3, 0)
	e.Attrs = s.attrs(e.Attrs, "name", p.value(fEvent))
	e.Attrs = s.attrs(e.Attrs, "to", clip(p.value(fDetail)))
	e.Attrs = s.attrs(e.Attrs, "user", p.value(fUser))
	return dst
}

// secretSetting reports whether a setting of this name holds a secret.
func secretSetting(name []byte) bool {
	return holds(name, "assword", "assphrase", "ecret", "ommunityName", "ommunity Name", "PrivateKey", "Private Key",
		"private_key", "Token", "token", "Options ", "OptionKey", "option_key", "SystemKey", "system_key")
}

func hidden(value []byte) []byte {
	if len(value) == 0 {
		return value
	}
	return []byte("***")
}
