package grafana

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	lokiquery "github.com/grafana/grafana-foundation-sdk/go/loki"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/internal/grafana/macro"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// TestQueries runs every query of every dashboard on the embedded ClickHouse
// over the simulated fleet: it returns rows, and the columns that the panel
// needs to draw them and that its links and overrides name.
func TestQueries(t *testing.T) {
	sink := store(t, chdbtest.Open(t), "")
	ingest(t, sink, logsOfAFleet(t, begin), "")
	heard(t, sink, time.Now(), false)
	for uid, d := range read(t) {
		t.Run(uid, func(t *testing.T) {
			scope := macro.Scope{From: begin.Add(-time.Hour), To: time.Now().Add(time.Hour), Interval: time.Hour, Vars: picked(t, sink, uid)}
			for _, v := range d.Templating.List {
				if v.Type == dashboard.VariableTypeQuery {
					f := answer(t, sink, "$"+v.Name, v.Query.Map["rawSql"].(string), scope)
					if len(f.names) > 2 || len(f.rows) == 0 {
						t.Errorf("$%s: columns %q, %d rows; want one column or two, and rows", v.Name, f.names, len(f.rows))
					}
				}
			}
			for _, a := range d.Annotations.List {
				checkAnnotation(t, a.Name, answer(t, sink, a.Name, a.Target.(Query).RawSQL, scope))
			}
			for _, p := range panels(d) {
				t.Run(*p.Title, func(t *testing.T) { checkPanel(t, sink, p, scope) })
			}
		})
	}
}

// picked are the values of the variables of a dashboard when somebody has
// picked what its lists offer.
func picked(t *testing.T, sink *clickhouse.Sink, uid string) map[string]macro.Value {
	t.Helper()
	ask := func(sql string) macro.Value {
		table, err := sink.Query(t.Context(), sql)
		if err != nil || len(table.Rows) != 1 {
			t.Fatal(sql, table.Rows, err)
		}
		return macro.Text(table.Rows[0][0])
	}
	kind := map[string]string{Call: "call", Login: "login", Federation: "federation"}[uid]
	vars := map[string]macro.Value{
		"datasource": macro.Text("uc-clickhouse"), "loki": macro.Text("uc-loki"), "page": macro.Text(DefaultPage),
		"cluster": {All: true}, "gap": macro.Text("10"), "rule": macro.Text(""), "needle": macro.Text("call-id"),
		"key":     ask(`SELECT substring(arrayFirst(k -> startsWith(k, 'user:'), keys), 6) FROM v_finding_list WHERE family = 'jabber' AND session != '' AND arrayExists(k -> startsWith(k, 'user:'), keys) ORDER BY finding LIMIT 1`),
		"finding": ask(`SELECT finding FROM v_finding_list WHERE length(keys) > 2 AND length(fix) > 1 ORDER BY length(keys) DESC, finding LIMIT 1`),
	}
	if uid == Call || uid == Login {
		vars["key"] = macro.Text("")
	}
	if kind != "" {
		vars["session"] = ask(`SELECT session FROM v_session_list WHERE kind = '` + kind + `' AND outcome = 'failed' AND session IN (SELECT session FROM v_finding_list) ORDER BY event_count DESC, session LIMIT 1`)
	}
	return vars
}

// answer runs a query twice: with two clusters chosen, one of an awkward name,
// and with all.
func answer(t *testing.T, sink *clickhouse.Sink, where, sql string, s macro.Scope) frame {
	t.Helper()
	var all frame
	for _, cluster := range []macro.Value{{Texts: []string{"alpha", "it's"}}, {All: true}} {
		s.Vars["cluster"] = cluster
		expanded, err := macro.Query(sql, s)
		if err != nil {
			t.Fatalf("%s: %v", where, err)
		}
		if all, err = run(t, sink, expanded); err != nil {
			t.Errorf("%s: %v\n%s", where, err, expanded)
			return frame{}
		}
	}
	return all
}

func checkPanel(t *testing.T, sink *clickhouse.Sink, p dashboard.Panel, s macro.Scope) {
	for _, target := range p.Targets {
		if q, ok := target.(*lokiquery.Dataquery); ok {
			if _, err := macro.Variables(q.Expr, s); err != nil {
				t.Error(err)
			}
			continue
		}
		q := target.(Query)
		f := answer(t, sink, q.RefID, q.RawSQL, s)
		if len(f.rows) == 0 {
			t.Errorf("query %s returns no rows over the simulated fleet", q.RefID)
		}
		for _, fault := range faults(p.Type, q.RefID, f) {
			t.Errorf("query %s, columns %q of %q: %s", q.RefID, f.names, f.types, fault)
		}
		if p.Type == "table" {
			checkColumns(t, p, f)
		}
	}
}

