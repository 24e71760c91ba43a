package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// The outcomes of a digit analysis.
var (
	outcomeMatch     = []byte("match")
	outcomeNone      = []byte("none")
	outcomePotential = []byte("potential")
)

// analysis appends the event of a line of the digit analysis. One analysis
// prints what is looked up and where, and then what came of it: a block for a
// match, else whether further digits could lead to one.
//
//	Digit analysis: match(pi="2", fqcn="", cn="+14085550115",plv="5", pss="E911_PT:INTERNAL_PT", TodFilteredPss="E911_PT:INTERNAL_PT", dd="1003",dac="0")
//	Digit analysis: potentialMatches=NoPotentialMatchesExist
//	Digit analysis: analysis results
func (t *trace) analysis(dst []schemas.Event) ([]schemas.Event, bool) {
	const name = "Digit analysis:"
	if what := bytes.TrimLeft(t.body[len(name):], " "); len(what) > 0 && what[0] >= 'a' && what[0] <= 'z' && what[0] != 'm' && what[0] != 'p' {
		return dst, false // whatever else the line needs
	}
	line := t.words()
	if bytes.IndexByte(line, '(') > 0 && bytes.IndexByte(line, ')') < 0 {
		line = t.joined()
	}
	line = bytes.TrimLeft(line[min(len(line), len(name)):], " ")
	f := t.newFact(schemas.KindDigitsAnalysis)
	switch {
	case hasPrefix(line, "match("):
		f.with("calling", quoted(line, " cn=\""))
		f.with("called", quoted(line, " dd=\""))
		f.with("css", quoted(line, " pss=\""))
	case hasPrefix(line, "potentialMatches="):
		matches := word(line[len("potentialMatches="):])
		outcome := outcomePotential
		if string(matches) == "NoPotentialMatchesExist" {
			outcome = outcomeNone
		}
		f.with("outcome", outcome)
		f.with("potential", matches)
	default:
		return dst, false
	}
	if f.n == 0 {
		return dst, true
	}
	return t.line(dst, f), true
}

// quoted returns the value behind name, which ends with the opening quote.
func quoted(line []byte, name string) []byte {
	v, ok := behind(line, name, len(" c")) // the n of cn and the s of pss are rarer
	if !ok && name[0] == ' ' {             // match(cn="5000", or without a blank between
		for _, before := range [...]string{"(", ","} {
			if v, ok = after(line, before+name[1:]); ok {
				break
			}
		}
	}
	if !ok { // match(fqcn= "" , cn= "1001" , as a guide sets it
		v, ok = after(line, name[:len(name)-1]+` "`)
	}
	if !ok {
		return nil
	}
	i := bytes.IndexByte(v, '"')
	if i < 0 {
		return nil
	}
	return v[:i]
}

// result appends the event of the block that tells what digits matched.
//
//	|PretransformCallingPartyNumber=2003
//	|CallingPartyNumber=+19195550103
//	|DialingPartition=GLOBALIZED_PT
//	|DialingPattern=+.!
//	|FullyQualifiedCalledPartyNumber=+19195550115
//	|PotentialMatches=ForegoPotentialMatches
//	|RouteBlockFlag=RouteThisPattern
//	|RouteBlockCause=0
func (t *trace) result(dst []schemas.Event) []schemas.Event {
	f := fact{kind: schemas.KindDigitsAnalysis}
	body, mended := text.Clean(t.text())
	t.mended |= mended
	var called, pre, cause []byte
	for len(body) > 0 {
		row := body
		if i := bytes.IndexAny(body, "|\n"); i >= 0 {
			row, body = body[:i], body[i+1:]
		} else {
			body = nil
		}
		name, value, ok := bytes.Cut(bytes.TrimSpace(row), []byte{'='})
		if !ok {
			continue
		}
		if string(name) != "DialingPartition" { // the only one with blanks in it
			value = upTo(value, " ") // the words of who quotes it follow
		}
		switch string(name) {
		case "CallingPartyNumber":
			f.with("calling", value)
		case "PretransformDigitString":
			called = value
		case "CollectedDigits":
			pre = value
		case "DialingPattern":
			f.with("outcome", outcomeMatch)
			f.with("pattern", value)
		case "DialingPartition":
			f.with("partition", value)
		case "FullyQualifiedCalledPartyNumber":
			f.with("final", value)
		case "RouteBlockFlag":
			f.with("route_block", value)
		case "RouteBlockCause":
			cause = value
		case "PotentialMatches":
			f.with("potential", value)
		}
	}
	if len(called) == 0 {
		called = pre
	}
	f.with("called", called)
	if string(cause) != "0" {
		f.with("cause", cause)
	}
	if f.value("outcome") == nil && f.value("route_block") == nil {
		return dst
	}
	return t.emit(dst, &f, t.whole(), 0)
}
