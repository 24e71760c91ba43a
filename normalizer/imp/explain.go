package imp

import (
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Explain implements schemas.Explainer.
func (Parser) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	all, _ := text.Clean(r.Text)
	line, _ := text.Line(all)
	h, ok := readHead(line)
	if !ok {
		return append(dst, schemas.Attr{Name: "silent", Value: "no record head"})
	}
	if h.banner {
		return append(dst, schemas.Attr{Name: "silent", Value: "says when the file was begun"})
	}
	if !h.located {
		h.locate()
	}
	for _, f := range [...]struct {
		name  string
		value []byte
	}{
		{"time", stampOf(&h, line)},
		{"host", h.host},
		{"component", h.component},
		{"pid", h.pid},
		{"thread", h.thread},
		{"level", h.level},
		{"location", h.location},
	} {
		if len(f.value) > 0 {
			dst = append(dst, schemas.Attr{Name: f.name, Value: text.Evidence(f.value, schemas.MaxEvidence)})
		}
	}
	read, words := find(all[len(line)-len(h.message):])
	switch {
	case read == nil:
		return append(dst, schemas.Attr{Name: "silent", Value: "no words and no XML element that a rule looks for"})
	case len((Parser{}).Parse(nil, &schemas.File{}, r)) == 0:
		return append(dst, schemas.Attr{Name: "silent", Value: "has \"" + words + "\", but states nothing that is kept"})
	}
	return append(dst, schemas.Attr{Name: "rule", Value: words})
}

// stampOf returns the time of a head as it is printed.
func stampOf(h *head, line []byte) []byte {
	switch {
	case !h.timed:
		return nil
	case h.component == nil:
		return until(line, "|")
	}
	return until(line, " ")
}
