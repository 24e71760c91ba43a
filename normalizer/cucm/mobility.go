package cucm

import (
	"bytes"
	"encoding/hex"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// mobility appends the events of the lines of the record that tell of a remote
// destination lookup (single number reach, mobile connect) or of the digit
// manipulation before it. A record is one line; a web copy may have broken one
// into several.
func (t *trace) mobility(dst []schemas.Event) []schemas.Event {
	line, rest := text.Line(t.body)
	whole := t.record.Text[:len(t.record.Text)-len(t.body)+len(line)]
	dst = t.fact(dst, line, whole)
	for n := t.record.Line + 1; len(rest) > 0; n++ {
		if line, rest = text.Line(rest); len(line) == 0 {
			continue
		}
		from := len(dst)
		if dst = t.fact(dst, line, line); len(dst) > from {
			dst[from].Line = n
		}
	}
	return dst
}

// fact appends the event that line states, if it states one; evidence is the
// line as it stands in the log.
func (t *trace) fact(dst []schemas.Event, line, evidence []byte) []schemas.Event {
	clean, mended := text.Clean(line)
	f, ok := readFact(clean)
	if !ok {
		return dst
	}
	t.readTail()
	var ends [8]int
	buf := text.AppendEvidence(t.mem.Scratch(), bytes.TrimLeft(evidence, " \t"), schemas.MaxEvidence)
	ends[0] = len(buf)
	for i := range f.attrs[:f.n] {
		buf = append(buf, f.attrs[i].value...)
		ends[i+1] = len(buf)
	}
	seq := ends[f.n]
	buf = append(buf, t.seq...)
	scope := len(buf)
	if t.seq != nil {
		buf = hex.AppendEncode(buf, t.file.Fingerprint[:])
	}
	tag := len(buf)
	buf = append(buf, t.tag...)

	all := t.mem.Keep(buf)
	e := schemas.Event{Kind: f.kind, Text: all[:ends[0]], Repairs: (t.mended | mended).Append(nil)}
	if t.seq != nil || t.tag != nil {
		e.Keys = t.mem.Keys(2)
	}
	if t.seq != nil {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeySequence, Value: all[seq:scope], Scope: all[scope:tag]})
	}
	if t.tag != nil {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCorrelationTag, Value: all[tag:], Scope: t.file.Cluster})
	}
	e.Attrs = t.mem.Attrs(f.n)
	for i := range f.n {
		e.Attrs = append(e.Attrs, schemas.Attr{Name: f.attrs[i].name, Value: all[ends[i]:ends[i+1]]})
	}
	return append(dst, e)
}

// fact is what a mobility line states.
type fact struct {
	kind  schemas.Kind
	attrs [6]attr
	n     int
}

type attr struct {
	name  string
	value []byte
}

// with adds an attribute, unless value is empty.
func (f *fact) with(name string, value []byte) {
	if len(value) > 0 && f.n < len(f.attrs) {
		f.attrs[f.n] = attr{name, value}
		f.n++
	}
}

var (
	calling = []byte("calling")
	called  = []byte("called")
)

