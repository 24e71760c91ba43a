package grafana

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/expr"
	"github.com/grafana/grafana-foundation-sdk/go/logs"
	lokiquery "github.com/grafana/grafana-foundation-sdk/go/loki"
	"github.com/grafana/grafana-foundation-sdk/go/nodegraph"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/text"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

const (
	deployed = "../../deploy/grafana"
	folder   = deployed + "/dashboards"
)

// strict makes the SDK refuse unknown fields in all that we use.
func strict() {
	r := cog.NewRuntime()
	for _, v := range []variants.PanelcfgConfig{
		bargauge.VariantConfig(), logs.VariantConfig(), nodegraph.VariantConfig(), stat.VariantConfig(), table.VariantConfig(), text.VariantConfig(), timeseries.VariantConfig(),
	} {
		r.RegisterPanelcfgVariant(v)
	}
	for _, v := range []variants.DataqueryConfig{QueryVariant(), lokiquery.VariantConfig(), expr.VariantConfig()} {
		r.RegisterDataqueryVariant(v)
	}
}

// read returns the committed dashboards by uid, strictly decoded.
func read(t *testing.T) map[string]dashboard.Dashboard {
	t.Helper()
	strict()
	paths, err := filepath.Glob(folder + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	boards := map[string]dashboard.Dashboard{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var d dashboard.Dashboard
		if err := d.UnmarshalJSONStrict(raw); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if err := d.Validate(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if d.Uid == nil || *d.Uid+".json" != filepath.Base(path) {
			t.Fatalf("%s: the uid is not the file's name", path)
		}
		boards[*d.Uid] = d
	}
	return boards
}

func TestCommittedFilesAreWhatTheProgramWrites(t *testing.T) {
	files, err := Files(DefaultPage)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for name, text := range files {
		want = append(want, name)
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(string(got), string(text)); diff != "" {
			t.Errorf("%s is not what the program writes; run: go tool -modfile=internal/tools/go.mod task dashboards\n%.2000s", name, diff)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(want, e.Name()) {
			t.Errorf("%s is no dashboard of this package", e.Name())
		}
	}
}

func TestPage(t *testing.T) {
	const page = "https://uctrace.example/see"
	files, err := Files(page)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if strings.Contains(string(text), DefaultPage) || !strings.Contains(string(text), page) {
			t.Errorf("%s does not lead to the page that was asked for", name)
		}
	}
}

// panels returns the panels of a dashboard, those in rows too.
func panels(d dashboard.Dashboard) []dashboard.Panel {
	var list []dashboard.Panel
	for _, p := range d.Panels {
		if p.Panel != nil {
			list = append(list, *p.Panel)
		} else {
			list = append(list, p.RowPanel.Panels...)
		}
	}
	return list
}

func TestShape(t *testing.T) {
	titles := map[string]string{}
	for uid, d := range read(t) {
		if len(uid) < 8 && len(uid) > 40 || d.Title == nil || d.Description == nil || *d.Description == "" {
			t.Errorf("%s: uid of 8 to 40 letters, title and description are needed", uid)
		}
		if other, ok := titles[*d.Title]; ok {
			t.Errorf("%s and %s have one title", uid, other)
		}
		titles[*d.Title] = uid
		ids := map[uint32]bool{}
		for _, p := range panels(d) {
			if p.Id == nil || *p.Id == 0 || ids[*p.Id] {
				t.Errorf("%s, %s: its id is missing or taken", uid, *p.Title)
				continue
			}
			ids[*p.Id] = true
			if p.Type == "text" {
				continue
			}
			if p.Description == nil || len(*p.Description) < 10 {
				t.Errorf("%s, %s: no description says what it answers", uid, *p.Title)
			}
			if p.Type != "traces" && (p.FieldConfig == nil || p.FieldConfig.Defaults.NoValue == nil || *p.FieldConfig.Defaults.NoValue == "") {
				t.Errorf("%s, %s: no text for when it is empty", uid, *p.Title)
			}
			if p.GridPos == nil || p.GridPos.X+p.GridPos.W > 24 {
				t.Errorf("%s, %s: out of the grid", uid, *p.Title)
			}
		}
	}
	if len(titles) != 10 {
		t.Errorf("got %d dashboards, want 10", len(titles))
	}
}

func TestDatasourcesAreVariables(t *testing.T) {
	check := func(t *testing.T, where string, ref *common.DataSourceRef) {
		t.Helper()
		switch {
		case ref == nil || ref.Uid == nil || ref.Type == nil:
			t.Errorf("%s: no datasource", where)
		case *ref.Type == ClickHousePlugin && *ref.Uid == "${datasource}", *ref.Type == "loki" && *ref.Uid == "${loki}":
		default:
			t.Errorf("%s: datasource %s of type %s", where, *ref.Uid, *ref.Type)
		}
	}
	for uid, d := range read(t) {
		for _, p := range panels(d) {
			if p.Type == "text" {
				continue
			}
			check(t, uid+", "+*p.Title, p.Datasource)
			for _, target := range p.Targets {
				switch q := target.(type) {
				case Query:
					check(t, uid+", "+*p.Title, q.Datasource)
				case *lokiquery.Dataquery:
					check(t, uid+", "+*p.Title, q.Datasource)
				default:
					t.Errorf("%s, %s: a query of type %T", uid, *p.Title, target)
				}
			}
		}
		for _, a := range d.Annotations.List {
			check(t, uid+", "+a.Name, a.Datasource)
		}
		for _, v := range d.Templating.List {
			if v.Type == dashboard.VariableTypeQuery {
				check(t, uid+", $"+v.Name, v.Datasource)
			}
		}
	}
}

var (
	selectAll = regexp.MustCompile(`(?i)select\s+(\w+\.)?\*`)
	limited   = regexp.MustCompile(`(?i)\bLIMIT \d+\s*$`)
	bounded   = regexp.MustCompile(`\$__timeFilter_ms\(|\$__fromTime_ms|= unhex\(\$\{|\(session = \$\{|\(finding = \$\{|v_storage|v_agents|toDateTime64\(86400`)
	tables    = regexp.MustCompile(`(?i)\b(?:FROM|JOIN)\s+([a-z_.]+)`)
)

func TestQueriesAreBounded(t *testing.T) {
	for uid, d := range read(t) {
		for where, sql := range queries(d) {
			switch {
			case selectAll.MatchString(sql):
				t.Errorf("%s, %s: SELECT *", uid, where)
			case !limited.MatchString(sql):
				t.Errorf("%s, %s: it does not end in a LIMIT", uid, where)
			case !bounded.MatchString(sql):
				t.Errorf("%s, %s: neither the time range nor an id bounds it", uid, where)
			}
			for _, m := range tables.FindAllStringSubmatch(strings.ReplaceAll(sql, "ARRAY JOIN", ""), -1) {
				if !strings.HasPrefix(m[1], "v_") {
					t.Errorf("%s, %s: reads %s, which is no view", uid, where, m[1])
				}
			}
		}
	}
}

// queries returns the SQL of a dashboard by where it stands.
func queries(d dashboard.Dashboard) map[string]string {
	all := map[string]string{}
	for _, p := range panels(d) {
		for _, target := range p.Targets {
			if q, ok := target.(Query); ok {
				all[*p.Title+" "+q.RefID] = q.RawSQL
			}
		}
	}
	for _, a := range d.Annotations.List {
		all["annotation "+a.Name] = a.Target.(Query).RawSQL
	}
	for _, v := range d.Templating.List {
		if v.Type == dashboard.VariableTypeQuery {
			all["variable "+v.Name] = v.Query.Map["rawSql"].(string)
		}
	}
	return all
}

var (
	address = regexp.MustCompile(`^/d/([\w-]+)\?(.*)$`)
	set     = regexp.MustCompile(`(?:^|&)(?:var-(\w+)=|\$\{(\w+):queryparam\})`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	boards := read(t)
	names := func(d dashboard.Dashboard) []string {
		var list []string
		for _, v := range d.Templating.List {
			list = append(list, v.Name)
		}
		return list
	}
	seen := 0
	for uid, d := range boards {
		for _, l := range links(t, d) {
			seen++
			if strings.HasPrefix(l, "${page}/") || strings.HasPrefix(l, "/explore?") {
				continue
			}
			m := address.FindStringSubmatch(l)
			if m == nil {
				t.Errorf("%s: a link to %s", uid, l)
				continue
			}
			target, ok := boards[m[1]]
			if !ok {
				t.Errorf("%s: a link to the dashboard %s, which is not there", uid, m[1])
				continue
			}
			for _, v := range set.FindAllStringSubmatch(m[2], -1) {
				if !slices.Contains(names(target), v[1]+v[2]) {
					t.Errorf("%s: a link sets %s, which %s does not have", uid, v[1]+v[2], m[1])
				}
			}
			if !strings.Contains(l, "${__url_time_range}") {
				t.Errorf("%s: a link to %s forgets the time range", uid, m[1])
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d links were found", seen)
	}
}

// links returns the URLs of all data links and panel links of a dashboard.
func links(t *testing.T, d dashboard.Dashboard) []string {
	t.Helper()
	var list []string
	for _, p := range panels(d) {
		list = append(list, linksOf(t, p)...)
	}
	return list
}

func linksOf(t *testing.T, p dashboard.Panel) []string {
	t.Helper()
	var list []string
	if p.FieldConfig == nil {
		return nil
	}
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if property.Id != "links" {
				continue
			}
			raw, err := json.Marshal(property.Value)
			if err != nil {
				t.Fatal(err)
			}
			var links []struct{ Title, URL string }
			if err := json.Unmarshal(raw, &links); err != nil {
				t.Fatal(err)
			}
			for _, l := range links {
				if l.Title == "" {
					t.Errorf("%s: a link without a title", *p.Title)
				}
				list = append(list, l.URL)
			}
		}
	}
	return list
}

// TestExploreLinks opens a link the way a browser and Grafana do.
func TestExploreLinks(t *testing.T) {
	boards, found := read(t), 0
	for _, d := range boards {
		for _, l := range links(t, d) {
			if strings.HasPrefix(l, "/explore?") {
				found++
				checkExplore(t, l)
			}
		}
	}
	if found == 0 {
		t.Error("no row leads to Loki")
	}
}
