package collector

import (
	"bufio"
	"errors"
	"io"

	"github.com/uctrace/uctrace/schemas"
)

// plain returns the text of a file that is read once as UTF-8 and without what
// a copy of it has before every line, and what is worth telling about that.
func plain(path string, r *bufio.Reader) (text io.Reader, note *schemas.Problem) {
	text, wide := decode(r, false)
	if wide {
		p := wideNote(path)
		return text, &p
	}
	head, err := r.Peek(marginBytes)
	if g, ok := marginOf(head, errors.Is(err, io.EOF)); ok {
		p := g.note(path)
		return &marginReader{src: r, cut: g.width}, &p
	}
	return text, nil
}

// decode returns the text of a file as UTF-8, and whether that took decoding.
// growing keeps an incomplete last character for the next time.
func decode(r *bufio.Reader, growing bool) (text io.Reader, wide bool) {
	head, _ := r.Peek(sniffBytes)
	is, bigEndian := utf16Kind(head)
	if !is {
		return r, false
	}
	return &utf16Reader{src: r, bigEndian: bigEndian, partial: growing}, true
}

// note adds what is worth telling about the file to its first batch.
func (f *framer) note(k kind, plain *schemas.Problem) {
	switch k.binary {
	case "":
	case encryptedReport:
		f.problem(schemas.Problem{
			Message: "this is " + k.binary, Unread: true,
			Hint: "decrypt it with the private key of the certificate that PRTCertificateName names, and give the zip",
		})
	default:
		f.problem(schemas.Problem{Message: "not a log: " + k.binary})
	}
	if k.fault != nil {
		f.problem(*k.fault)
	}
	if plain != nil {
		f.problem(*plain)
	}
}

func wideNote(path string) schemas.Problem {
	return schemas.Problem{
		File: path, Message: "the text is UTF-16", Hint: "offsets and texts are those of the file converted to UTF-8",
	}
}

// end emits what is left of a file whose reading ended with fault: io.EOF, the
// missing end of gzip data, or something that hides the rest of the file.
func (f *framer) end(fault error) error {
	switch {
	case errors.Is(fault, io.EOF):
		return f.finish(true)
	case errors.Is(fault, errGzipOpen):
		f.problem(schemas.Problem{Message: fault.Error(), Hint: "what was written so far is read"})
		return f.finish(true)
	}
	f.problem(unreadable(f.batch.File.Path, fault))
	return f.finish(false)
}
