package cucm

import (
	"bytes"
	"encoding/binary"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// SDI reads the trace of CUCM 8 and earlier: cm/trace/ccm/sdi/ccm00000001.txt.
// Its times are local, without a zone; excerpts print only the time of day.
type SDI struct{}

var (
	_ arena.Parser      = SDI{}
	_ schemas.Gluer     = SDI{}
	_ schemas.Skipper   = SDI{}
	_ schemas.Glancer   = SDI{}
	_ schemas.Noder     = SDI{}
	_ schemas.Excerpter = SDI{}
)

// sdiHead is what the head of an SDI record says.
//
//	04/17/2013 15:53:55.370 CCM|DbMobility: getMatchedRemDest starts: cnumber = 5737|<CLID::…><NID::…><CT::…>
//	09:47:50.116 CCM CallManager|…
type sdiHead struct {
	dated   bool
	year    int
	month   time.Month
	day     int
	clock   time.Duration
	stamp   []byte // 04/17/2013 15:53:55.370
	service int    // index of the name of the service
	body    int    // index of what follows the bar
	mended  text.Repairs
}

const dateLen = len("04/17/2013 ")

// readSDI reads the head that b begins with. b may go on behind the line.
func readSDI(b []byte) (h sdiHead, ok bool) {
	if len(b) == 0 {
		return h, false
	}
	if b[0]-'0' > 9 {
		rest, trimmed := text.TrimLinePrefix(b)
		if !trimmed || len(rest) == 0 || rest[0]-'0' > 9 {
			return h, false
		}
		if h, ok = readSDI(rest); ok {
			h.service += len(b) - len(rest)
			h.body += len(b) - len(rest)
			h.mended |= text.LinePrefix
		}
		return h, ok
	}
	i := 0
	if len(b) > dateLen && b[2] == '/' && b[5] == '/' && b[10] == ' ' {
		if h.year, h.month, h.day, h.dated = americanDate(b); !h.dated {
			return h, false
		}
		i = dateLen
	}
	if h.clock, ok = clock(b[i:]); !ok || i+clockLen >= len(b) || b[i+clockLen] != ' ' {
		return h, false
	}
	i += clockLen
	h.stamp = b[:i]
	if n := service(b[i+1:]); n > 0 {
		h.service, h.body = i+1, i+1+n
		return h, true
	}
	return h, false
}

// americanDate reads 04/17/2013 and a blank.
func americanDate(b []byte) (year int, month time.Month, day int, ok bool) {
	if len(b) < dateLen || b[2] != '/' || b[5] != '/' || b[10] != ' ' {
		return 0, 0, 0, false
	}
	v := binary.LittleEndian.Uint64(b) ^ formDate
	month, day = time.Month(v&0xFF*10+v>>8&0xFF), int(v>>24&0xFF*10+v>>32&0xFF)
	century, rest := int(v>>48&0xFF*10+v>>56), two(b, 8)
	ok = stamp.Digits(v) && rest < 100 && month >= 1 && month <= 12 && day >= 1 && day <= 31
	return century*100 + rest, month, day, ok
}

// formDate is what 04/17/20 is without its digits.
var formDate = binary.LittleEndian.Uint64([]byte("00/00/00"))

// service returns the length of the name of the service and the bar that b
// begins with, else 0.
func service(b []byte) int {
	for n := range services {
		if hasPrefix(b, services[n]) {
			return len(services[n])
		}
	}
	return 0
}

var services = [...]string{
	"CCM|", "CCM CallManager|", "Cisco CallManager|", "CCM Communications Manager|", "Cisco Communications Manager|",
	"Cisco Unified Communications Manager|", "CallManager|",
}

// Source implements schemas.Parser.
func (SDI) Source() schemas.Source { return schemas.CUCMSDI }

// Match implements schemas.Parser.
func (p SDI) Match(_ string, head []byte) int {
	return match(head, func(line []byte) bool {
		_, ok := readSDI(line)
		return ok || p.Glued(line, 1) >= 0
	})
}

// Start implements schemas.Parser.
func (SDI) Start(line []byte, prev time.Time) (time.Time, bool) {
	h, ok := readSDI(line)
	switch {
	case !ok:
		return time.Time{}, false
	case h.dated:
		return onDay(h.year, h.month, h.day, h.clock, prev.Location()), true
	}
	return at(prev, h.clock), true
}

// Glued implements schemas.Gluer. Web copies leave out the line ends:
//
//	…stripAndPrependDigits 87573704/26/2013 09:47:50.116 CCM|SPROC  getCtrlPid …
//	…tcpHandle=0x6b8802808:38:58.734 CCM CallManager|StationD …
func (SDI) Glued(line []byte, from int) int {
	from = max(from, prefixLen(line)+1)
	i := from + clockLen + len("CCM")
	const own = dateLen + clockLen + len(" CCM")
	if len(line) > own && line[own] == '|' {
		if _, _, _, ok := americanDate(line); ok && string(line[own-len(" CCM"):own]) == " CCM" {
			i = max(i, own+1) // the line's own head has no other in it
		}
	}
	for i < len(line) {
		bar := bytes.IndexByte(line[i:], '|')
		if bar < 0 {
			return -1
		}
		bar += i
		i = bar + 1
		if c := line[bar-1]; c != 'M' && c != 'r' {
			continue
		}
		for n := range services {
			name := services[n][:len(services[n])-1]
			start := bar - len(name) - len(" ") - clockLen
			if start < from || string(line[bar-len(name):bar]) != name || line[bar-len(name)-1] != ' ' {
				continue
			}
			if _, ok := readSDI(line[start:]); !ok {
				continue
			}
			if dated := start - dateLen; dated >= 0 {
				if h, ok := readSDI(line[dated:]); ok && h.dated {
					if dated < from {
						continue
					}
					return dated
				}
			}
			return start
		}
	}
	return -1
}

// Node implements schemas.Noder: the folder of a collection, else the NID tag
// of the first record that has one.
func (SDI) Node(path string, head []byte) string {
	if node := pathNode(path); node != "" {
		return node
	}
	return nodeTag(head)
}

// Excerpt implements schemas.Excerpter: lines of a remote destination lookup,
// with or without their heads, are quoted wherever people explain one. What
// begins inside an identifier is the second half of a line, see continues.
func (SDI) Excerpt(line []byte) bool {
	if _, ok := readSDI(line); ok {
		return true
	}
	if len(line) > 0 && line[0] == '-' {
		return false
	}
	clean, _ := text.Clean(line)
	var f fact
	return f.mobility(clean) && f.n > 0
}

// Continues implements schemas.Excerpter.
func (SDI) Continues(record, line []byte) bool { return continues(record, line) }

// Parse implements schemas.Parser.
func (p SDI) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return p.ParseIn(nil, dst, f, r)
}

// ParseIn implements arena.Parser.
func (SDI) ParseIn(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	t := trace{mem: a, file: f, record: r, tail: true}
	if usualSDI(r) {
		t.seq, t.body = r.Text[:dateLen+clockLen], r.Text[dateLen+clockLen+len(usualService):]
	} else {
		h, ok := readSDI(r.Text)
		if !ok {
			return headless(a, dst, f, r)
		}
		t.seq, t.body, t.mended = h.stamp, r.Text[h.body:], h.mended
	}
	return t.appInfo(dst)
}

// usualService is how nearly all heads end.
const usualService = " CCM|"

// usualSDI reports whether r has a head with date, time and the usual name of
// the service. What Start has judged is not judged again: the digits.
func usualSDI(r *schemas.Record) bool {
	b := r.Text
	return r.Head && len(b) > dateLen+clockLen && b[0]-'0' <= 9 && b[2] == '/' && b[5] == '/' && b[10] == ' ' &&
		hasPrefix(b[dateLen+clockLen:], usualService)
}
