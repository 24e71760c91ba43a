package detect

import (
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// TestBeside wants the companion that stands nearest to the first proof to give
// the sentences what the proof lacks, to be shown, and to count for Raise.
func TestBeside(t *testing.T) {
	field := func(name string) Field {
		f, err := NewField(name)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	sentence := func(s string) Template {
		x, err := NewTemplate(s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	begin := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	event := func(second int, kind schemas.Kind, attrs ...schemas.Attr) *schemas.Event {
		return &schemas.Event{ID: schemas.FingerprintOf([]byte("f")).ID(int64(second)), Time: begin.Add(time.Duration(second) * time.Second), Kind: kind, Attrs: attrs}
	}
	number := schemas.Attr{Name: "number", Value: "7"}
	far := event(0, schemas.KindHTTPRequest, number, schemas.Attr{Name: "device", Value: "CSFBOB"})
	near := event(8, schemas.KindHTTPRequest, number, schemas.Attr{Name: "device", Value: "CSFANN"})
	proof := event(9, schemas.KindHTTPResponse, number)
	other := event(10, schemas.KindHTTPRequest, schemas.Attr{Name: "number", Value: "8"}, schemas.Attr{Name: "device", Value: "CSFEVE"})
	sig := Signature{
		Severity: schemas.Medium,
		Prove:    []Matcher{{Kinds: []schemas.Kind{schemas.KindHTTPResponse}}},
		With:     []Companion{{Matcher: Matcher{Kinds: []schemas.Kind{schemas.KindHTTPRequest}}, Same: []Field{field("number")}}},
		Raise:    []Raise{{Field: field("device"), AtLeast: 1, Severity: schemas.High}},
		Summary:  sentence("{device|a device}: {detail|no answer}"),
	}
	incident := func(events ...*schemas.Event) *Incident {
		n := &Incident{Signature: &sig}
		for _, e := range events {
			n.Hits = append(n.Hits, Hit{e, sig.RoleOf(e)})
		}
		return n
	}
	c, found, _ := incident(far, near, proof, other).Claim()
	if !found || c.Summary != "CSFANN: no answer" || c.Severity != schemas.High {
		t.Errorf("found %t: %s %q", found, c.Severity, c.Summary)
	}
	if len(c.Proof) != 1 || len(c.Context) != 1 || c.Context[0] != near {
		t.Errorf("%d proofs, context %v", len(c.Proof), c.Context)
	}
	again, later := event(11, schemas.KindHTTPResponse, number), event(40, schemas.KindHTTPResponse, number)
	undated := event(41, schemas.KindHTTPResponse, number)
	undated.Time = time.Time{}
	for burst, want := range map[time.Duration]int{0: 4, 10 * time.Second: 2, time.Minute: 1} {
		sig.Burst = burst
		if c, _, _ := incident(proof, again, later, undated).Claim(); c.Count != want {
			t.Errorf("four proofs, a burst of %s: count %d, want %d", burst, c.Count, want)
		}
	}
	c, found, _ = incident(proof, other).Claim()
	if !found || c.Summary != "a device: no answer" || c.Severity != schemas.Medium || len(c.Context) != 0 {
		t.Errorf("without a companion: found %t, %s %q, context %v", found, c.Severity, c.Summary, c.Context)
	}
}
