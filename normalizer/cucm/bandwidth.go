package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

var (
	stateReserved = []byte("reserved")
	stateRefused  = []byte("refused")
	byLBM         = []byte("lbm")
	byMedia       = []byte("media")
)

// bandwidth appends the event of a line of the interface to the location
// bandwidth manager (9.0 and later). It ties the two legs of a call together,
// and it prints what a leg asks for (>) and what it is given (<). The letter S
// is a success; the number behind it names the reservation.
//
//	LBMIF: CI: 49611479 ASSOC    49611480
//	LBMIF: CI: 49611480 ASSOC'   49611479
//	LBMIF: CI: 49611480 BW RSV>  dev 0xcd71d80 17301961789826662406 audio 24
//	LBMIF: RSV XML> (16) 17301961789826662406 RTP_LOCATION|SJ_LOCATION A:Y,24 V:N,0 I:N,0 Force:0 Prec:5 Dpl:5
//	LBMIF: RSV XML< (16) 17301961789826662406 S A:Y,24 V:N,0 I:N,0
//	LBMIF: CI: 49611480 BW RSV<S 17301961789826662406
//	LBMIF: CI: 49611480 BW REL>  dev 0xcd71d80 17301961789826662406
func (t *trace) bandwidth(dst []schemas.Event) []schemas.Event {
	if t.body[len("LBMIF: ")] == '\t' {
		return dst // more about what another line says
	}
	rest := bytes.TrimPrefix(t.words(), []byte("LBMIF: "))
	if len(rest) < 8 {
		return dst
	}
	switch {
	case rest[0] == 'C' && hasPrefix(rest, "CI: "):
		ci := leadingDigits(rest[len("CI: "):])
		verb := bytes.TrimLeft(rest[len("CI: ")+len(ci):], " ")
		switch {
		case hasPrefix(verb, "ASSOC "):
			f := fact{kind: schemas.KindMediaLeg}
			f.with("by", byLBM)
			f.ci(ci)
			f.ci(bytes.TrimLeft(verb[len("ASSOC "):], " "))
			if f.k < 2 {
				return dst
			}
			return t.line(dst, &f)
		case hasPrefix(verb, "BW ") && len(verb) > len("BW RSV>"):
			return t.reservation(dst, ci, verb[len("BW "):])
		}
	case hasPrefix(rest, "RSV XML"):
		return t.locations(dst, rest[len("RSV XML"):])
	}
	return dst
}

// reservation appends the event of what the leg ci asks for or is given. verb
// is RSV, ADJ or REL, > or <, and further.
func (t *trace) reservation(dst []schemas.Event, ci, verb []byte) []schemas.Event {
	line := bytes.TrimRight(verb, "| ")
	if len(line) < len("RSV<S") {
		return dst
	}
	f := fact{kind: schemas.KindMediaBandwidth}
	var state, name []byte
	switch op, way := string(line[:3]), line[3]; {
	case op == "RSV" && way == '>':
		state = stateRequested
	case op == "REL" && way == '>':
		state = stateReleased
	case way == '<' && line[4] == 'S' && op == "RSV":
		state = stateReserved
	case way == '<' && line[4] != 'S' && line[4] != ' ' && op != "REL":
		state = stateRefused
	default:
		return dst
	}
	f.with("state", state)
	words := bytes.Fields(line[4:])
	for i, w := range words {
		switch {
		case len(w) >= 12 && digits(w):
			name = w
		case (string(w) == "audio" || string(w) == "video" || string(w) == "immersive") && i+1 < len(words) && f.value("kbps") == nil:
			f.with("kbps", leadingDigits(words[i+1]))
		}
	}
	f.ci(ci)
	if string(state) == "refused" {
		name = line
	}
	f.with("detail", name)
	return t.line(dst, &f)
}

// locations appends the event of a message to or from the location bandwidth
// manager. What is asked names the two locations; an answer repeats what the
// line of the leg says, unless it grants less than it calls a success.
func (t *trace) locations(dst []schemas.Event, line []byte) []schemas.Event {
	if bytes.Contains(line, []byte(" S A:Y,")) {
		return dst
	}
	words := bytes.Fields(line)
	if len(words) < 4 || len(words[0]) != 1 {
		return dst
	}
	f := fact{kind: schemas.KindMediaBandwidth}
	audio := -1
	for i, w := range words {
		if hasPrefix(w, "A:") {
			audio = i
			break
		}
	}
	if audio < 4 || len(words[audio]) < len("A:Y,0") {
		return dst
	}
	granted := words[audio][2] == 'Y'
	switch {
	case words[0][0] == '>':
		f.with("state", stateRequested)
		f.with("kbps", leadingDigits(words[audio][len("A:Y,"):]))
		// A location's name may have blanks in it.
		place := bytes.Index(line, words[2]) + len(words[2])
		end := bytes.Index(line, []byte(" A:"))
		if end > place {
			f.with("location", bytes.TrimSpace(line[place:end]))
		}
	case words[0][0] == '<' && string(words[3]) == "S" && !granted:
		f.with("state", stateRefused)
	default:
		return dst
	}
	f.with("detail", words[2])
	return t.line(dst, &f)
}
