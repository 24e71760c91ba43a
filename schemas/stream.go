package schemas

import (
	"fmt"
	"strings"
)

// Stream is a JetStream stream of uctrace.
type Stream struct {
	Name string
	// Prefix is the first tokens of its subjects. The tokens after it are the
	// cluster, and the source for records, the agent for agents. A tenant is a NATS account and so
	// needs no token. Call-IDs, JIDs and users never stand in a subject: NATS
	// keeps state per subject.
	Prefix string
	// Holds says what one message is.
	Holds string
}

// The streams, in the order of the flow.
var (
	StreamRecords  = Stream{"UC_RECORDS", "uc.records", "a RecordBatch"}
	StreamEvents   = Stream{"UC_EVENTS", "uc.events", "an EventBatch"}
	StreamSessions = Stream{"UC_SESSIONS", "uc.sessions", "a batch of Session revisions"}
	StreamFindings = Stream{"UC_FINDINGS", "uc.findings", "a batch of Finding revisions"}
	StreamCoverage = Stream{"UC_COVERAGE", "uc.coverage", "a batch of LogCoverage revisions"}
	StreamAgents   = Stream{"UC_AGENTS", "uc.agents", "an AgentStatus"}
)

// Streams lists the streams.
func Streams() []Stream {
	return []Stream{StreamRecords, StreamEvents, StreamSessions, StreamFindings, StreamCoverage, StreamAgents}
}

// Subject returns the subject for the tokens; empty tokens become "default".
func (s Stream) Subject(tokens ...string) string {
	var b strings.Builder
	b.WriteString(s.Prefix)
	for _, t := range tokens {
		b.WriteByte('.')
		b.WriteString(subjectToken(t))
	}
	return b.String()
}

// Filter returns the subject that matches all subjects of s.
func (s Stream) Filter() string { return s.Prefix + ".>" }

// subjectToken keeps letters, digits, - and _, and replaces everything else,
// so that no name can reach other subjects.
func subjectToken(t string) string {
	if t == "" {
		return "default"
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '_'
	}, t)
}

// Origin returns the cluster and the name of the agent that a subject of
// StreamAgents tells; ok is false for every other subject, that of a tick too.
func Origin(subject string) (cluster, agent string, ok bool) {
	rest, found := strings.CutPrefix(subject, StreamAgents.Prefix+".")
	cluster, agent, ok = strings.Cut(rest, ".")
	if !found || !ok || agent == "" || strings.Contains(agent, ".") {
		return "", "", false
	}
	if cluster == "default" {
		cluster = ""
	}
	return cluster, agent, true
}

// CleanName returns text as a name that ValidateName takes.
func CleanName(text string) string { return subjectToken(text) }

// ValidateName reports why name cannot be a cluster, nil when it can.
func ValidateName(name string) error {
	if subjectToken(name) != name {
		return fmt.Errorf("%q: only letters, digits, - and _ are allowed", name)
	}
	return nil
}
