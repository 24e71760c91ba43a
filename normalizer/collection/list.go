package collection

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// list appends an event for each file that the list in r names. The elements
// nest, so node and service are those named last.
//
//	<Node name="10.1.0.6"> … <ServiceName name="Cisco CallManager"><FileType  name="sdl"><FileName name="…" … size="332487">
func list(dst []schemas.Event, r *schemas.Record) []schemas.Event {
	var node, service []byte
	b := r.Text
	line, counted := r.Line, 0
	for i := 0; i < len(b); i++ {
		at := bytes.IndexByte(b[i:], '<')
		if at < 0 {
			break
		}
		i += at
		end := bytes.IndexByte(b[i:], '>')
		if end < 0 {
			break
		}
		tag := b[i : i+end+1]
		line += bytes.Count(b[counted:i], []byte{'\n'})
		counted = i
		switch name := attribute(tag, "name"); {
		case bytes.HasPrefix(tag, []byte("<Node ")):
			node, service = name, nil
		case bytes.HasPrefix(tag, []byte("<ServiceName ")):
			service = name
		case bytes.HasPrefix(tag, []byte("<FileName ")) && len(name) > 0:
			dst = append(dst, file(tag, node, service, line))
		}
		i += end
	}
	return dst
}

// file returns the event of a file. The name of a file that its product is
// still writing ends in .gzo; the time names its zone and has no offset, so it
// stays as printed.
func file(tag, node, service []byte, line int) schemas.Event {
	e := schemas.Event{Kind: schemas.KindLogCollection, Line: line, Text: text.Evidence(tag, schemas.MaxEvidence)}
	e.Attrs = make([]schemas.Attr, 0, 5)
	for _, a := range [...]struct {
		name  string
		value []byte
	}{
		{"service", service},
		{"node", node},
		{"file", attribute(tag, "name")},
		{"bytes", attribute(tag, "size")},
		{"modified", attribute(tag, "modifiedDate")},
	} {
		if v := text.Evidence(bytes.TrimSpace(a.value), 400); v != "" {
			e.Attrs = append(e.Attrs, schemas.Attr{Name: a.name, Value: v})
		}
	}
	return e
}

// attribute returns the value of an attribute of tag, nil when it has none of
// that name.
func attribute(tag []byte, name string) []byte {
	for from := 0; ; {
		at := bytes.Index(tag[from:], []byte(name))
		if at < 0 {
			return nil
		}
		at += from
		from = at + len(name)
		rest := tag[from:]
		if at == 0 || tag[at-1] != ' ' && tag[at-1] != '\t' && tag[at-1] != '\n' || len(rest) < 2 || rest[0] != '=' || rest[1] != '"' && rest[1] != '\'' {
			continue
		}
		end := bytes.IndexByte(rest[2:], rest[1])
		if end < 0 {
			return nil
		}
		return rest[2 : 2+end]
	}
}
