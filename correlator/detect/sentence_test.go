package detect

import (
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestSentence fills places of which some have no value.
func TestSentence(t *testing.T) {
	e := &schemas.Event{Text: "the line", Attrs: []schemas.Attr{{Name: "device", Value: "SEP1"}, {Name: "text", Value: "gone"}}}
	for _, tt := range []struct{ template, want string }{
		{"{device} was lost {times} {period}: {attr.text}", "SEP1 was lost once: gone"},
		{"{user|device|somebody} of {user|nobody known}, {period}; {count}", "SEP1 of nobody known,; 1"},
		{"{text} {user| } end", "the line end"},
		{"{user}", "?"},
	} {
		template, err := NewTemplate(tt.template)
		if err != nil {
			t.Fatal(err)
		}
		if got := template.Fill([]*schemas.Event{e}, values{"times": "once", "count": "1"}); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.template, got, tt.want)
		}
	}
}
