package loki

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// class says what to do about a push that failed.
type class uint8

const (
	// passing: Loki or the way to it is at fault, or a person must mend a
	// setting. The same lines are sent again until it works.
	passing class = iota
	// refused: a line is at fault, and will be next time.
	refused
)

// fault is why a push failed.
type fault struct {
	class  class
	status int    // of HTTP; below 0: no answer
	reason string // one of Reasons, a word for a metric
	cause  error
	// oldest is the oldest timestamp that Loki takes, when it said so.
	oldest time.Time
	// longest is the longest line that Loki takes, in bytes, when it said so.
	longest int
}

func (f *fault) Error() string { return fmt.Sprintf("%s: %v", f.reason, f.cause) }

func (f *fault) Unwrap() error { return f.cause }

// Reasons lists the words for why a push was tried again or a line refused.
func Reasons() []string {
	return []string{
		reasonNetwork, reasonServer, reasonRate, reasonRights, reasonSettings,
		reasonOld, reasonNew, reasonLong, reasonOther,
	}
}

const (
	reasonNetwork  = "network"  // no answer: refused, reset, timed out
	reasonServer   = "server"   // 5xx
	reasonRate     = "rate"     // 429: too much, or too many streams
	reasonRights   = "rights"   // 401, 403
	reasonSettings = "settings" // Loki is set so that it takes no such lines, or there is no Loki
	reasonOld      = "too_old"
	reasonNew      = "too_new"
	reasonLong     = "too_long"
	reasonOther    = "refused"
)

const tooMany = 429

// faultOf classifies the failure of a push. What Loki says about a line is in
// the text of its answer alone (pkg/validation and pkg/chunkenc of Loki 3).
func faultOf(status int, cause error) *fault {
	f := &fault{status: status, cause: cause}
	switch {
	case status < 0:
		f.reason = reasonNetwork
	case status == tooMany:
		f.reason = reasonRate
	case status/100 == 5, status == 408:
		f.reason = reasonServer
	case status == 401, status == 403:
		f.reason = reasonRights
	case status == 400, status == 413, status == 422:
		f.readRefusal(cause.Error())
	default:
		f.reason = reasonSettings
	}
	return f
}

var (
	oldestText  = regexp.MustCompile(`oldest acceptable timestamp is: ([0-9T:+Z.-]+)`)
	longestText = regexp.MustCompile(`max entry size '(\d+)' bytes exceeded`)
)

// readRefusal says what text, Loki's answer, means.
func (f *fault) readRefusal(text string) {
	f.class, f.reason = refused, reasonOther
	if m := oldestText.FindStringSubmatch(text); m != nil {
		f.reason = reasonOld
		if t, err := time.Parse(time.RFC3339, strings.TrimRight(m[1], ".")); err == nil {
			f.oldest = t
		}
		return
	}
	if m := longestText.FindStringSubmatch(text); m != nil {
		f.reason = reasonLong
		f.longest, _ = strconv.Atoi(m[1]) //nolint:errcheck // 0 is no limit
		return
	}
	switch {
	case strings.Contains(text, "timestamp too new"):
		f.reason = reasonNew
	case strings.Contains(text, "this feature is disallowed"), strings.Contains(text, "missing required labels"), strings.Contains(text, "ingestion blocked"):
		f.class, f.reason = passing, reasonSettings
	}
}