// checkColumns wants the columns that overrides and links name.
func checkColumns(t *testing.T, p dashboard.Panel, f frame) {
	t.Helper()
	for _, o := range p.FieldConfig.Overrides {
		if name, ok := o.Matcher.Options.(string); ok && o.Matcher.Id == "byName" && f.index(name) < 0 {
			t.Errorf("an override is for the column %q, which the query does not return: %q", name, f.names)
		}
	}
	for _, l := range linksOf(t, p) {
		for _, m := range regexp.MustCompile(`__data\.fields\.(\w+)`).FindAllStringSubmatch(l, -1) {
			if f.index(m[1]) < 0 {
				t.Errorf("a link needs the column %q, which the query does not return: %q", m[1], f.names)
			}
		}
	}
}

func checkAnnotation(t *testing.T, name string, f frame) {
	t.Helper()
	if len(f.rows) == 0 {
		t.Errorf("annotation %s returns no rows over the simulated fleet", name)
	}
	for i, n := range f.names {
		if want := map[string]func(string) bool{"time": isTime, "timeEnd": isTime, "text": isText, "tags": isText}[n]; want == nil || !want(f.types[i]) {
			t.Errorf("annotation %s: column %s of type %s", name, n, f.types[i])
		}
	}
	if f.index("time") < 0 || f.index("text") < 0 {
		t.Errorf("annotation %s has columns %q, want time and text", name, f.names)
	}
}

func inner(typ string) string {
	for _, wrapper := range []string{"Nullable(", "LowCardinality(", "Nullable("} {
		if rest, ok := strings.CutPrefix(typ, wrapper); ok {
			typ = strings.TrimSuffix(rest, ")")
		}
	}
	return typ
}

func isTime(typ string) bool { return strings.HasPrefix(inner(typ), "DateTime") }
func isText(typ string) bool { return inner(typ) == "String" }
func isNumber(typ string) bool {
	return regexp.MustCompile(`^(U?Int\d+|Float\d+|Decimal.*)$`).MatchString(inner(typ))
}

// faults says what a kind of panel could not draw. The columns are those that
// the ClickHouse plugin documents for time series, logs and traces, and Grafana
// for the node graph.
func faults(panel, refID string, f frame) (list []string) {
	need := func(name string, is func(string) bool) {
		if i := f.index(name); i < 0 {
			list = append(list, "no column "+name)
		} else if !is(f.types[i]) {
			list = append(list, "column "+name+" is of type "+f.types[i])
		}
	}
	numbers := 0
	for _, typ := range f.types {
		if isNumber(typ) {
			numbers++
		}
	}
	switch panel {
	case "timeseries":
		need("time", isTime)
		if f.index("time") != 0 || numbers == 0 || len(f.types)-numbers > 2 {
			list = append(list, "want time, at most one label, and numbers")
		}
		if len(f.types)-numbers == 2 && !isText(f.types[1]) {
			list = append(list, "the label must be the second column")
		}
	case "stat":
		if len(f.types) != 1 || numbers != 1 || len(f.rows) != 1 {
			list = append(list, "want one number")
		}
	case "bargauge":
		if len(f.types) != 2 || !isText(f.types[0]) || numbers != 1 {
			list = append(list, "want a name and a number")
		}
	case "logs":
		need("timestamp", isTime)
		need("body", isText)
	case "traces":
		for _, name := range []string{"traceID", "spanID", "parentSpanID", "serviceName", "operationName", "statusMessage"} {
			need(name, isText)
		}
		need("startTime", isTime)
		need("duration", isNumber)
		need("statusCode", isNumber)
		need("tags", func(typ string) bool { return typ == "Array(Map(String, String))" })
		list = append(list, treeFaults(f)...)
	case "nodeGraph":
		need("id", isText)
		need("mainstat", isText)
		if refID == "edges" {
			need("source", isText)
			need("target", isText)
		} else {
			need("title", isText)
			need("arc__ok", isNumber)
			need("arc__failed", isNumber)
		}
	case "table":
		for i, typ := range f.types {
			if !isTime(typ) && !isText(typ) && !isNumber(typ) && inner(typ) != "Bool" {
				list = append(list, "column "+f.names[i]+" of type "+typ+" would be shown as JSON")
			}
		}
	default:
		list = append(list, "no such panel: "+panel)
	}
	return list
}

// treeFaults wants one trace of one root, and every span below a span.
func treeFaults(f frame) (list []string) {
	var spans []string
	roots := 0
	id, parent := f.index("spanID"), f.index("parentSpanID")
	for _, r := range f.rows {
		if r[parent] == "" {
			roots++
		}
		if slices.Contains(spans, r[id]) {
			list = append(list, "two spans are called "+r[id])
		}
		spans = append(spans, r[id])
		if r[f.index("traceID")] != f.rows[0][f.index("traceID")] {
			list = append(list, "more than one trace")
		}
	}
	for _, r := range f.rows {
		if r[parent] != "" && !slices.Contains(spans, r[parent]) {
			list = append(list, "no span "+r[parent])
		}
	}
	if roots != 1 || len(spans) < 3 {
		list = append(list, "want one root and spans below it")
	}
	return list
}
