package detect

import "github.com/uctrace/uctrace/schemas"

// AgentSilent documents what correlator/fleet finds in what agents say of
// themselves.
func AgentSilent() Detector {
	return Detector{
		Name:     "agent.silent",
		Title:    "An agent has fallen silent",
		Severity: schemas.Medium,
		Doc: `An agent that is not there sends no logs, and no log means no finding: whatever fails on its hosts is not seen.

**Needs:** a running server, and no status of the agent for four times the interval that it promised, a minute at least. Time is that of the stream
UC_AGENTS: the server writes a tick every few seconds, and only time in which somebody wrote counts.

**Silent for:** an agent that ended in an orderly way, because its last status says so; a log without new lines, because its agent speaks all the same; a time in which
the server or NATS was away, after which an agent has half a minute and more to come back. Taken back when the agent speaks again, and after seven days.

**Strings:** none of a log: it rests on the messages of our own agents.

**References:** schemas/agent.go; deploy/prometheus watches the same from outside, for the time in which the server itself is away.`,
	}
}

// AgentLagging documents what correlator/fleet finds in what agents say of
// themselves.
func AgentLagging() Detector {
	return Detector{
		Name:     "agent.lagging",
		Title:    "An agent cannot keep up",
		Severity: schemas.Low,
		Doc: `Lines that were written minutes ago are not stored yet: findings come late, and where logs are deleted or overwritten soon, lines may be lost before they are read.

**Needs:** two statuses in a row in which the oldest line that is written and not stored has waited for five minutes or longer.

**Silent for:** many bytes at the start of an agent, while they move; a file that nobody writes to. Taken back when the wait is below a minute.

**Strings:** none of a log: it rests on the messages of our own agents.

**References:** schemas/agent.go; deploy/prometheus watches the same from outside, for the time in which the server itself is away.`,
	}
}
