package alarm

import (
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Explain implements schemas.Explainer.
func (p Parser) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	line, _ := text.Line(r.Text)
	line, _ = text.Clean(line)
	h, ok := readHead(line, r.Time)
	if !ok {
		if p.Excerpt(line) {
			return append(dst, schemas.Attr{Name: "rule", Value: "[AlertName= [AlertDetail="})
		}
		return append(dst, schemas.Attr{Name: "silent", Value: "no syslog head"})
	}
	add := func(name string, value []byte) {
		if len(value) > 0 {
			dst = append(dst, schemas.Attr{Name: name, Value: text.Evidence(value, maxValue)})
		}
	}
	add("form", []byte(h.form))
	add("envelope", h.envelope)
	add("host", h.host)
	if !h.alarm {
		switch h.form {
		case "syslog", "numbered syslog":
			add("silent", []byte("a line of syslog that is no alarm"))
		default:
			add("rule", []byte(h.form))
		}
		return dst
	}
	add("facility", h.header.facility)
	add("level", []byte{h.header.level})
	add("name", h.header.name)
	var room [maxParams]param
	params, words := params(room[:0]).read(line[h.header.body:], h.header.name)
	for _, q := range params {
		if secret(q.name) {
			q.value = []byte("***")
		}
		add(string(q.name), q.value)
	}
	add("text", words)
	if part := params.get("part"); part != nil && !firstPart(part) {
		add("silent", []byte("a later part of a long message"))
		return dst
	}
	add("rule", line[h.header.at:h.header.body])
	return dst
}
