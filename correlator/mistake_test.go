package correlator

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// brokenRule looks at one number, and fails on it in the way that is given.
func brokenRule(number string, more detect.Condition) detect.Signature {
	where := []detect.Condition{{Field: must(detect.NewField("number")), Any: []string{number}}, more}
	return detect.Signature{
		Name: "site.broken", Title: "A number", Subject: []detect.Subject{{Session: true}, {Field: must(detect.NewField("node"))}},
		Prove: []detect.Matcher{{Kinds: []schemas.Kind{schemas.KindMobilityMiss}, Where: where}},
	}
}

const threeMisses = "file a cucm.sdl node=cm1\n0 mobility.miss seq=1 number=12\n1 mobility.miss seq=2 number=13\n2 mobility.miss seq=3 number=14\nupto 60"

// TestConditionThatPanics has a condition of a rule fail on an event: the event
// has no part in rules, the others have, and its log names the line.
func TestConditionThatPanics(t *testing.T) {
	c := New(Config{Signatures: []detect.Signature{brokenRule("13", detect.Condition{})}})
	batches := build(t, threeMisses)
	for i := range batches {
		c.Add(&batches[i])
	}
	r := c.Result()
	for _, log := range r.Logs {
		if log.GapCount == 1 && log.Gaps[0].Line == 2 && strings.Contains(log.Gaps[0].Why, "the rules fail on it: ") {
			return
		}
	}
	t.Errorf("logs %+v do not name the line", r.Logs)
}

// TestJudgementThatPanics has a rule fail when what it found is judged.
func TestJudgementThatPanics(t *testing.T) {
	rule := brokenRule("13", detect.Condition{Field: must(detect.NewField("number")), None: []string{"99"}})
	rule.Grade = []detect.Grade{{For: []detect.Condition{{}}}}
	c := New(Config{Signatures: []detect.Signature{rule}})
	batches := build(t, threeMisses)
	for i := range batches {
		c.Add(&batches[i])
	}
	r := c.Result()
	for _, seen := range r.Coverage {
		if strings.Contains(seen.Why, "rule site.broken fails on it: ") && !seen.Observable {
			return
		}
	}
	t.Errorf("coverage %+v does not name the rule", r.Coverage)
}

func must(f detect.Field, err error) detect.Field {
	if err != nil {
		panic(err)
	}
	return f
}

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
