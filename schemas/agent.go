package schemas

import "time"

// AgentStatus is what an agent says of itself, every few seconds. One without
// an Agent is a tick: the server says that time has passed, so that silence is
// seen when nobody else speaks.
type AgentStatus struct {
	// Agent is its name. What reads a stream takes it, and Cluster, from the
	// subject of the message, because NATS permissions guard that one.
	Agent   string
	Cluster string
	Host    string
	Version string // of the program
	Config  string // hash of the settings in effect, without the secrets
	// Started is when the process began, Time when it said this, both by its
	// own clock.
	Started, Time time.Time
	// Heard is when the stream took the message. It is not part of it.
	Heard time.Time
	// Every is how soon the next status is due.
	Every time.Duration
	// Stopped is the last word of an agent that ends in an orderly way.
	Stopped bool

	Files      int // followed
	Unreadable int // of which nothing can be read
	// Behind is what the files hold and the stream has not stored, in bytes,
	// Lag for how long the oldest of it has waited.
	Behind int64
	Lag    time.Duration
	// Unacked counts batches that were sent and are not stored yet.
	Unacked int

	// What follows counts since Started.
	Bytes, Records int64
	Headless       int64 // records without a head: text that no parser knows
	ProblemCount   int64
	Problems       []Problem // the newest
	Sources        []AgentSource

	// Away is what a tick knows of the agents of which a finding stands. The
	// messages that it rests on may have left the stream.
	Away []AgentAway
}

// AgentAway is an agent of which a finding stands.
type AgentAway struct {
	Cluster, Agent string
	// Silent and Lags are the times of the messages that agent.silent and
	// agent.lagging rest on, zero where none stands.
	Silent, Lags time.Time
}

// AgentSource is what an agent has read of one kind of log.
type AgentSource struct {
	Source  Source
	Records int64
	// Last is the latest time of a record, zero when none was dated.
	Last time.Time
}

// Tick reports whether s is no agent's.
func (s *AgentStatus) Tick() bool { return s.Agent == "" }

// MaxAgentProblems bounds AgentStatus.Problems.
const MaxAgentProblems = 5