// readFact reads one line, without its head and without typographic damage.
// The strings are those of CUCM 8 to 11.5.
//
//	DbMobility: getMatchedRemDest starts: cnumber = 5737
//	DbMobility: getMatchedRemDest: full match case
//	DbMobility: can't find remdest 5737 in map
//	DbMobility: found remdest cnumber = 875737, devicepkid = 97c71d1f-24f7-1f82-107d-4c77053bc79f
//	SPROC  getCtrlPid - callingNum=+14085251015, inputCtrlPid=(2,100,220,1)
//	Digit Analysis: getDaRes - Remote Destination [+19195742015] isURI[0]
func readFact(line []byte) (f fact, ok bool) {
	switch { // a line that is whole shows at once which words can stand in it
	case hasPrefix(line, "DbMobility: "):
		if f, ok = readLookup(line[len("DbMobility: "):]); ok {
			return f, true
		}
	case hasPrefix(line, "//SIP/"):
		return readTransform(line)
	case hasPrefix(line, "SPROC"):
		if f, ok = readControl(line); !ok {
			return readTransform(line)
		}
		return f, ok
	}
	if v, ok := after(line, "RemDest starts: cnumber = "); ok {
		f.kind = schemas.KindMobilityLookup
		f.with("number", word(v))
		return f, f.n > 0
	}
	if v, ok := after(line, "getMatchedRemDest: "); ok {
		f.kind = schemas.KindMobilityLookup
		if how := word(v); bytes.HasPrefix(v[len(how):], []byte(" match case")) {
			f.with("match", how)
		}
		return f, f.n > 0
	}
	if v, ok := after(line, "t find remdest "); ok {
		f.kind = schemas.KindMobilityMiss
		f.with("number", word(v))
		return f, f.n > 0
	}
	if v, ok := after(line, "found remdest cnumber = "); ok {
		f.kind = schemas.KindMobilityFound
		number := word(v)
		f.with("number", number)
		if v, ok := after(v[len(number):], "devicepkid ="); ok {
			f.with("device_pkid", word(bytes.TrimLeft(v, " ")))
		}
		return f, f.n > 0
	}
	if f, ok := readControl(line); ok {
		return f, true
	}
	if v, ok := after(line, "DaRes - Remote Destination ["); ok {
		f.kind = schemas.KindMobilityLookup
		f.with("number", word(v))
		f.with("by", called)
		return f, f.n > 1
	}
	if i := bytes.Index(line, []byte("Protocol=Remote Destination")); i > 0 {
		return remDest(line[:i])
	}
	return readTransform(line)
}

// readLookup reads a whole line of the lookup, behind the name of its process.
func readLookup(line []byte) (f fact, ok bool) {
	const starts, matched, miss = "getMatchedRemDest starts: cnumber = ", "getMatchedRemDest: ", "can't find remdest "
	switch {
	case hasPrefix(line, starts):
		f.kind = schemas.KindMobilityLookup
		f.with("number", word(line[len(starts):]))
	case hasPrefix(line, matched):
		f.kind = schemas.KindMobilityLookup
		v := line[len(matched):]
		if how := word(v); bytes.HasPrefix(v[len(how):], []byte(" match case")) {
			f.with("match", how)
		}
	case hasPrefix(line, miss):
		f.kind = schemas.KindMobilityMiss
		f.with("number", word(line[len(miss):]))
	}
	return f, f.n > 0
}

// readControl reads the lookup of a calling number.
func readControl(line []byte) (f fact, ok bool) {
	v, ok := after(line, "getCtrlPid")
	if !ok {
		return f, false
	}
	f.kind = schemas.KindMobilityLookup
	if v, ok = after(v, "callingNum="); ok {
		f.with("number", word(v))
	}
	f.with("by", calling)
	return f, f.n > 1
}

// remDest reads the line of a remote destination profile that the number
// matched; line ends before its Protocol.
//
//	… found in RemoteDeviceInfo hashmap - PID(s)=2 Name=875737:RDP-marko-5737 is Active=1 Protocol=Remote Destination
func remDest(line []byte) (f fact, ok bool) {
	v, ok := after(line, "Name=")
	if !ok {
		return f, false
	}
	f.kind = schemas.KindMobilityRemDest
	name, state := v, []byte(nil)
	if i := bytes.Index(v, []byte("Active=")); i > 0 {
		state = leadingDigits(v[i+len("Active="):])
		name = bytes.TrimSuffix(v[:i], []byte("is"))
		name = bytes.TrimSuffix(name, []byte("is "))
	}
	name = bytes.TrimSpace(name)
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		f.with("number", name[:i])
		name = name[i+1:]
	}
	f.with("name", name)
	end := len(name)
	for end > 0 && name[end-1]-'0' <= 9 {
		end--
	}
	if end < len(name) {
		f.with("dn", name[end:])
	}
	f.with("active", state)
	return f, f.n > 0
}

// after returns what follows the first needle in line. A needle of more than
// 32 bytes would be copied to the heap.
func after(line []byte, needle string) ([]byte, bool) {
	_, v, ok := bytes.Cut(line, []byte(needle))
	return v, ok
}

// word returns the value that v begins with: it ends at a blank, a comma, a
// bracket or a bar.
func word(v []byte) []byte {
	for i, c := range v {
		switch c {
		case ' ', ',', ']', '|', '\t', '\r', '\n', '<', ')':
			return v[:i]
		}
	}
	return v
}
