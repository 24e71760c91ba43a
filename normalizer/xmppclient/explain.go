package xmppclient

import (
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// Explain implements schemas.Explainer.
func (p Parser) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	all, _ := text.Clean(r.Text)
	line, _ := text.Line(all)
	h, found := readHead(line)
	if !found {
		return append(dst, schemas.Attr{Name: "silent", Value: "no record head"})
	}
	var element []byte
	if h.direction != "" {
		if e, read := xmpp.Read(all[len(line)-len(h.message):]); read {
			element = e.Name
		}
	}
	for _, f := range [...]struct {
		name  string
		value []byte
	}{
		{"head", line[:len(line)-len(h.message)]},
		{"module", h.module},
		{"account", h.account},
		{"direction", []byte(h.direction)},
		{"element", element},
	} {
		if value := text.Evidence(f.value, schemas.MaxEvidence); value != "" {
			dst = append(dst, schemas.Attr{Name: f.name, Value: value})
		}
	}
	if events := p.Parse(nil, &schemas.File{}, r); len(events) > 0 {
		words := string(element)
		if words == "" {
			words = string(h.module)
		}
		if words == "" {
			words = "Pidgin Debug Log"
		}
		return append(dst, schemas.Attr{Name: "rule", Value: words})
	}
	why := "the line is no step of a sign-in"
	if h.direction != "" {
		why = "the stanza is no step of a sign-in"
	}
	return append(dst, schemas.Attr{Name: "silent", Value: why})
}
