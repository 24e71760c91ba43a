package main

import (
	"testing"

	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/internal/config/configtest"
)

// TestSampleConfiguration holds deploy/config/uctraced.yaml against the keys
// that there are: as it is, and with every key in force, it says the defaults.
func TestSampleConfiguration(t *testing.T) {
	t.Setenv("STATE_DIRECTORY", "/var/lib/uctrace")
	configtest.Sample(t, "../../deploy/config/uctraced.yaml", "uctraced, /etc/uctrace/uctraced.yaml", func() (any, *config.Set) {
		c, set := newConfig()
		return c, set
	})
}
