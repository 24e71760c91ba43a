package grafana

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/alerting"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/expr"
	lokiquery "github.com/grafana/grafana-foundation-sdk/go/loki"
	"go.yaml.in/yaml/v4"
)

const alertFolder = deployed + "/provisioning/alerting"

// environment is what the files take from Grafana's environment.
var environment = map[string]string{
	"UCTRACE_PAGE": "https://uctrace.example", "UC_ALERT_EMAIL": "uc@example.com",
	"CLICKHOUSE_HOST": "clickhouse", "CLICKHOUSE_RO_USER": "grafana", "CLICKHOUSE_RO_PASSWORD": "secret", "LOKI_URL": "http://loki:3100",
}

var dollar = regexp.MustCompile(`\$\$|\$\{(\w+)\}|\$(\w+)|\$`)

// provisioned reads a file as Grafana does: the environment is put into it, and
// two dollar signs are one. What is left must be known to somebody.
func provisioned(t *testing.T, path string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := yaml.Unmarshal(raw, &tree); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return interpolated(t, path, tree).(map[string]any)
}

func interpolated(t *testing.T, path string, v any) any {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = interpolated(t, path, v[k])
		}
	case []any:
		for i := range v {
			v[i] = interpolated(t, path, v[i])
		}
	case string:
		return dollar.ReplaceAllStringFunc(v, func(found string) string {
			m := dollar.FindStringSubmatch(found)
			if found == "$$" {
				return "$"
			}
			value, ok := environment[m[1]+m[2]]
			if !ok {
				t.Errorf("%s: %s in %q is taken from Grafana's environment, which has no such value; write $$ for a dollar sign", path, found, v)
			}
			return value
		})
	}
	return v
}

// list takes a list of objects out of a file.
func list(t *testing.T, file map[string]any, key string) []map[string]any {
	t.Helper()
	var all []map[string]any
	items, _ := file[key].([]any)
	for _, item := range items {
		all = append(all, item.(map[string]any))
	}
	if len(all) == 0 {
		t.Fatalf("no %s", key)
	}
	return all
}

