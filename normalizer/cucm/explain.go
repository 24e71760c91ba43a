package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

var (
	_ schemas.Explainer = SDL{}
	_ schemas.Explainer = SDI{}
)

// explanation is the fields of a record's head in reading order.
type explanation []schemas.Attr

func (x *explanation) field(name string, value []byte) {
	if shown := text.AppendEvidence(nil, value, schemas.MaxEvidence); len(shown) > 0 { // blanks show nothing
		*x = append(*x, schemas.Attr{Name: name, Value: string(shown)})
	}
}

func (x *explanation) say(name, value string) {
	*x = append(*x, schemas.Attr{Name: name, Value: value})
}

// verdict says by which words p recognised r, or why it is silent.
func (x *explanation) verdict(p schemas.Parser, r *schemas.Record, words []byte, silent string) {
	events := p.Parse(nil, &schemas.File{}, r)
	switch {
	case len(events) == 0:
		x.say("silent", silent)
	case events[0].Kind == schemas.KindUnparsed:
		x.say("silent", events[0].Attr("why"))
	default:
		x.say("kind", string(events[0].Kind))
		x.field("rule", words)
	}
}

// Explain implements schemas.Explainer.
func (p SDL) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	x := explanation(dst)
	h, ok := readSDL(r.Text)
	if !ok {
		x.verdict(p, r, firstWords(r.Text), "blank lines")
		return x
	}
	x.field("sequence", h.seq)
	if h.timed {
		x.field("time", sdlStamp(r.Text))
	}
	x.field("type", h.kind)
	body := r.Text[h.body:]
	if !hasPrefix(h.kind, "SdlSig") {
		x.verdict(p, r, firstWords(body), silentType(h.kind))
		return x
	}
	var s sdlSig
	s.read(h.kind, body)
	x.field("signal", s.signal)
	x.field("state", present(s.state))
	x.field("receiver", present(s.receiver))
	x.field("sender", present(s.sender))
	x.field("tag", s.tag)
	x.field("peer", s.ip)
	x.field("device", s.device)
	x.field("flags", s.flags)
	silent := "no rule knows a fact in the parameters of this signal"
	switch {
	case s.copy:
		silent = "a queue prints a signal again that has a record of its own"
	case stating(s.signal):
		silent = "this hop of the signal repeats what another states"
	}
	x.verdict(p, r, s.signal, silent)
	return x
}

// sdlStamp returns the time of day in the head of a record.
func sdlStamp(record []byte) []byte {
	line, _ := text.Line(record)
	for rest := line; len(rest) >= clockLen; rest = rest[1:] {
		if _, ok := clock(rest); ok {
			return rest[:clockLen]
		}
	}
	return nil
}

// silentType says why a record of a type states nothing.
func silentType(kind []byte) string {
	switch string(kind) {
	case "AppInfo":
		return "no rule knows a fact in this text"
	case "SdlStat":
		return "statistics of the trace itself"
	case "Created", "Create", "Stopping":
		return "a process inside CUCM begins or ends"
	case "SdlError", "NetError", "AppError":
		return "printed in healthy operation too"
	}
	return "no rule knows a fact in records of this type"
}

// firstWords returns what a text begins with, up to the first of the words
// that differ from record to record.
func firstWords(body []byte) []byte {
	line, _ := text.Line(body)
	line = bytes.TrimSpace(line)
	words := 0
	for i, c := range line {
		switch {
		case c == '=' || c == '[' || c == '|' && i > 0:
			return bytes.TrimSpace(line[:i])
		case c == ' ' && i > 0 && line[i-1] != ' ':
			if words++; words == 6 {
				return line[:i]
			}
		}
	}
	return line
}

// Explain implements schemas.Explainer.
func (p SDI) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	x := explanation(dst)
	h, ok := readSDI(r.Text)
	if !ok {
		x.verdict(p, r, firstWords(r.Text), "blank lines")
		return x
	}
	body := r.Text[h.body:]
	said := body[:tailStart(body)]
	var tags tailTags
	tags.read(body[len(said):], 0)
	x.field("time", h.stamp)
	x.field("service", bytes.Trim(r.Text[h.service:h.body], "| "))
	x.field("cluster", tags.cluster)
	x.field("node", tags.node)
	x.field("tag", tags.tag)
	x.field("peer", tags.ip)
	x.field("device", tags.device)
	x.verdict(p, r, firstWords(said), "no rule knows a fact in this text")
	return x
}

// Explain implements schemas.Explainer.
func (p CallLog) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	x := explanation(dst)
	h, ok := readRow(r.Text)
	if !ok {
		x.verdict(p, r, nil, "blank lines")
		return x
	}
	line, _ := text.Line(r.Text)
	x.field("time", bytes.TrimRight(line[:h.fields], "|"))
	names := sipColumns[:]
	row := bytes.Split(line[h.fields:], []byte{'|'})
	if string(row[0]) == "CC" {
		names = controlColumns[:]
	}
	for i, value := range row {
		if i < len(names) {
			x.field(names[i], bytes.TrimSpace(value))
		}
	}
	x.verdict(p, r, row[0], "no rule knows this step of call control")
	return x
}

var (
	sipColumns = [...]string{
		"row", "ci", "transport", "direction", "local", "local port", "device", "peer", "peer port", "tag", "net id", "call id", "message",
	}
	controlColumns = [...]string{"row", "step", "ci", "peer ci"}
)
