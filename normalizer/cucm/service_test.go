package cucm_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/cucm"
)

func TestService(t *testing.T) {
	for _, files := range []string{"media-*", "bandwidth*", "registration-*", "alarm-*", "cti-*", "siperror*", "service-records*"} {
		golden.Run(t, "testdata/"+files+".txtar", cucm.SDL{})
	}
	golden.Run(t, "testdata/service-sdi.txtar", cucm.SDI{})
}
