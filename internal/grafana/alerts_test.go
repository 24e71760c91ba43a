package grafana

import (
	"bytes"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/alerting"
	"github.com/grafana/grafana-foundation-sdk/go/expr"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/internal/grafana/macro"
	simulated "github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// An alert is an instance of a rule that fires: its labels and its value.
type alert struct {
	labels map[string]string
	value  float64
}

// evaluate does what Grafana does with a rule over ClickHouse: the row's text
// columns are labels, its one number the value, the threshold decides. Without
// a row the state is what the rule says for no data.
func evaluate(t *testing.T, sink *clickhouse.Sink, r alertRule, now time.Time) (firing []alert) {
	t.Helper()
	q := r.Data[0].Model.(Query)
	window := *r.Data[0].RelativeTimeRange
	sql, err := macro.Query(q.RawSQL, macro.Scope{
		From: now.Add(-time.Duration(*window.From) * time.Second), To: now.Add(-time.Duration(*window.To) * time.Second), Interval: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := run(t, sink, sql)
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	threshold := r.Data[1].Model.(*expr.Expr).TypeThreshold.Conditions[0].Evaluator
	seen := map[string]bool{}
	for _, row := range f.rows {
		a := alert{labels: map[string]string{}}
		numbers, key := 0, ""
		for i, name := range f.names {
			switch {
			case isNumber(f.types[i]):
				numbers++
				if a.value, err = strconv.ParseFloat(row[i], 64); err != nil {
					t.Fatal(err)
				}
			case isText(f.types[i]):
				key += row[i] + "\x00"
				if row[i] != "" {
					a.labels[name] = row[i]
				}
			default:
				t.Errorf("column %s is of type %s, neither a label nor a value", name, f.types[i])
			}
		}
		if numbers != 1 {
			t.Errorf("columns %q of %q: want exactly one number", f.names, f.types)
		}
		if seen[key] {
			t.Errorf("two rows have the labels %v", a.labels)
		}
		seen[key] = true
		if string(threshold.Type) == "gt" && a.value > threshold.Params[0] || string(threshold.Type) == "lt" && a.value < threshold.Params[0] {
			firing = append(firing, a)
		}
	}
	if len(f.rows) == 0 && r.NoDataState == alerting.RuleNoDataStateAlerting {
		firing = append(firing, alert{})
	}
	return firing
}

// TestAlertRulesFireAndStayQuiet evaluates every rule over ClickHouse on a fleet
// where it must fire and on a healthy one.
func TestAlertRulesFireAndStayQuiet(t *testing.T) {
	engine := chdbtest.Open(t)
	failing, healthy := store(t, engine, "failing"), store(t, engine, "healthy")
	morning := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -2).Add(8 * time.Hour)
	ingest(t, failing, logsOfAFleet(t, morning), "")
	ingest(t, failing, logsOf(t, simulated.Options{Seed: 4, Sessions: 60, Start: morning.Add(24 * time.Hour), Scenarios: outage}), "outage-")
	ingest(t, healthy, logsOf(t, simulated.Options{Seed: 3, Sessions: 60, Start: morning, Scenarios: sound(t)}), "")
	now := time.Now()
	heard(t, healthy, now, true)
	heard(t, failing, now, false)
	live(t, healthy, now, 0, true)
	live(t, failing, now, 20*time.Minute, false)

	// When a rule is evaluated, where that is not at once.
	when := map[string]time.Time{
		"uc-node-silent": now.Add(2 * time.Hour), "uc-clock-skew-10s": morning.Add(12 * time.Hour), "uc-clock-skew-60s": morning.Add(12 * time.Hour),
	}
	for _, r := range alertRules(t) {
		if _, ok := r.Data[0].Model.(Query); !ok {
			continue
		}
		t.Run(*r.Uid, func(t *testing.T) {
			if *r.Uid == "uc-disk-full" {
				checkDisks(t, healthy, r)
				return
			}
			at, ok := when[*r.Uid]
			if !ok {
				at = now.Add(time.Minute)
			}
			quietAt := at
			if *r.Uid == "uc-node-silent" {
				quietAt = now.Add(time.Minute)
			}
			if quiet := evaluate(t, healthy, r, quietAt); len(quiet) > 0 {
				t.Errorf("it fires on the healthy fleet: %v", quiet)
			}
			firing := evaluate(t, failing, r, at)
			if len(firing) == 0 {
				t.Fatal("it does not fire on the failing fleet")
			}
			for _, a := range firing {
				checkText(t, r, a)
			}
		})
	}
}

// outage are scenarios that meet another user each time they are told.
var outage = []string{"uds-unreachable", "codec"}

// sound returns the scenarios of everyday work: not the healthy ones that look
// like a failure, and those that eval judges.
func sound(t *testing.T) (names []string) {
	t.Helper()
	for _, s := range simulated.Scenarios() {
		if s.Healthy() && len(s.Like) == 0 {
			names = append(names, s.Name)
		}
	}
	if len(names) < 3 {
		t.Fatalf("only %q are everyday work", names)
	}
	return names
}

// checkDisks evaluates the rule with a threshold below and above what is used
// here: a disk cannot be filled for a test.
func checkDisks(t *testing.T, sink *clickhouse.Sink, r alertRule) {
	t.Helper()
	threshold := r.Data[1].Model.(*expr.Expr).TypeThreshold.Conditions[0].Evaluator
	if want := []float64{0.85}; !slices.Equal(threshold.Params, want) {
		t.Errorf("the threshold is %v, want %v", threshold.Params, want)
	}
	for _, limit := range []float64{0, 1} {
		threshold.Params[0] = limit
		if firing := evaluate(t, sink, r, time.Now()); (len(firing) > 0) != (limit == 0) {
			t.Errorf("with the limit %v it gives %v", limit, firing)
		}
	}
}

// checkText renders the annotations of an alert as Grafana does.
func checkText(t *testing.T, r alertRule, a alert) {
	t.Helper()
	data := map[string]any{"Labels": a.labels, "Values": map[string]any{"A": map[string]any{"Value": a.value}}}
	for name, text := range r.Annotations {
		tmpl, err := template.New(name).Option("missingkey=zero").Parse("{{- $labels := .Labels -}}{{- $values := .Values -}}" + text)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := tmpl.Execute(&b, data); err != nil {
			t.Fatal(err)
		}
		got := b.String()
		if strings.Contains(got, "no value") || strings.Contains(got, "{{") || strings.TrimSpace(got) == "" || strings.Contains(got, "  ") {
			t.Errorf("annotation %s reads %q for %v", name, got, a.labels)
		}
		if session := a.labels["session"]; name == "session_page" && session != "" && got != environment["UCTRACE_PAGE"]+"/session/"+session {
			t.Errorf("the alert leads to %s", got)
		}
		if cause := a.labels["cause"]; name == "description" && cause != "" && !strings.Contains(got, "Cause: "+cause+"\nFirst step: "+a.labels["fix"]) {
			t.Errorf("the description reads %q", got)
		}
	}
}

func TestMessage(t *testing.T) {
	item := list(t, provisioned(t, filepath.Join(alertFolder, "templates.yaml")), "templates")[0]
	tmpl, err := template.New("").Parse(item["template"].(string))
	if err != nil {
		t.Fatal(err)
	}
	one := map[string]any{"Annotations": map[string]string{"summary": "cucm.overload on west: too many calls", "description": "Cause: CPU\nFirst step: look", "session_page": "https://uctrace.example/session/00"}}
	common := map[string]string{"alertname": "Critical finding", "rule": "cucm.overload"}
	var alerts firedAlerts = []any{one, one}
	var b bytes.Buffer
	for _, name := range []string{"uc.subject", "uc.message"} {
		if err := tmpl.ExecuteTemplate(&b, name, map[string]any{"Alerts": alerts, "CommonLabels": common}); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"UC: Critical finding (cucm.overload), 2 times", "First step: look", "Look: https://uctrace.example/session/00"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the message lacks %q:\n%s", want, b.String())
		}
	}
}

// firedAlerts are alerts as a notification template meets them.
type firedAlerts []any

func (a firedAlerts) Firing() []any { return a }

// live stores the ledger of a node that is read while it writes: a span of each
// of its two logs every minute of the last three hours, stored late as given. When
// whole is false one log stopped two hours ago, and the other is not understood.
func live(t *testing.T, sink *clickhouse.Sink, now time.Time, late time.Duration, whole bool) {
	t.Helper()
	err := sink.Conn().Exec(t.Context(), `INSERT INTO spans (fingerprint, start, end, file, source, cluster, node, first_time, last_time, lines, records, events, silent, unparsed, inserted_at)
		SELECT toFixedString(source, 10), number * 100, number * 100 + 100, concat(source, '.txt'), source, 'live', 'cucm-live', at - INTERVAL 1 MINUTE, at, 50, 50, 10, if(understood, 40, 0), if(understood, 0, 40), at + toIntervalSecond(?)
		FROM
		(
			SELECT number, arrayJoin(['cucm.sdl', 'cucm.cti']) AS source, fromUnixTimestamp64Milli(?) - toIntervalSecond(?) - toIntervalMinute(180 - number) AS at, ? OR source = 'cucm.cti' AS understood
			FROM numbers(181)
		)
		WHERE ? OR source = 'cucm.sdl' OR number < 60`, int(late.Seconds()), now.UnixMilli(), int(late.Seconds()), whole, whole)
	if err != nil {
		t.Fatal(err)
	}
}
