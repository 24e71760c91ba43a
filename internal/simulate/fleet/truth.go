package fleet

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Truth is what the fleet's logs are about: the answer that a reader's
// findings and sessions are compared with.
type Truth struct {
	Seed    uint64    `json:"seed"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`
	Stories []Story   `json:"stories"`
}

// Story is one telling of a scenario.
type Story struct {
	ID       string    `json:"id"` // the scenario's name and a number
	Scenario string    `json:"scenario"`
	Start    time.Time `json:"start"`
	// Sessions are the calls, sign-ins and so on of the story, in order.
	Sessions []Session `json:"sessions"`
	// Expect are the findings that must be there. Whatever else is found of
	// medium severity or above on lines of the story, and is not in Allow, is
	// false; a healthy story expects nothing.
	Expect []Expectation `json:"expect,omitempty"`
	// Allow are rules whose findings are right here as well but are not asked
	// for, because they depend on what else is in the fleet.
	Allow []string `json:"allow,omitempty"`
	// Records are the story's lines.
	Records []Record `json:"records"`
}

// Session is what belongs together.
type Session struct {
	Kind schemas.SessionKind `json:"kind"`
	// Keys are its join keys as printed.
	Keys []schemas.Key `json:"keys,omitempty"`
}

// Expectation is a finding that must be there.
type Expectation struct {
	Rule string `json:"rule"`
	// Severity is what the catalogues of failures propose.
	Severity schemas.Severity `json:"severity"`
	// Stage is the stage of the session, for rules that have stages.
	Stage string `json:"stage,omitempty"`
	// Subject is what the finding is about: a device, a host, a domain; empty
	// when it is about the session.
	Subject string `json:"subject,omitempty"`
	// Session is the index of the session it is about, -1 for none.
	Session int `json:"session"`
}

// Record is one record of a story.
type Record struct {
	File string `json:"file"`
	// Line is the number of its first line, from 1; Lines counts them.
	Line  int `json:"line"`
	Lines int `json:"lines"`
	// Offset is that of its first byte, Bytes is its length.
	Offset int64 `json:"offset"`
	Bytes  int   `json:"bytes"`
	// Sessions are the indexes of the sessions it belongs to: a REGISTER in a
	// client's log belongs to the registration and to the sign-in.
	Sessions []int `json:"sessions,omitempty"`
}

// Write writes t as JSON, a story a line.
func (t *Truth) Write(out io.Writer) error {
	var w bytes.Buffer
	head, err := json.Marshal(Truth{Seed: t.Seed, Start: t.Start, End: t.End, Stories: []Story{}})
	if err != nil {
		return err
	}
	w.Write(head[:len(head)-len("]}")])
	for i := range t.Stories {
		story, err := json.Marshal(&t.Stories[i])
		if err != nil {
			return err
		}
		if i > 0 {
			w.WriteByte(',')
		}
		w.WriteByte('\n')
		w.Write(story)
	}
	w.WriteString("\n]}\n")
	_, err = w.WriteTo(out)
	return err
}
