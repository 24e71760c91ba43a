// Package deploy holds what runs uctrace: configuration of its neighbours and
// of the places it runs in. Its tests check what needs no other program; the
// tasks alerts and deploy check the rest.
package deploy

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func decode(t *testing.T, path string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, path)), into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

type rule struct {
	Alert, Expr         string
	Labels, Annotations map[string]string
}

func alertRules(t *testing.T) []rule {
	t.Helper()
	var file struct{ Groups []struct{ Rules []rule } }
	decode(t, "prometheus/uctrace.rules.yaml", &file)
	var all []rule
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	if len(all) < 20 {
		t.Fatalf("only %d alert rules", len(all))
	}
	return all
}

var metric = regexp.MustCompile(`\buctrace_[a-z_]+`)

// TestAlertsRestOnMetricsThatExist: a renamed metric would make an alert
// silent for ever.
func TestAlertsRestOnMetricsThatExist(t *testing.T) {
	documented := read(t, "../docs/metrics.md")
	for _, r := range alertRules(t) {
		for _, name := range metric.FindAllString(r.Expr, -1) {
			if !strings.Contains(documented, "| `"+name+"` |") {
				t.Errorf("%s: no program tells %s", r.Alert, name)
			}
		}
		for _, word := range metric.FindAllString(r.Annotations["description"], -1) {
			if !strings.Contains(documented, "| `"+word+"` |") {
				t.Errorf("%s: its description names %s, which no program tells", r.Alert, word)
			}
		}
		if !slices.Contains([]string{"critical", "warning", "info"}, r.Labels["severity"]) {
			t.Errorf("%s: severity %q", r.Alert, r.Labels["severity"])
		}
		if !strings.Contains(r.Annotations["description"], "First step - ") || r.Annotations["summary"] == "" {
			t.Errorf("%s: says not what to do first", r.Alert)
		}
	}
}

// TestEachAlertFiresAndIsTempted: promtool runs the tests; this sees to it that
// there are some for every rule, with what must not fire beside what must.
func TestEachAlertFiresAndIsTempted(t *testing.T) {
	type alert struct {
		Labels map[string]string `yaml:"exp_labels"`
	}
	var file struct {
		Tests []struct {
			InputSeries []struct{ Series string } `yaml:"input_series"`
			Rules       []struct {
				Alertname string
				Expect    []alert `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		}
	}
	decode(t, "prometheus/uctrace.rules.test.yaml", &file)
	fires, tempted := map[string]bool{}, map[string]bool{}
	for _, test := range file.Tests {
		for _, r := range test.Rules {
			fires[r.Alertname] = fires[r.Alertname] || len(r.Expect) > 0
			for _, s := range test.InputSeries {
				quiet := !slices.ContainsFunc(r.Expect, func(e alert) bool {
					return strings.Contains(s.Series, `instance="`+e.Labels["instance"]+`"`)
				})
				tempted[r.Alertname] = tempted[r.Alertname] || quiet
			}
		}
	}
	for _, r := range alertRules(t) {
		if !fires[r.Alert] || !tempted[r.Alert] {
			t.Errorf("%s: fires in a test %v, is tempted in one %v", r.Alert, fires[r.Alert], tempted[r.Alert])
		}
	}
}
