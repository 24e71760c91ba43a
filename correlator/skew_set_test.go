package correlator

import (
	"fmt"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// TestClocksAreASet has messages that are sent again and answered twice in a log
// without dates, and nodes that are known as such only by what another one logs:
// the order does not matter.
func TestClocksAreASet(t *testing.T) {
	server := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	var undated, nodes schemas.EventBatch
	undated.Span.File = schemas.File{Path: "client.txt", Source: schemas.JabberCSF, Fingerprint: schemas.FingerprintOf([]byte("client"))}
	for i, m := range []struct {
		d      schemas.Direction
		status int
		date   time.Time
	}{
		{schemas.Out, 0, server.Add(20 * time.Second)},
		{schemas.Out, 0, server.Add(24 * time.Second)},
		{schemas.In, 100, server},
		{schemas.In, 200, server},
		{schemas.In, 200, server.Add(9 * time.Second)},
	} {
		undated.Events = append(undated.Events, schemas.Event{
			ID: undated.Span.File.Fingerprint.ID(int64(i)), Source: schemas.JabberCSF, File: "client.txt", Line: i + 1, Kind: schemas.KindSIPMessage,
			Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: "reg"}},
			SIP: &schemas.SIP{
				Direction: m.d, Method: "REGISTER", Status: m.status, CSeq: "1 REGISTER", CallID: "reg", Date: m.date, Wire: true,
				From: "<sip:1002@cm1>", To: "<sip:1002@cm1>",
			},
		})
	}
	nodes.Span.File = schemas.File{Path: "sdl.txt", Source: schemas.CUCMSDL, Fingerprint: schemas.FingerprintOf([]byte("sdl"))}
	for i, m := range []struct{ node, peer string }{{"cm1", "CM2"}, {"cm2", "10.0.0.7"}, {"cm3", "cm2"}, {"cm3", "cm1"}} {
		id := fmt.Sprint("call", i)
		nodes.Events = append(nodes.Events, schemas.Event{
			ID: nodes.Span.File.Fingerprint.ID(int64(i)), Time: server.Add(2 * time.Minute), Source: schemas.CUCMSDL, Node: m.node, File: "sdl.txt", Line: i + 1,
			Kind: schemas.KindSIPMessage, Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: id}},
			SIP: &schemas.SIP{Direction: schemas.In, Method: "INVITE", CSeq: "1 INVITE", CallID: id, Peer: m.peer, Date: server, Wire: true},
		})
	}
	batches := []schemas.EventBatch{undated, nodes}
	checkSet(t, batches, 60)
	skews := map[string]int{}
	for _, f := range resultOf(batches).Findings {
		if f.Rule == "trace.clock-skew" {
			skews[f.Severity.String()]++
		}
	}
	if skews["medium"] < 3 {
		t.Errorf("skews by severity are %v, want those of the three pairs of nodes medium", skews)
	}
}
