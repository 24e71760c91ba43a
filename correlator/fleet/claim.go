package fleet

import (
	"cmp"
	"fmt"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

func silent(s *schemas.AgentStatus) detect.Claim {
	host := cmp.Or(s.Host, "its host")
	return detect.Claim{
		Summary: fmt.Sprintf("agent %s on %s has been silent since %s UTC; it speaks every %s", s.Agent, host, s.Heard.UTC().Format("2006-01-02 15:04:05"), s.Every),
		Cause:   "its process has ended, its host is down, or it does not reach NATS any more: the network, the certificate, its credentials. What its hosts log is not seen until it is back; it goes on where it stopped",
		Fix: []string{
			fmt.Sprintf("on %s: systemctl status uctrace-agent, and journalctl -u uctrace-agent -e: it logs why it cannot connect", host),
			"if it runs: check the way to nats.url from there (firewall, DNS, certificate), and whether its credentials were changed or revoked",
			"if it was removed: nothing; it is forgotten after seven days. Ended with systemctl stop, it is not reported at all",
		},
	}
}

func lagging(s *schemas.AgentStatus) detect.Claim {
	c := detect.Claim{
		Summary: fmt.Sprintf("agent %s on %s is %s behind: %d bytes are written and not stored", s.Agent, cmp.Or(s.Host, "its host"), s.Lag.Round(time.Second), s.Behind),
	}
	if s.Unacked > 0 {
		c.Cause = fmt.Sprintf("NATS does not take its batches: %d wait for an acknowledgement. A stream is full because a stage or ClickHouse does not keep up, or the way to NATS is slow", s.Unacked)
		c.Fix = []string{
			"look at /readyz of uctraced: it names the stage that stands, and why",
			"look at uctrace_stream_bytes against uctrace_stream_limit_bytes: a full stream makes agents wait (nats.max_store)",
			"look at the way between this agent and NATS",
		}
		return c
	}
	c.Cause = "more is written than it reads, or the disk with the logs is slow"
	c.Fix = []string{
		"look at the load of the host and of the disk, or share, with the logs",
		"divide the folders among several agents",
	}
	return c
}
