package detect

import (
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestAll checks that the detectors are complete: an id, used once, a title,
// documentation with its four parts, kinds with a function, and only earlier
// rules in Unless.
func TestAll(t *testing.T) {
	var seen []string
	for _, d := range All() {
		switch {
		case slices.Contains(seen, d.Name):
			t.Errorf("%s is listed twice", d.Name)
		case d.Title == "" || (d.Run == nil) != (len(d.Kinds) == 0):
			t.Errorf("%s is incomplete", d.Name)
		case d.Severity > schemas.Critical:
			t.Errorf("%s has severity %d", d.Name, d.Severity)
		}
		for _, part := range []string{"**Needs:**", "**Silent for:**", "**Strings:**", "**References:**"} {
			if !strings.Contains(d.Doc, part) {
				t.Errorf("the documentation of %s has no %s", d.Name, part)
			}
		}
		for _, u := range d.Unless {
			if !slices.Contains(seen, u) {
				t.Errorf("%s names %s, which does not run before it", d.Name, u)
			}
		}
		seen = append(seen, d.Name)
	}
}

func TestSameEnd(t *testing.T) {
	tests := []struct {
		number, dest string
		want         bool
	}{
		{"5737", "875737", true},
		{"875737", "5737", false}, // chance: any caller may end in four digits
		{"447578334371", "07578334371", true},
		{"07578334371", "447578334371", true},
		{"907578334371", "07578334371", true},
		{"5737", "5737", false},
		{"737", "875737", false},
		{"5738", "875737", false},
		{"", "875737", false},
	}
	for _, tt := range tests {
		if got := sameEnd(tt.number, tt.dest); got != tt.want {
			t.Errorf("sameEnd(%s, %s) = %v", tt.number, tt.dest, got)
		}
	}
}

func TestNearest(t *testing.T) {
	all := []Destination{{Number: "8875737"}, {Number: "07578334371", DN: "5737"}, {Number: "875737", Name: "RDP-a"}}
	tests := []struct {
		name, number, want string
		among              []Destination
		isDN, ok           bool
	}{
		{"the DN wins", "5737", "07578334371", all, true, true},
		{"else the least gap", "5737", "875737", []Destination{all[0], all[2]}, false, true},
		{"a plus sign does not matter", "+447578334371", "07578334371", all, false, true},
		{"nothing fits", "4085251015", "", all, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, isDN, ok := nearest(tt.number, tt.among)
			if d.Number != tt.want || isDN != tt.isDN || ok != tt.ok {
				t.Errorf("got %q, %v, %v", d.Number, isDN, ok)
			}
		})
	}
}

func TestIsFor(t *testing.T) {
	attr := func(pairs ...string) []schemas.Attr {
		var list []schemas.Attr
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, schemas.Attr{Name: pairs[i], Value: pairs[i+1]})
		}
		return list
	}
	tests := []struct {
		name      string
		number    string
		invite    []schemas.Attr
		transform []schemas.Attr
		want      bool
	}{
		{"as it came", "5737", attr("from_user", "5737"), nil, true},
		{"in Contact only", "5737", attr("from_user", "7", "contact_user", "5737"), nil, true},
		{"with a plus sign", "+4420", attr("from_user", "4420"), nil, true},
		{"prefix added", "+14085251015", attr("from_user", "4085251015"), attr("prefix", "+1", "strip", "0"), true},
		{"prefix added, digits taken", "+444020", attr("from_user", "004020"), attr("prefix", "+44", "strip", "2"), true},
		{"the number after the change is printed", "+14085251015", attr("from_user", "4085251015"), attr("number", "+14085251015"), true},
		{"strip beyond the number", "+1408", attr("from_user", "99"), attr("prefix", "+1", "strip", "9"), false},
		{"a longer number without a change", "14085251015", attr("from_user", "4085251015"), nil, false},
		{"nothing", "5737", nil, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			events := []*schemas.Event{{Kind: schemas.KindMobilityLookup, Attrs: attr("number", tt.number)}}
			if tt.transform != nil {
				events = append(events, &schemas.Event{Kind: schemas.KindDigitsTransform, Attrs: tt.transform})
			}
			l := NewLookup(events)
			if got := l.IsFor(&schemas.Event{Attrs: tt.invite}); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

// TestEvidence checks that the evidence of a claim is bounded, holds no event
// twice, and keeps the last proof.
func TestEvidence(t *testing.T) {
	var proofs []*schemas.Event
	for i := range 100 {
		proofs = append(proofs, &schemas.Event{ID: schemas.ID{15: byte(i)}, Line: i})
	}
	r := Report{Session: &Session{}, Detector: &Detector{Name: "x"}}
	r.Found(Claim{Proof: proofs, Context: proofs[:2], Count: 100})
	f := r.Findings[0]
	if len(f.Evidence) != MaxProofs || f.Evidence[MaxProofs-1].Line != 99 || f.Count != 100 {
		t.Errorf("%d pieces of evidence, the last is line %d", len(f.Evidence), f.Evidence[len(f.Evidence)-1].Line)
	}
}
