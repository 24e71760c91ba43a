package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Explain implements schemas.Explainer.
func (Parser) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	raw, _ := text.Line(r.Text)
	line, _ := text.Clean(raw)
	var h head
	if !h.fields(line) {
		if text.Blank(r.Text) {
			return append(dst, schemas.Attr{Name: "silent", Value: "blank lines"})
		}
		if h = (head{message: line}); !excerpt(line) {
			return append(dst, schemas.Attr{Name: "rule", Value: "no record head, and no part of one"})
		}
	}
	dst = h.explain(dst, line)
	rule, at := lookUp(&h)
	switch {
	case rule == nil && h.shape == webex:
		return append(dst, schemas.Attr{Name: "silent", Value: "a record of the Webex app: the stack inside it says the same in records of its own"})
	case rule == nil && quiet(h.function):
		return append(dst, schemas.Attr{Name: "silent", Value: "the dispatcher names a task, which says nothing about its outcome"})
	case rule == nil:
		return append(dst, schemas.Attr{Name: "silent", Value: "none of the strings that tell a stage, a setting, a message or a failure stands in the message"})
	}
	name := "message: "
	if !bytes.HasPrefix(h.message[at:], []byte(rule.needle)) {
		name = "function: "
	}
	if len((Parser{}).Parse(nil, new(schemas.File), r)) == 0 {
		return append(dst, schemas.Attr{Name: "silent", Value: "the words \"" + rule.needle + "\" stand in it, and what they say here is no fact that is kept"})
	}
	return append(dst, schemas.Attr{Name: "rule", Value: name + rule.needle})
}

// quiet reports whether no message of function states anything.
func quiet(function []byte) bool {
	f := functionRule(function)
	return f != nil && f.read == nil
}

// explain appends the fields of the head of line in reading order.
func (h *head) explain(dst []schemas.Attr, line []byte) []schemas.Attr {
	add := func(name string, value []byte) {
		if value = bytes.TrimSpace(value); len(value) > 0 {
			dst = append(dst, schemas.Attr{Name: name, Value: text.Evidence(mask(value), schemas.MaxEvidence)})
		}
	}
	before := bytes.TrimSuffix(line, h.message)
	switch h.shape {
	case report:
		add("time", until(bytes.TrimLeft(before, " ["), "]"))
		return dst
	case webex:
		stamp, level, _ := bytes.Cut(before, []byte(" "))
		add("time", stamp)
		add("level", bytes.Trim(level, "<> "))
		return dst
	case phone:
		words := bytes.Fields(before)
		add("sequence", words[0])
		add("level", words[1])
		add("time", bytes.Join(words[2:min(5, len(words))], []byte(" ")))
		if len(words) > 5 {
			add("thread", bytes.Trim(words[5], "()"))
		}
		return dst
	}
	if h.shape == endpoint {
		words := bytes.Fields(before)
		add("uptime", words[0])
		add("module", words[1])
		return dst
	}
	stamp := until(before, "[")
	rest := before[len(stamp):]
	words := bytes.Fields(bytes.TrimPrefix(bytes.TrimSpace(stamp), []byte("-- ")))
	if n := len(words); n > 0 && upper(words[n-1]) {
		add("time", bytes.Join(words[:n-1], []byte(" ")))
		add("level", words[n-1])
	} else {
		add("time", stamp)
	}
	names := [...]string{"thread", "place", "component", "function"}
	boxes := boxes(rest)
	if len(boxes) == 3 {
		names = [...]string{"thread", "component", "function", ""}
	}
	for i, b := range boxes {
		add(names[i], b)
	}
	return dst
}

// boxes returns what stands in the first four square brackets of b.
func boxes(b []byte) [][]byte {
	var all [][]byte
	for len(all) < 4 {
		at := bytes.IndexByte(b, '[')
		if at < 0 {
			break
		}
		end := closing(b[at:])
		if end < 0 {
			break
		}
		all = append(all, b[at+1:at+end])
		b = b[at+end+1:]
	}
	return all
}
