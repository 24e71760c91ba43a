package report_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/report"
)

func TestJSON(t *testing.T) {
	for name, r := range map[string]correlator.Result{"failed": failed(), "empty": {}} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := report.JSON(&out, r); err != nil {
				t.Fatal(err)
			}
			var doc map[string][]map[string]any
			if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
				t.Fatalf("%v\n%s", err, &out)
			}
			for list, want := range map[string]int{
				"inputs": len(r.Inputs), "sessions": len(r.Sessions), "findings": len(r.Findings), "coverage": len(r.Coverage), "logs": len(r.Logs),
			} {
				if items, ok := doc[list]; !ok || items == nil || len(items) != want {
					t.Errorf("%s has %d items, want %d", list, len(items), want)
				}
			}
			for _, f := range doc["findings"] {
				if f["rule"] == "" || f["severity"] == "" || f["id"] == "" {
					t.Errorf("finding without rule, severity or id: %v", f)
				}
			}
		})
	}
}
