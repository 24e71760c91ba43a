package correlator_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/schemas"
)

// TestCapability11ClockSkew has messages arrive whose Date header differs from the time of
// the record.
func TestCapability11ClockSkew(t *testing.T) {
	for _, tt := range []struct {
		name     string
		ahead    []time.Duration // of the log, message by message
		source   schemas.Source
		node     string
		severity string // of the finding, "" for none
		zone     bool   // the coverage says that the zone is wrong
	}{
		{"one time", []time.Duration{0, time.Second, 0}, schemas.CUCMSDL, "cucm1", "", false},
		{"a phone a day behind, in an excerpt", []time.Duration{24 * time.Hour}, schemas.CUCMSDL, "", "info", false},
		{"a phone", []time.Duration{16 * time.Second, 17 * time.Second, 16 * time.Second}, schemas.CUCMSDL, "cucm1", "info", false},
		{"one late message", []time.Duration{0, 0, 30 * time.Second}, schemas.CUCMSDL, "cucm1", "", false},
		{"the server of a client", []time.Duration{-16 * time.Second}, schemas.JabberCSF, "", "info", false},
		{"more than a minute", []time.Duration{61 * time.Second}, schemas.JabberCSF, "", "medium", false},
		{"a zone", []time.Duration{-4*time.Hour + 3*time.Second}, schemas.JabberCSF, "", "", true},
		{"no zone but a clock", []time.Duration{-4 * time.Hour}, schemas.CUCMSDL, "cucm1", "info", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			print := schemas.FingerprintOf([]byte(tt.name))
			var events []schemas.Event
			for i, ahead := range tt.ahead {
				sent := time.Date(2026, 1, 5, 12, i, 0, 0, time.UTC)
				events = append(events, schemas.Event{
					ID: print.ID(int64(i)), Time: sent.Add(ahead + 500*time.Millisecond), Source: tt.source, Node: tt.node, File: "log", Line: i + 1,
					Kind: schemas.KindSIPMessage, Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: fmt.Sprint("call", i)}},
					SIP: &schemas.SIP{Direction: schemas.In, Peer: "10.10.20.31:5060", Method: "REGISTER", CSeq: "1 REGISTER", Date: sent, Wire: true},
				})
			}
			for _, order := range []string{"as written", "backwards"} {
				c := correlator.New(correlator.Config{})
				c.Add(&schemas.EventBatch{Events: events})
				c.Add(&schemas.EventBatch{Events: events}) // twice is once
				result := c.Result()
				found := ""
				for _, f := range result.Findings {
					if f.Rule == "trace.clock-skew" {
						found = f.Severity.String()
					}
				}
				zone := slices.ContainsFunc(result.Coverage, func(x schemas.Coverage) bool { return x.Subject == "the zone of log" })
				if found != tt.severity || zone != tt.zone {
					t.Errorf("%s: severity %q, zone %v; want %q, %v", order, found, zone, tt.severity, tt.zone)
				}
				slices.Reverse(events)
			}
		})
	}
}

// TestClockSkewOfAnswers has answers to an INVITE that rang for a while. CUCM and
// gateways print in them when they got it.
func TestClockSkewOfAnswers(t *testing.T) {
	print := schemas.FingerprintOf([]byte("answers"))
	rang := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	var events []schemas.Event
	for i, status := range []int{180, 200} {
		events = append(events, schemas.Event{
			ID: print.ID(int64(i)), Time: rang.Add(time.Duration(1+i*20) * time.Second), Source: schemas.CUCMSDL, Node: "cucm1", File: "log", Line: i + 1,
			Kind: schemas.KindSIPMessage, Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: "call"}},
			SIP: &schemas.SIP{Direction: schemas.In, Peer: "10.10.20.31:5060", Method: "INVITE", Status: status, CSeq: "101 INVITE", Date: rang, Wire: true},
		})
	}
	c := correlator.New(correlator.Config{})
	c.Add(&schemas.EventBatch{Events: events})
	for _, f := range c.Result().Findings {
		t.Errorf("found %s: %s", f.Rule, f.Summary)
	}
}

// TestClockSkewOfEnds has the requests with which CUCM ends a call, or its setup.
// They print when the call began.
func TestClockSkewOfEnds(t *testing.T) {
	began := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	for _, method := range []string{"ACK", "BYE", "CANCEL"} {
		c := correlator.New(correlator.Config{})
		c.Add(&schemas.EventBatch{Events: []schemas.Event{{
			ID: schemas.FingerprintOf([]byte(method)).ID(0), Time: began.Add(10 * time.Minute), Source: schemas.JabberCSF, File: "log", Line: 1,
			Kind: schemas.KindSIPMessage, Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: "call"}},
			SIP: &schemas.SIP{Direction: schemas.In, Peer: "10.10.20.31:5060", Method: method, CSeq: "102 " + method, Date: began, Wire: true},
		}}})
		for _, f := range c.Result().Findings {
			t.Errorf("%s: found %s: %s", method, f.Rule, f.Summary)
		}
	}
}

// TestClockSkewWithoutDates has a log that prints no dates: the request and its
// answer say both clocks, in whichever order they are added.
func TestClockSkewWithoutDates(t *testing.T) {
	print := schemas.FingerprintOf([]byte("blog"))
	message := func(offset int64, d schemas.Direction, status int, date time.Time) schemas.Event {
		return schemas.Event{
			ID: print.ID(offset), Source: schemas.JabberCSF, File: "blog.txt", Line: int(offset), Kind: schemas.KindSIPMessage,
			Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: "reg"}},
			SIP: &schemas.SIP{
				Direction: d, Method: "REGISTER", Status: status, CSeq: "102 REGISTER", CallID: "reg", Date: date, Wire: true,
				From: "<sip:1002@pubcucm>;tag=1", To: "<sip:1002@pubcucm>",
			},
		}
	}
	server := time.Date(2013, 12, 1, 0, 27, 20, 0, time.UTC)
	events := []schemas.Event{message(1, schemas.Out, 0, server.Add(16*time.Second)), message(2, schemas.In, 200, server)}
	for range 2 {
		c := correlator.New(correlator.Config{})
		c.Add(&schemas.EventBatch{Events: events})
		var got []string
		for _, f := range c.Result().Findings {
			got = append(got, f.Rule+" "+f.Severity.String()+": "+f.Summary)
		}
		want := "trace.clock-skew info: the clock of the client that wrote blog.txt is 16s ahead of that of pubcucm"
		if len(got) != 1 || got[0] != want {
			t.Errorf("found %q, want %q", got, want)
		}
		slices.Reverse(events)
	}
}
