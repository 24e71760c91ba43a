package correlator

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// TestDetectorThatPanics has a detector fail on a call: the others go on, and
// the call says that it was not judged.
func TestDetectorThatPanics(t *testing.T) {
	c := New(Config{})
	ran := false
	c.detectors[schemas.SessionCall] = []detect.Detector{
		{Name: "cucm.broken", Run: func(_ *detect.Session, r *detect.Report) {
			r.Findings = append(r.Findings, schemas.Finding{})
			panic("index out of range")
		}},
		{Name: "cucm.whole", Run: func(*detect.Session, *detect.Report) { ran = true }},
	}
	batches := build(t, "file a cucm.sdl\n0 sip INVITE id=a from=5737 to=3250 in\n1 sip 200/INVITE id=a\nupto 60")
	for i := range batches {
		c.Add(&batches[i])
	}
	r := c.Result()
	if !ran || len(r.Sessions) != 1 || len(r.Findings) != 0 {
		t.Fatalf("the next detector ran: %v; sessions %+v, findings %+v", ran, r.Sessions, r.Findings)
	}
	for _, seen := range r.Coverage {
		if strings.Contains(seen.Why, "rule cucm.broken fails on it: index out of range") && seen.Subject == r.Sessions[0].Summary && !seen.Observable {
			return
		}
	}
	t.Errorf("coverage %+v does not name the detector", r.Coverage)
}