// into decodes strictly.
func into(t *testing.T, what string, v any, to interface{ UnmarshalJSONStrict([]byte) error }) {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := to.UnmarshalJSONStrict(raw); err != nil {
		t.Errorf("%s: %v", what, err)
	}
	if v, ok := to.(interface{ Validate() error }); ok {
		if err := v.Validate(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// alertRule is a rule of a file; the SDK's type is that of Grafana's HTTP API,
// which says dashboard and panel in annotations only.
type alertRule struct {
	alerting.Rule
	file, dashboard string
	panel           int
}

// alertRules reads the rules of all files, strictly.
func alertRules(t *testing.T) []alertRule {
	t.Helper()
	strict()
	paths, err := filepath.Glob(alertFolder + "/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []alertRule
	for _, path := range paths {
		file := provisioned(t, path)
		if file["apiVersion"] != 1 {
			t.Errorf("%s: apiVersion %v", path, file["apiVersion"])
		}
		for key := range file {
			if !slices.Contains([]string{"apiVersion", "groups", "contactPoints", "policies", "muteTimes", "templates"}, key) {
				t.Errorf("%s: %s is no part of such a file", path, key)
			}
		}
		if file["groups"] == nil {
			continue
		}
		for _, group := range list(t, file, "groups") {
			for _, item := range list(t, group, "rules") {
				r := alertRule{file: filepath.Base(path), dashboard: item["dashboardUid"].(string), panel: item["panelId"].(int)}
				delete(item, "dashboardUid")
				delete(item, "panelId")
				item["folderUID"], item["ruleGroup"], item["orgID"] = "uc", group["name"], group["orgId"]
				into(t, fmt.Sprint(r.file, ", ", item["uid"]), item, &r.Rule)
				all = append(all, r)
			}
		}
	}
	return all
}

func TestAlertRules(t *testing.T) {
	boards, uids, titles := read(t), map[string]bool{}, map[string]bool{}
	rules := alertRules(t)
	for _, r := range rules {
		t.Run(*r.Uid, func(t *testing.T) {
			if uids[*r.Uid] || titles[r.Title] {
				t.Error("its uid or title is taken")
			}
			uids[*r.Uid], titles[r.Title] = true, true
			d, ok := boards[r.dashboard]
			if !ok || !slices.ContainsFunc(panels(d), func(p dashboard.Panel) bool { return int(*p.Id) == r.panel }) {
				t.Errorf("no panel %d in a dashboard %s", r.panel, r.dashboard)
			}
			if r.Annotations["__dashboardUid__"] != r.dashboard || r.Annotations["__panelId__"] != fmt.Sprint(r.panel) {
				t.Error("the annotations name another panel")
			}
			for _, name := range []string{"summary", "description", "session_page", "runbook_url"} {
				if r.Annotations[name] == "" {
					t.Errorf("no annotation %s", name)
				}
			}
			if !strings.HasPrefix(r.Annotations["session_page"], environment["UCTRACE_PAGE"]+"/") && !strings.HasPrefix(r.Annotations["session_page"], environment["UCTRACE_PAGE"]+"{{") {
				t.Errorf("session_page leads to %s", r.Annotations["session_page"])
			}
			if !strings.Contains(r.Annotations["description"], "First step:") && !strings.Contains(r.Annotations["description"], "first step stand") {
				t.Error("the description names no first step")
			}
			if s := r.Labels["severity"]; severityColors[s] == "" {
				t.Errorf("severity %q", s)
			}
			checkSteps(t, r)
		})
	}
	if len(rules) < 15 {
		t.Errorf("only %d rules", len(rules))
	}
}

// ofNow are queries of how things stand now, and of clocks, which differ for as
// long as nobody mends them.
var ofNow = regexp.MustCompile(`FROM v_(disks|agents)\b|timeFilter_ms\(session_start\)`)

// checkSteps wants a query and expressions of which each names the one before
// it and the last is the condition.
func checkSteps(t *testing.T, r alertRule) {
	t.Helper()
	before := ""
	for i, step := range r.Data {
		switch m := step.Model.(type) {
		case Query:
			if *step.DatasourceUid != "uc-clickhouse" || *m.Datasource.Uid != "uc-clickhouse" || m.RefID != *step.RefId || i != 0 {
				t.Errorf("query %s: datasource, refId or place", m.RefID)
			}
			if !limited.MatchString(m.RawSQL) || selectAll.MatchString(m.RawSQL) {
				t.Error("the query has no LIMIT, or selects *")
			}
			if !strings.Contains(m.RawSQL, "$__timeFilter_ms(inserted_at)") && !ofNow.MatchString(m.RawSQL) {
				t.Error("the query does not look at when rows were stored: logs that come late would not alert")
			}
			if m.MaxDataPoints == 0 || m.IntervalMs == 0 || step.RelativeTimeRange == nil {
				t.Error("intervalMs, maxDataPoints or relativeTimeRange is missing")
			}
		case *lokiquery.Dataquery:
			if *step.DatasourceUid != "uc-loki" || !strings.Contains(m.Expr, `job="uctrace"`) || i != 0 {
				t.Errorf("query %s: datasource or labels", *step.RefId)
			}
		default:
			if *step.DatasourceUid != "__expr__" || expressionOf(t, step.Model) != before {
				t.Errorf("expression %s does not read %s", *step.RefId, before)
			}
		}
		before = *step.RefId
	}
	if r.Condition != before {
		t.Errorf("the condition is %s, the last step %s", r.Condition, before)
	}
}

// TestLokiRulesAreThoseOfTheRuler wants the expressions that task loki runs in a
// real Loki.
func TestLokiRulesAreThoseOfTheRuler(t *testing.T) {
	var ruler struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	raw, err := os.ReadFile("../../deploy/loki/rules/uctrace.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(raw, &ruler); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{"uc-raw-axl-401": "ExpresswayAxl401", "uc-raw-code-yellow": "CucmOverloaded"}
	for _, r := range alertRules(t) {
		q, ok := r.Data[0].Model.(*lokiquery.Dataquery)
		if !ok || names[*r.Uid] == "" {
			continue
		}
		found := false
		for _, group := range ruler.Groups {
			for _, rule := range group.Rules {
				if rule.Alert == names[*r.Uid] {
					found = strings.TrimSpace(rule.Expr) == q.Expr+" > 0"
				}
			}
		}
		if !found {
			t.Errorf("%s asks Loki %s, which is not the ruler's %s", *r.Uid, q.Expr, names[*r.Uid])
		}
		delete(names, *r.Uid)
	}
	if len(names) > 0 {
		t.Errorf("no rules %v", names)
	}
}

// expressionOf is what an expression reads.
func expressionOf(t *testing.T, model any) string {
	t.Helper()
	switch m := model.(type) {
	case *expr.TypeThreshold:
		return m.Expression
	case *expr.TypeReduce:
		return m.Expression
	case *expr.Expr:
		if m.TypeThreshold != nil {
			return m.TypeThreshold.Expression
		}
		if m.TypeReduce != nil {
			return m.TypeReduce.Expression
		}
	}
	t.Errorf("an expression of type %T", model)
	return ""
}

func TestNotifications(t *testing.T) {
	receivers, mutes := map[string]bool{}, map[string]bool{}
	for _, c := range list(t, provisioned(t, alertFolder+"/contact-points.yaml"), "contactPoints") {
		receivers[c["name"].(string)] = true
		for _, r := range list(t, c, "receivers") {
			var point alerting.ContactPoint
			into(t, "contact point", r, &point)
		}
	}
	for _, m := range list(t, provisioned(t, alertFolder+"/mute-timings.yaml"), "muteTimes") {
		mutes[m["name"].(string)] = true
		for _, i := range list(t, m, "time_intervals") {
			// A file names week days as text and times as start_time, the API's
			// types as ranges: what they share is checked.
			delete(i, "weekdays")
			delete(i, "times")
			var interval alerting.TimeInterval
			into(t, "mute timing", i, &interval)
		}
	}
	for _, p := range list(t, provisioned(t, alertFolder+"/policies.yaml"), "policies") {
		delete(p, "orgId")
		var policy alerting.NotificationPolicy
		into(t, "policy", p, &policy)
		for _, route := range append([]alerting.NotificationPolicy{policy}, policy.Routes...) {
			if !receivers[*route.Receiver] {
				t.Errorf("no contact point %s", *route.Receiver)
			}
			for _, m := range route.MuteTimeIntervals {
				if !mutes[m] {
					t.Errorf("no mute timing %s", m)
				}
			}
		}
	}
}

func TestProvisionedDatasources(t *testing.T) {
	uids := map[string]string{}
	for _, d := range list(t, provisioned(t, deployed+"/provisioning/datasources/uctrace.yaml"), "datasources") {
		uids[d["uid"].(string)] = d["type"].(string)
	}
	if uids["uc-clickhouse"] != ClickHousePlugin || uids["uc-loki"] != "loki" {
		t.Errorf("datasources are %v", uids)
	}
	for _, p := range list(t, provisioned(t, deployed+"/provisioning/dashboards/uctrace.yaml"), "providers") {
		if p["type"] != "file" || p["folderUid"] != "uc" {
			t.Errorf("the provider of the dashboards is %v", p)
		}
	}
}
