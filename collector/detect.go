package collector

import (
	"bytes"
	"cmp"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// headBytes is how much of a file Parser.Match sees.
const headBytes = 64 << 10

// kind is what the beginning of a file tells.
type kind struct {
	file   schemas.File
	covers int            // how many bytes its Fingerprint covers at most
	parser schemas.Parser // nil when no parser matches
	// binary names the format of a file that is no log, "" for text.
	binary string
	// fault says which parser failed on the file, a mistake of ours; nil for
	// none.
	fault *schemas.Problem
	// zone is the zone of its local times, nil when nothing tells it.
	zone *time.Location
	// date is a day near its first records, from which heads without a year
	// take theirs; zero when nothing tells it.
	date time.Time
}

// setZone takes loc, unless it is nil, for the zone of k's local times.
func (k *kind) setZone(loc *time.Location) {
	if k.zone = loc; loc != nil && k.file.Source.LocalTime() {
		k.file.Zone = zoneName(loc)
	}
}

// identify tells path's kind from head, its first headBytes; what stands behind
// them does not count.
func (o *Options) identify(path string, head []byte) kind {
	head = head[:min(len(head), headBytes)]
	k := kind{covers: schemas.FingerprintBytes, file: schemas.File{
		Path: path, Fingerprint: schemas.FingerprintOf(head), Cluster: o.Cluster, Source: schemas.Unknown,
	}}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, utf8BOM), "\x00")
	switch {
	case o.Source != "":
		k.parser = o.parserFor(o.Source)
		k.file.Source = o.Source
	default:
		if k.binary = magicName(head); k.binary == "" {
			k.parser, k.fault = o.match(path, text)
		}
		if k.parser == nil && k.binary == "" && looksBinary(head) {
			k.binary = "binary data"
		}
		if k.binary != "" && strings.HasSuffix(strings.ToLower(path), ".enc") {
			k.binary = encryptedReport
		}
		if k.parser != nil {
			k.file.Source = k.parser.Source()
		} else {
			k.covers, k.file.Fingerprint = wideBytes, widePrint(head)
		}
	}
	if a, ok := k.parser.(schemas.Alike); ok {
		k.ask(func() {
			if a.Alike(text) {
				k.covers, k.file.Fingerprint = wideBytes, widePrint(head)
			}
		})
	}
	if n, ok := k.parser.(schemas.Noder); ok {
		k.ask(func() { k.file.Node = n.Node(path, text) })
	}
	k.file.Node = cmp.Or(k.file.Node, o.Node, nodeOfPath(path))
	k.setZone(o.Zone)
	if k.date = o.Date; k.date.IsZero() {
		k.findDate(text)
	}
	return k
}

// findDate sets the date of k when text, the beginning of its file, tells it.
func (k *kind) findDate(text []byte) {
	if d, ok := k.parser.(schemas.Dater); ok && k.date.IsZero() {
		k.ask(func() { k.date = d.Date(text) })
	}
}

// undated reports whether a date is looked for in vain.
func (k *kind) undated() bool {
	_, ok := k.parser.(schemas.Dater)
	return ok && k.date.IsZero()
}

func (o *Options) match(path string, head []byte) (best schemas.Parser, fault *schemas.Problem) {
	most := 0
	for _, p := range o.Parsers {
		sure, failed := matchOf(p, path, head)
		if sure > most {
			best, most = p, sure
		}
		fault = cmp.Or(fault, failed)
	}
	return best, fault
}

// parserFor returns the parser of source: its own, or one of the same product
// that has several sources.
func (o *Options) parserFor(source schemas.Source) schemas.Parser {
	for _, p := range o.Parsers {
		if p.Source() == source {
			return p
		}
	}
	product, _, _ := strings.Cut(string(source), ".")
	for _, p := range o.Parsers {
		if _, several := p.(schemas.Sourcer); several && strings.HasPrefix(string(p.Source()), product+".") {
			return p
		}
	}
	return nil
}

// heads returns what decides where the records of a file of kind k begin.
func (o *Options) heads(k kind) heads {
	seed := schemas.Seed(k.date, k.zone)
	switch {
	case k.parser != nil:
		return newHeads([]schemas.Parser{k.parser}, false, seed)
	case k.binary != "" || o.Source != "":
		return newHeads(nil, false, seed)
	}
	return newHeads(o.Parsers, true, seed)
}

// encryptedReport is what Jabber sends when EnablePrtEncryption is set in
// jabber-config.xml: …Windows_10_Enterprise.zip.enc.
const encryptedReport = "an encrypted problem report of Jabber"

// magics are beginnings of files that come along with logs and are none.
var magics = []struct{ magic, name string }{
	{"\x89PNG\r\n\x1a\n", "a PNG image"},
	{"\xff\xd8\xff", "a JPEG image"},
	{"GIF8", "a GIF image"},
	{"%PDF-", "a PDF document"},
	{"\x7fELF", "an ELF program or core dump"},
	{"MZ\x90\x00", "a Windows program"},
	{"MDMP", "a Windows crash dump"},
	{"\xd4\xc3\xb2\xa1", "a packet capture"},
	{"\xa1\xb2\xc3\xd4", "a packet capture"},
	{"\x4d\x3c\xb2\xa1", "a packet capture"},
	{"\x0a\x0d\x0d\x0a", "a packet capture"},
	{"\xca\xfe\xba\xbe", "Java bytecode"},
	{"JAVA PROFILE", "a Java heap dump"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"ElfFile\x00", "a Windows event log"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive"},
	{"\xfd7zXZ\x00", "xz compressed data"},
	{"\x28\xb5\x2f\xfd", "zstd compressed data"},
	{"BZh9", "bzip2 compressed data"},
	{"Rar!\x1a\x07", "a RAR archive"},
}

func magicName(head []byte) string {
	for _, m := range magics {
		if len(head) >= len(m.magic) && string(head[:len(m.magic)]) == m.magic {
			return m.name
		}
	}
	return ""
}

// looksBinary reports whether more than a tenth of head's beginning is control
// bytes that no text holds.
func looksBinary(head []byte) bool {
	head = head[:min(len(head), 4096)]
	n := 0
	for _, c := range head {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b {
			n++
		}
	}
	return n > 0 && n*10 > len(head)
}

// nodeOfPath returns the host that a trace collection names in its folders:
//
//	cucm-sub1.example.com_2/2019-08-27_23-23-37/cm/trace/ccm/sdl/SDL002_100_000001.txt
//	cucm-pub.example.com/2016-10-18_16-47-42/cm/trace/ccm/sdl/SDL001_100_000088.txt
func nodeOfPath(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' || r == '!' })
	for i := len(parts) - 2; i > 0; i-- {
		if isStamp(parts[i]) {
			return withoutNodeID(parts[i-1])
		}
	}
	return ""
}

// isStamp reports whether s has the form 2019-08-27_23-23-37.
func isStamp(s string) bool {
	const form = "0000-00-00_00-00-00"
	if len(s) != len(form) {
		return false
	}
	for i := range len(form) {
		if form[i] == '0' {
			if s[i] < '0' || s[i] > '9' {
				return false
			}
		} else if s[i] != form[i] {
			return false
		}
	}
	return true
}

// withoutNodeID cuts the number that collections append to the host.
func withoutNodeID(host string) string {
	i := strings.LastIndexByte(host, '_')
	if i <= 0 || i == len(host)-1 || strings.Trim(host[i+1:], "0123456789") != "" {
		return host
	}
	return host[:i]
}
