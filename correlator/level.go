package correlator

import (
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// levels is a set of log levels, a bit for each of levelNames.
type levels uint8

// levelNames are the names of the levels; products that write one of them in
// two ways mean the same.
var levelNames = [...]string{"debug", "error", "fatal", "info", "notice", "trace", "vbose", "warn"}

// names returns the names of a set, sorted.
func (l levels) names() []string {
	var names []string
	for i, name := range levelNames {
		if l&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

func levelNamed(word string) levels {
	switch word {
	case "DEBUG":
		return 1 << 0
	case "ERROR":
		return 1 << 1
	case "FATAL", "CRITICAL":
		return 1 << 2
	case "INFO":
		return 1 << 3
	case "NOTICE":
		return 1 << 4
	case "TRACE":
		return 1 << 5
	case "VBOSE", "VERBOSE":
		return 1 << 6
	case "WARN", "WARNING":
		return 1 << 7
	}
	return 0
}

// printsLevel reports whether the logs of a source print levels.
func printsLevel(s schemas.Source) bool {
	switch s {
	case schemas.CUCMLog4j, schemas.IMPLog4j, schemas.IMPXCP, schemas.JabberCSF, schemas.JabberGuest:
		return true
	}
	return expressway(string(s))
}

// levelHead is how far into a line the level stands that is a word of its head,
// in bytes.
const levelHead = 64

// levelOf returns the level that e was written at, none when its line does not
// say.
//
//	UTCTime="2024-03-05 10:00:00,100" Module="network.sip" Level="DEBUG":  Action="Sent"
//	2017-04-19 16:30:30,565 DEBUG [0x000013b0] [netutils\src\http\CurlHttpUtils.cpp(188)]
func levelOf(e *schemas.Event) levels {
	if !printsLevel(e.Source) {
		return 0
	}
	if _, rest, ok := strings.Cut(e.Text, `Level="`); ok {
		word, _, _ := strings.Cut(rest[:min(len(rest), 12)], `"`)
		return levelNamed(strings.TrimSpace(word))
	}
	for head := e.Text[:min(len(e.Text), levelHead)]; head != ""; {
		word, rest, _ := strings.Cut(head, " ")
		if l := levelNamed(strings.Trim(word, "<>[]:-")); l != 0 {
			return l
		}
		head = rest
	}
	return 0
}

// levelOfRecord returns what levelOf returns of record n.
func (c *Correlator) levelOfRecord(n uint32) levels {
	return c.store.origins[c.store.at(n).origin].level
}

// levelOfEvent is levelOf of an event that was loaded, and so has no text.
func (c *Correlator) levelOfEvent(e *schemas.Event) levels {
	if !printsLevel(e.Source) {
		return 0
	}
	if n, ok := c.store.lookup(e.ID); ok {
		return c.levelOfRecord(n)
	}
	return 0
}
