package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// mobility appends the events of the lines of the record that tell of a remote
// destination lookup (single number reach, mobile connect) or of the digit
// manipulation before it. A record is one line; a web copy may have broken one
// into several.
func (t *trace) mobility(dst []schemas.Event) []schemas.Event {
	head := t.record.Text[:len(t.record.Text)-len(t.body)]
	if t.isPlain() && len(t.plain)+1 >= len(t.record.Text) {
		return t.fact(dst, t.plain[len(head):], t.plain, true)
	}
	line, rest := text.Line(t.body)
	dst = t.fact(dst, line, t.record.Text[:len(head)+len(line)], t.isPlain())
	for n := t.record.Line + 1; len(rest) > 0; n++ {
		if line, rest = text.Line(rest); len(line) == 0 {
			continue
		}
		from := len(dst)
		if dst = t.fact(dst, line, line, false); len(dst) > from {
			dst[from].Line = n
		}
	}
	return dst
}

// fact appends the event that line states, if it states one; evidence is the
// line as it stands in the log, plain says that it is ASCII.
func (t *trace) fact(dst []schemas.Event, line, evidence []byte, plain bool) []schemas.Event {
	clean, mended := line, text.Repairs(0)
	if !plain || !text.WholeLine(line) {
		clean, mended = text.Clean(line)
	}
	f := t.newFact("")
	if !f.mobility(clean) {
		return dst
	}
	return t.emit(dst, f, evidence, mended)
}

var (
	calling = []byte("calling")
	called  = []byte("called")
)

// mobility reads one line, without its head and without typographic damage.
// The strings are those of CUCM 8 to 11.5.
//
//	DbMobility: getMatchedRemDest starts: cnumber = 5737
//	DbMobility: getMatchedRemDest: full match case
//	DbMobility: can't find remdest 5737 in map
//	DbMobility: found remdest cnumber = 875737, devicepkid = 97c71d1f-24f7-1f82-107d-4c77053bc79f
//	SPROC  getCtrlPid - callingNum=+14085251015, inputCtrlPid=(2,100,220,1)
//	Digit Analysis: getDaRes - Remote Destination [+19195742015] isURI[0]
func (f *fact) mobility(line []byte) bool {
	switch { // a line that is whole shows at once which words can stand in it
	case hasPrefix(line, "DbMobility: "):
		if f.lookup(line[len("DbMobility: "):]) {
			return true
		}
	case hasPrefix(line, "//SIP/"):
		return f.transformed(line)
	case hasPrefix(line, "SPROC"):
		return f.control(line) || f.transformed(line)
	}
	if v, ok := after(line, "RemDest starts: cnumber = "); ok {
		f.kind = schemas.KindMobilityLookup
		f.with("number", word(v))
		return f.n > 0
	}
	if v, ok := after(line, "getMatchedRemDest: "); ok {
		f.kind = schemas.KindMobilityLookup
		f.match(v)
		return f.n > 0
	}
	if v, ok := after(line, "t find remdest "); ok {
		f.kind = schemas.KindMobilityMiss
		f.with("number", word(v))
		return f.n > 0
	}
	if v, ok := after(line, "found remdest cnumber = "); ok {
		f.kind = schemas.KindMobilityFound
		number := word(v)
		f.with("number", number)
		if v, ok := after(v[len(number):], "devicepkid ="); ok {
			f.with("device_pkid", word(bytes.TrimLeft(v, " ")))
		}
		return f.n > 0
	}
	if f.control(line) {
		return true
	}
	if v, ok := after(line, "DaRes - Remote Destination ["); ok {
		f.kind = schemas.KindMobilityLookup
		f.with("number", word(v))
		if f.n > 0 {
			f.with("by", called)
		}
		return f.n > 0
	}
	if i := bytes.Index(line, []byte("Protocol=Remote Destination")); i > 0 {
		return f.remDest(line[:i])
	}
	return f.transformed(line)
}

// lookup reads a whole line of the lookup, behind the name of its process.
func (f *fact) lookup(line []byte) bool {
	const starts, matched, miss = "getMatchedRemDest starts: cnumber = ", "getMatchedRemDest: ", "can't find remdest "
	switch {
	case hasPrefix(line, starts):
		f.kind = schemas.KindMobilityLookup
		f.with("number", word(line[len(starts):]))
	case hasPrefix(line, matched):
		f.kind = schemas.KindMobilityLookup
		f.match(line[len(matched):])
	case hasPrefix(line, miss):
		f.kind = schemas.KindMobilityMiss
		f.with("number", word(line[len(miss):]))
	}
	return f.n > 0
}

// match reads how numbers are compared.
func (f *fact) match(v []byte) {
	if how := word(v); bytes.HasPrefix(v[len(how):], []byte(" match case")) {
		f.with("match", how)
	}
}

// control reads the lookup of a calling number.
func (f *fact) control(line []byte) bool {
	v, ok := behind(line, "getCtrlPid", len("getCtrl"))
	if !ok {
		return false
	}
	if v, ok = behind(v, "callingNum=", len("calling")); !ok {
		return false
	}
	f.kind = schemas.KindMobilityLookup
	f.with("number", word(v))
	if f.n > 0 {
		f.with("by", calling)
	}
	return f.n > 0
}

// remDest reads the line of a remote destination profile that the number
// matched; line ends before its Protocol.
//
//	… found in RemoteDeviceInfo hashmap - PID(s)=2 Name=875737:RDP-marko-5737 is Active=1 Protocol=Remote Destination
func (f *fact) remDest(line []byte) bool {
	v, ok := after(line, "Name=")
	if !ok {
		return false
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
	return f.n > 0
}

// after returns what follows the first needle in line. A needle of more than
// 32 bytes would be copied to the heap.
func after(line []byte, needle string) ([]byte, bool) {
	_, v, ok := bytes.Cut(line, []byte(needle))
	return v, ok
}

// behind does what after does. It looks for the byte of needle at rare; see
// text.Index.
func behind(line []byte, needle string, rare int) ([]byte, bool) {
	i := text.Index(line, needle, rare)
	if i < 0 {
		return nil, false
	}
	return line[i+len(needle):], true
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
