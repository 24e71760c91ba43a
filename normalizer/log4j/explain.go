package log4j

import (
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Explain implements schemas.Explainer.
func (p Parser) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	line, rest := text.Line(r.Text)
	line, _ = text.Clean(line)
	add := func(name string, value []byte) {
		if len(value) > 0 {
			dst = append(dst, schemas.Attr{Name: name, Value: text.Evidence(mask(value[:min(len(value), 2*maxValue)]), maxValue)})
		}
	}
	h, ok := readHead(line)
	if !ok {
		if x, _, ok := readAccess(line); ok {
			add("client", x.client)
			add("user", x.user)
			add("url", withoutQuery(x.url))
			add("status", x.status)
			if x.wanted() {
				add("rule", []byte("access log"))
			} else {
				add("silent", []byte("a request that was served, of no service that users sign in to"))
			}
			return dst
		}
		add("silent", []byte("no record head"))
		return dst
	}
	add("level", h.level)
	add("thread", h.thread)
	add("logger", h.logger)
	add("message", h.message)
	events := p.Parse(nil, &schemas.File{}, r)
	switch {
	case len(events) > 0 && ruleOf(&h, rest) != nil:
		add("rule", h.class())
	case len(events) > 0:
		add("rule", []byte("the exception at the root, or level FATAL"))
	default:
		add("silent", []byte("no rule reads this class and message"))
	}
	return dst
}
