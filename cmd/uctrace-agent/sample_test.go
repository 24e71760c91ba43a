package main

import (
	"testing"

	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/internal/config/configtest"
)

// TestSampleConfiguration holds deploy/config/uctrace-agent.yaml against the
// keys that there are: as it is, and with every key in force, it says the
// defaults.
func TestSampleConfiguration(t *testing.T) {
	t.Setenv("STATE_DIRECTORY", "/var/lib/uctrace-agent")
	configtest.Sample(t, "../../deploy/config/uctrace-agent.yaml", "uctrace-agent, /etc/uctrace/agent.yaml", func() (any, *config.Set) {
		c, set := newConfig()
		c.ID = "" // that of the host
		return c, set
	})
}
