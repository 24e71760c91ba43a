// Package simulate writes the logs that CUCM, Jabber and Expressway would
// write in a small deployment where some things fail and their healthy twins
// work. It knows the formats from the outside: it shares no code with the
// parsers and detectors that read its output.
package simulate

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Line is what one product writes to one file at one moment: a record, which
// may be of several physical lines, line end included.
type Line struct {
	At   time.Time
	File string // slash-separated path below the output folder
	Text string
}

// Scenario is one story and what a reader must find in it.
type Scenario struct {
	Name string
	// Want is the rule id that the story must lead to, "" for a healthy one.
	Want string
	// tell appends the lines of the story, which begins at start.
	tell func(s *script, start time.Time)
}

// Scenarios lists the stories, failing and healthy.
func Scenarios() []Scenario {
	return slices.Concat(cucmScenarios, federationScenarios, axlScenarios, loginScenarios)
}

// Traces returns the lines of all scenarios, beginning at start, ordered by
// time. Equal starts give equal lines.
func Traces(start time.Time) []Line {
	s := &script{}
	for i, sc := range Scenarios() {
		sc.tell(s, start.Add(time.Duration(i)*1700*time.Millisecond))
	}
	s.heartbeats(start)
	slices.SortStableFunc(s.lines, func(a, b Line) int { return a.At.Compare(b.At) })
	return s.lines
}

// script collects lines.
type script struct {
	lines []Line
	seq   int // SDL sequence number
	net   int // [n,NET] number
}

func (s *script) write(at time.Time, file, text string) {
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	s.lines = append(s.lines, Line{At: at, File: file, Text: text})
}

// heartbeats writes what a healthy system prints anyway, long enough that
// every story's "nothing came" can be told from "the log ends here".
func (s *script) heartbeats(start time.Time) {
	for i := range 24 {
		at := start.Add(time.Duration(i) * 5 * time.Second)
		s.sdl(at, "AppInfo", "SIPStationD - keep alive: 12 devices registered")
		s.sdi(at, "1,100,50,1."+strconv.Itoa(9000+i), "StationInit - InboundStim - KeepAliveMessage - Send KeepAlive to Device Controller. DeviceName=SEP0011223344"+strconv.Itoa(10+i))
		for _, h := range []host{edgeA, edgeB, edgeC} {
			s.xcp(at, h, "DEBUG", "keepalive", "router connection is up")
		}
		s.management(at, coreA, `Module="developer.clusterdb.cdb" Level="INFO" Detail="Database is consistent"`)
		for _, pc := range []string{"pc-ann", "pc-bob"} {
			s.csf(at, pc, "DEBUG", `src\threading\TimerQueue.cpp(88)`, "csf.timer", "csf::TimerQueue::tick", "timer queue is alive")
		}
	}
}
