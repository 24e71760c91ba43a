package schemas

import (
	"cmp"
	"strings"
	"time"
)

// Coverage says what could, and what could not, be seen: "nothing found" and
// "could not see" differ.
type Coverage struct {
	Subject    string `json:"subject"`
	Observable bool   `json:"observable"`
	Why        string `json:"why"`
}

// Sight says from where a session was seen: one kind of log of one node that
// holds events of it.
type Sight struct {
	// Node is empty when the log does not name its host.
	Node   string
	Source Source
	Events int
	// Levels are the log levels that the events were written at, in lower case
	// as the product names them ("info", "debug", "vbose"), sorted; empty for
	// logs that print none.
	Levels []string
}

// Skew says how far the clock of a node is ahead of another one. Events keep
// the time that their log prints: the corrected one is that time less Offset,
// see Session.Corrected.
type Skew struct {
	// Node is whose times are to be corrected, as in Event.Node; File stands
	// for it when the log does not name its host.
	Node, File string
	// Against is the node, or the host as messages name it, whose clock is
	// taken for right in this session.
	Against string
	// Offset is positive when the clock of Node is ahead.
	Offset time.Duration
	// Within is how far off Offset may be.
	Within time.Duration
	// Facts is how many pairs of times it was estimated from.
	Facts int
}

// String says it to a person: "the clock of edge1 is 16s ahead of that of cucm1".
func (k *Skew) String() string {
	side := " ahead of"
	if k.Offset < 0 {
		side = " behind"
	}
	return "the clock of " + cmp.Or(k.Node, "the host that wrote "+k.File) + " is " + k.Offset.Abs().Round(time.Millisecond).String() + side + " that of " + k.Against
}

// LogCoverage says what one kind of log of one node held and so could have
// shown. It is revised as logs arrive; the highest Version of an ID holds, and
// none is ever withdrawn. What was read twice counts once.
type LogCoverage struct {
	// ID is a function of Cluster, Node and Source.
	ID      ID
	Version uint64
	Cluster string
	// Node is empty for the logs that do not name their host, taken together.
	Node   string
	Source Source
	// Files, Bytes and the counts below are those of the files of this Source.
	// A file that holds records of several sources, as an Expressway's, counts
	// for the source it was taken for: the others have their times, levels and
	// gaps here, and no counts.
	Files    int
	Bytes    int64
	Lines    int
	Records  int
	Events   int
	Unparsed int
	Damaged  int
	// Levels are the log levels that were seen, as in Sight.
	Levels []string
	// First and Last are the times of the earliest and the latest dated
	// record, zero when none is dated.
	First, Last time.Time
	// Sequence is the highest number of a log that numbers its records, 0 for
	// one that does not. A CUCM counts anew when the service starts.
	Sequence uint64
	// Gaps are the parts that are missing, ordered by time, file and line, the
	// last MaxGaps of them; GapCount counts all, and Missing the numbers that
	// are missing in them.
	Gaps     []LogGap
	GapCount int
	Missing  uint64
}

// MaxGaps bounds LogCoverage.Gaps.
const MaxGaps = 20

// LogGap is a part of a log that is missing.
type LogGap struct {
	// File and Line are where the log goes on behind the gap.
	File string
	Line int
	// From and To are the times beside it, zero when they are not known.
	From, To time.Time
	// Missing is how many numbers of a numbered log are missing.
	Missing uint64
	Why     string
}

// Corrected returns the time that the reference clock of the session showed
// when e was written: the time that the log prints, less what the clock of its
// node was ahead. A time without date stays as it is.
func (s *Session) Corrected(e *Event) time.Time {
	return e.Time.Add(-s.Ahead(e.Node, e.File, e.Time))
}

// CorrectedStart is Start by the reference clock of the session, as far as one
// clock stamped all of it; else it is Start.
func (s *Session) CorrectedStart() time.Time {
	var ahead time.Duration
	for i := range s.Sights {
		at := -1
		for j := range s.Skews {
			if strings.EqualFold(s.Skews[j].Node, s.Sights[i].Node) {
				at = j
			}
		}
		if at < 0 || i > 0 && s.Skews[at].Offset != ahead {
			return s.Start
		}
		ahead = s.Skews[at].Offset
	}
	if !Dated(s.Start) {
		return s.Start
	}
	return s.Start.Add(-ahead)
}

// Ahead returns by how much the times that a log prints are ahead of the
// reference clock of the session; t is such a time, for one without date it is 0.
func (s *Session) Ahead(node, file string, t time.Time) time.Duration {
	if !Dated(t) {
		return 0
	}
	for i := range s.Skews {
		k := &s.Skews[i]
		if strings.EqualFold(k.Node, node) && (node != "" || k.File == file) {
			return k.Offset
		}
	}
	return 0
}
