//go:build unix

package e2e

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestAgentsAreKnown lets an agent work beside the server, ends it, and looks
// at the fleet as a dashboard does.
func TestAgentsAreKnown(t *testing.T) {
	s := newSystem(t)
	s.startServer()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	logs := t.TempDir()
	if err := os.WriteFile(filepath.Join(logs, "a.log"), []byte("no product writes this\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	agent := s.spawn("agent.log", "uctrace-agent", "--id", "collector-1", "--cluster", "lab", "--status", "1s",
		"--state-dir", s.journal, "--nats-url", "nats://"+s.nats, "--quiet", "100ms", "--poll", "20ms", logs)
	read := "SELECT state, cluster, files, read_bytes, headless, problems FROM v_agents WHERE agent = 'collector-1'"
	s.until(ctx, "the agent in v_agents", func() bool { return s.query(read) == "current\tlab\t1\t23\t1\t0" })
	if got := s.query("SELECT source, records FROM v_agent_sources"); got != "unknown\t1" {
		t.Errorf("sources: %s", got)
	}
	if err := agent.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-agent.done
	s.until(ctx, "its end", func() bool { return s.query("SELECT state FROM v_agents") == "stopped" })
	if got := s.query("SELECT count() = uniqExact(time), countIf(stopped = 1) FROM v_agent_history"); got != "1\t1" {
		t.Errorf("history: %s", got)
	}
}
