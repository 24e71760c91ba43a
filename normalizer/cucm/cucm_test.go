package cucm_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/cucm"
)

func TestSDL(t *testing.T)     { golden.Run(t, "testdata/sdl-*.txtar", cucm.SDL{}) }
func TestSDI(t *testing.T)     { golden.Run(t, "testdata/sdi-*.txtar", cucm.SDI{}) }
func TestCallLog(t *testing.T) { golden.Run(t, "testdata/calllog*.txtar", cucm.CallLog{}) }
