package normalizer_test

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/schemas"
)

// brokenParser is that of CUCM SDL with a mistake that some text shows.
type brokenParser struct{ cucm.SDL }

func (brokenParser) Parse(dst []schemas.Event, _ *schemas.File, r *schemas.Record) []schemas.Event {
	if strings.Contains(string(r.Text), "BOOM") {
		panic("index out of range")
	}
	return append(dst, schemas.Event{Kind: schemas.KindUnparsed, Line: r.Line})
}

// ParseIn hides that of cucm.SDL.
func (brokenParser) ParseIn() {}

func TestParserThatPanics(t *testing.T) {
	log := "00000001.000 |10:00:00.000 |AppInfo  |one\n00000002.000 |10:00:00.000 |AppInfo  |BOOM\n" +
		"00000003.000 |10:00:00.000 |AppInfo  |BOOM\n00000004.000 |10:00:00.000 |AppInfo  |four\n"
	b := golden.Batch(cucm.SDL{}, []byte(log), golden.Options{})
	var out schemas.EventBatch
	normalizer.New([]schemas.Parser{brokenParser{}}).Normalize(&out, b)
	if len(out.Events) != 2 || out.Events[0].Line != 1 || out.Events[1].Line != 4 {
		t.Errorf("events %+v, want those of the records before and behind the fault", out.Events)
	}
	if s := out.Span; s.Records != 4 || s.Unparsed != 4 || len(s.Problems) != 1 || s.Problems[0].Line != 2 {
		t.Errorf("span %+v, want four records that are not understood and one problem, at line 2", s)
	}
}
