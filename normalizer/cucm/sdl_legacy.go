package cucm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// The head of a record of CUCM 8 and earlier: the number has nine digits, the
// date stands before the time of day, and the number of the node behind it. All
// types have the columns of a signal, which are blank in the others:
//
//	001853112| 2008/09/26 11:50:39.687| 001| AppInfo   |      |      |      |      |      | LPPolicyManager -getLogicalPartitionPolicy, …
//	001853113| 2008/09/26 11:50:39.690| 001| SdlSig    | CcRegisterPartyA  | restart0 | LineControl(1,100,139,3) | SIPCdpc(1,100,55,17) | (1,100,45,1).3035-(SEP001122334455:10.1.0.2)| [R:NP - HP: 0, NP: 2, LP: 0, VLP: 0, LZP: 0 DBP: 0]CI=23624774 …
const (
	legacySeqLen = 9
	legacyDate   = legacySeqLen + len("| ")
)

// readLegacySDL reads a head of CUCM 8 or earlier that b begins with.
func readLegacySDL(b []byte) (h sdlHead, ok bool) {
	line, _ := text.Line(b)
	if len(line) < legacyDate+dateLen+clockLen || line[legacySeqLen] != '|' || line[legacySeqLen+1] != ' ' || !digits(line[:legacySeqLen]) {
		return h, false
	}
	i := legacyDate
	if h.year, h.month, h.day, ok = slashDate(line[i:]); !ok || line[i+len("2008/09/26")] != ' ' {
		return sdlHead{}, false
	}
	i += dateLen
	if h.clock, h.timed = clock(line[i:]); !h.timed {
		return sdlHead{}, false
	}
	i += clockLen
	const node = len("| 001| ")
	if len(line) < i+node || string(line[i:i+2]) != "| " || !digits(line[i+2:i+5]) || string(line[i+5:i+node]) != "| " {
		return sdlHead{}, false
	}
	i += node
	h.seq, h.dated = line[:legacySeqLen], true
	if h.kind, h.body = sdlKind(line, i); h.kind == nil {
		return sdlHead{}, false
	}
	if !hasPrefix(h.kind, "SdlSig") { // past the columns that are blank
		for range 5 {
			bar := bytes.IndexByte(line[h.body:], '|')
			if bar < 0 || present(line[h.body:h.body+bar]) != nil {
				break
			}
			h.body += bar + 1
		}
		for h.body < len(line) && line[h.body] == ' ' {
			h.body++
		}
	}
	return h, true
}

// legacyTag reads the correlation tag of a signal of CUCM 8 or earlier; * names
// nothing. In later ones the parts stand between circumflexes.
//
//	(1,100,45,1).3035-(SEP001122334455:10.1.0.2)
func (s *sdlSig) legacyTag(origin []byte) bool {
	if origin = present(origin); len(origin) == 0 || origin[0] != '(' {
		return false
	}
	process, rest, _ := bytes.Cut(origin[1:], []byte{')'})
	number, who, ok := bytes.Cut(rest, []byte("-("))
	device, ip, whole := bytes.Cut(bytes.TrimSuffix(who, []byte{')'}), []byte{':'})
	if !ok || !whole || len(number) < 2 || number[0] != '.' {
		return false
	}
	s.tag = append(bytes.Clone(process), number...) // as SDI prints it: 1,100,45,1.3035
	s.ip, s.device = named(ip), named(device)
	return true
}

// start returns the moment of a head that is timed, behind prev.
func (h *sdlHead) start(prev time.Time) time.Time {
	if h.dated {
		return onDay(h.year, h.month, h.day, h.clock, prev.Location())
	}
	return at(prev, h.clock)
}
