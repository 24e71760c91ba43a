package grafana

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`\$\{([\w.]+)(:percentencode)?\}`)

// checkExplore puts awkward values into the variables of a link to Explore, as
// Grafana does, and reads back what arrives.
func checkExplore(t *testing.T, link string) {
	t.Helper()
	values := map[string]string{
		"loki": "uc-loki", "__data.fields.from_ms": "1772438400000", "__data.fields.to_ms": "1772438460000", "__data.fields.record": strings.Repeat("0a", 16),
		"__data.fields.needle": "1+2=3&a#b;c@10.0.0.1 %d", "__data.fields.cluster": "west & south", "__data.fields.node": "cucm-pub", "__data.fields.source": "cucm.sdl",
	}
	link = placeholder.ReplaceAllStringFunc(link, func(found string) string {
		m := placeholder.FindStringSubmatch(found)
		value, ok := values[m[1]]
		if !ok {
			t.Errorf("%s is not expected in a link to Explore", found)
		}
		if m[2] != "" {
			return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
		}
		return value
	})
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	var panes map[string]struct {
		Datasource string
		Queries    []struct {
			RefID, Expr string
			Datasource  struct{ Type, UID string }
		}
		Range struct{ From, To string }
	}
	if err := json.Unmarshal([]byte(u.Query().Get("panes")), &panes); err != nil {
		t.Fatalf("%s: %v", u.Query().Get("panes"), err)
	}
	a := panes["a"]
	if u.Query().Get("schemaVersion") != "1" || a.Datasource != "uc-loki" || len(a.Queries) != 1 || a.Queries[0].Datasource.UID != "uc-loki" ||
		a.Range.From != values["__data.fields.from_ms"] || a.Range.To != values["__data.fields.to_ms"] {
		t.Errorf("Explore opens with %+v", a)
	}
	if e := a.Queries[0].Expr; e != `{job="uctrace",cluster="west & south",node="cucm-pub",source="cucm.sdl"} | record_id="`+values["__data.fields.record"]+`"` &&
		e != `{job="uctrace",cluster="west & south"} |= "1+2=3&a#b;c@10.0.0.1 %d"` {
		t.Errorf("Explore asks Loki for %s", e)
	}
}
