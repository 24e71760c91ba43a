package normalizer_test

import (
	"bytes"
	"fmt"
	"time"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// gateway reads the ISDN debug of an IOS voice gateway. It is the worked
// example of CONTRIBUTING.md: a whole parser, small enough to read at once.
//
//	2026-01-05 10:15:22.345 GW1 ISDN Se0/0:23 Q931: TX -> SETUP callref = 0x0085
type gateway struct{}

const gatewayStamp = "2006-01-02 15:04:05.000"

// Source says which kind of log this is. A new kind is a constant in
// schemas/source.go.
func (gateway) Source() schemas.Source { return "gateway.isdn" }

// Match tells a file of this kind from all others: its first line has the head
// and the words that only this log has.
func (g gateway) Match(_ string, head []byte) int {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	if _, ok := g.Start(line, time.Time{}); ok && bytes.Contains(line, []byte(" Q931: ")) {
		return 100
	}
	return 0
}

// Start finds the beginnings of records. The log prints local time, which is
// read in the zone of prev.
func (gateway) Start(line []byte, prev time.Time) (time.Time, bool) {
	if len(line) < len(gatewayStamp)+1 || line[4] != '-' || line[len(gatewayStamp)] != ' ' {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation(gatewayStamp, string(line[:len(gatewayStamp)]), prev.Location())
	return t, err == nil
}

// Parse states the facts of a record. Most records state none, and that is
// told as early as possible.
func (gateway) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	_, text, ok := bytes.Cut(r.Text, []byte(" Q931: "))
	if !ok || len(text) < len("TX -> ") {
		return dst
	}
	direction := "in"
	if bytes.HasPrefix(text, []byte("TX")) {
		direction = "out"
	}
	message, rest, _ := bytes.Cut(text[len("TX -> "):], []byte(" "))
	e := schemas.Event{Kind: schemas.KindDigitsSignal, Attrs: []schemas.Attr{
		{Name: "protocol", Value: "q931"},
		{Name: "message", Value: string(message)},
		{Name: "direction", Value: direction},
	}}
	if _, ref, ok := bytes.Cut(bytes.TrimSpace(rest), []byte("callref = ")); ok {
		e.Attrs = append(e.Attrs, schemas.Attr{Name: "reference", Value: string(ref)})
	}
	return append(dst, e) // id, time, file, line and evidence are filled in
}

// Example reads a log with a parser that is not in the list. golden.Batch cuts
// it into records as the collector does.
func Example() {
	log := "2026-01-05 10:15:22.345 GW1 ISDN Se0/0:23 Q931: TX -> SETUP callref = 0x0085\n" +
		"2026-01-05 10:15:22.360 GW1 %LINK-3-UPDOWN: Interface Serial0/0:1, changed state to up\n" +
		"2026-01-05 10:15:22.410 GW1 ISDN Se0/0:23 Q931: RX <- CALL_PROC callref = 0x8085\n"
	batch := golden.Batch(gateway{}, []byte(log), golden.Options{Path: "gw1.log"})
	var events schemas.EventBatch
	normalizer.New([]schemas.Parser{gateway{}}).Normalize(&events, batch)
	for i := range events.Events {
		e := &events.Events[i]
		fmt.Printf("%s:%d %s %s %s %s\n", e.File, e.Line, e.Time.Format(time.TimeOnly), e.Kind, e.Attr("direction"), e.Attr("message"))
	}
	fmt.Println(events.Span.Records, "records,", events.Span.Silent, "silent")
	// Output:
	// gw1.log:1 10:15:22 digits.signal out SETUP
	// gw1.log:3 10:15:22 digits.signal in CALL_PROC
	// 3 records, 1 silent
}
