package lokitest_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/lokitest"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/loki"
)

const deploy = "../../deploy/loki"

// alert is a rule of deploy/loki/rules.
type alert struct {
	Alert, Expr, For    string
	Labels, Annotations map[string]string
}

func alerts(t *testing.T) map[string]alert {
	t.Helper()
	var file struct{ Groups []struct{ Rules []alert } }
	decode(t, "rules/uctrace.yaml", &file)
	all := map[string]alert{}
	for _, g := range file.Groups {
		for _, a := range g.Rules {
			if _, twice := all[a.Alert]; twice {
				t.Errorf("two alerts are called %s", a.Alert)
			}
			all[a.Alert] = a
		}
	}
	return all
}

func decode(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(deploy, name))
	if err == nil {
		err = yaml.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestAlertsTell: whoever is woken by an alert learns what to do, and where
// more is said.
func TestAlertsTell(t *testing.T) {
	known := map[string]bool{}
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range ruleset.Catalogue(rules) {
		known[d.Name] = true
	}
	for _, a := range alerts(t) {
		if a.Labels["severity"] == "" || a.Annotations["summary"] == "" || !strings.Contains(a.Annotations["description"], "First step - ") {
			t.Errorf("%s lacks severity, summary or first step", a.Alert)
		}
		if id := a.Labels["rule"]; id != "" && !known[id] {
			t.Errorf("%s names the rule %s, which does not exist", a.Alert, id)
		}
		if !strings.Contains(a.Expr, `{job="uctrace"`) {
			t.Errorf("%s looks at lines of others", a.Alert)
		}
	}
}

// TestLokiSettings lets Loki's own programs check its settings and the rules.
func TestLokiSettings(t *testing.T) {
	run := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.CommandContext(t.Context(), lokitest.Program(t, name), args...).CombinedOutput(); err != nil {
			t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
	}
	run("loki", "-config.file", filepath.Join(deploy, "loki.yaml"), "-verify-config")
	run("lokitool", "rules", "lint", "--dry-run", filepath.Join(deploy, "rules", "uctrace.yaml"))
	run("lokitool", "rules", "check", "--strict", filepath.Join(deploy, "rules", "uctrace.yaml"))
	l := lokitest.Start(t)
	for name := range alerts(t) {
		if !strings.Contains(l.Get("/loki/api/v1/rules"), "alert: "+name+"\n") {
			t.Errorf("the ruler has no %s", name)
		}
	}
}

// TestLokiRuler stores a line of a moment ago and waits for the alert of the
// ruler.
func TestLokiRuler(t *testing.T) {
	l := lokitest.Start(t)
	now := time.Now().UTC()
	newStore(t, l).log(t, "hq", fmt.Sprintf("%s+00:00 expe1 supervisor: Event=\"Application Failed\" Detail=\"Application tvcs failed with signal 6\" Level=\"1\" UTCTime=%q\n",
		now.Format("2006-01-02T15:04:05.000"), now.Format("2006-01-02 15:04:05")+",000"))
	l.Until("the alert", func() bool {
		alerts := l.Get("/prometheus/api/v1/alerts")
		return strings.Contains(alerts, `"alertname":"ExpresswayProcessFailed"`) && strings.Contains(alerts, `"state":"firing"`)
	})
	if alerts := l.Get("/prometheus/api/v1/alerts"); !strings.Contains(alerts, "A process of expe1 has failed") || strings.Contains(alerts, "CucmOverloaded") {
		t.Errorf("alerts: %s", alerts)
	}
}

// TestLokiRules lets each alert about lines fire, and stay quiet.
func TestLokiRules(t *testing.T) {
	l := lokitest.Start(t)
	store := newStore(t, l)
	var cases []struct {
		Alert, Fires, Quiet string
		Times               int
	}
	decode(t, "rules.test.yaml", &cases)
	left := alerts(t)
	for _, c := range cases {
		a, ok := left[c.Alert]
		if !ok {
			t.Errorf("no alert, or no other one, is called %s", c.Alert)
			continue
		}
		delete(left, c.Alert)
		for log, want := range map[string]bool{c.Fires: true, c.Quiet: false} {
			cluster := fmt.Sprintf("%s-%v", c.Alert, want)
			first, last := store.log(t, cluster, repeat(log, c.Times))
			if got := fires(t, l, a, cluster, first.Add(-2*time.Minute), last.Add(30*time.Minute)); got != want {
				t.Errorf("%s fires: %v, want %v, on\n%s", c.Alert, got, want, log)
			}
		}
	}
	delete(left, "LogsOfNodeStopped")
	delete(left, "NoLinesAtAll")
	for name := range left {
		t.Errorf("%s has no case in rules.test.yaml", name)
	}
}

// TestLokiUnderstandsGrafana asks a Loki what Grafana's alert rules ask.
func TestLokiUnderstandsGrafana(t *testing.T) {
	l := lokitest.Start(t)
	data, err := os.ReadFile("../../deploy/grafana/provisioning/alerting/raw-lines.yaml")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for line := range strings.Lines(string(data)) {
		if _, expr, ok := strings.Cut(line, " expr: "); ok {
			l.Query(strings.TrimSpace(expr), time.Now())
			asked++
		}
	}
	if asked < 3 {
		t.Errorf("only %d expressions", asked)
	}
}

// TestLokiVolumeRules stops the log of one of two nodes, and then of both.
func TestLokiVolumeRules(t *testing.T) {
	l := lokitest.Start(t)
	store := newStore(t, l)
	begin := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	var stops, goes strings.Builder
	for second := 0; second < 3*3600; second += 20 {
		line := func(w *strings.Builder, node string) {
			at := begin.Add(time.Duration(second) * time.Second)
			fmt.Fprintf(w, "%s+00:00 %s tvcs: UTCTime=%q Module=\"network.dns\" Level=\"DEBUG\": Detail=\"a line\"\n", at.Format("2006-01-02T15:04:05.000"), node, at.Format("2006-01-02 15:04:05")+",000")
		}
		if second < 2*3600 {
			line(&stops, "expc1")
		}
		line(&goes, "expe1")
	}
	store.log(t, "hq", stops.String())
	_, last := store.log(t, "hq", goes.String())
	stopped, none := alerts(t)["LogsOfNodeStopped"], alerts(t)["NoLinesAtAll"]
	for _, c := range []struct {
		alert alert
		node  string
		at    time.Duration // after the end of the log of expc1
		want  bool
	}{
		{stopped, "expc1", 10 * time.Minute, false},
		{stopped, "expc1", 30 * time.Minute, true},
		{stopped, "expe1", 30 * time.Minute, false},
		{none, "", 30 * time.Minute, false},
		{none, "", last.Sub(begin) - 2*time.Hour + 21*time.Minute, true},
	} {
		at := begin.Add(2 * time.Hour).Add(c.at)
		var got bool
		for _, s := range l.Query(c.alert.Expr, at) {
			got = got || s.Labels["node"] == c.node
		}
		if got != c.want {
			t.Errorf("%s of %q at %s: %v, want %v", c.alert.Alert, c.node, at, got, c.want)
		}
	}
}

// repeat returns log with every line n times, each for another device.
func repeat(log string, n int) string {
	if n == 0 {
		return log
	}
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.NewReplacer("{second}", fmt.Sprintf("%02d", 2*i), "{device}", fmt.Sprintf("%02d", i)).Replace(log))
	}
	return b.String()
}

// fires reports whether the ruler would fire a for the cluster between from
// and to: whether its expression holds at every evaluation for long enough.
func fires(t *testing.T, l *lokitest.Loki, a alert, cluster string, from, to time.Time) bool {
	t.Helper()
	var long time.Duration
	if a.For != "" {
		var err error
		if long, err = time.ParseDuration(a.For); err != nil {
			t.Fatal(err)
		}
	}
	var since time.Time
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		holds := false
		for _, s := range l.Query(a.Expr, at) {
			holds = holds || s.Labels["cluster"] == cluster
		}
		switch {
		case !holds:
			since = time.Time{}
		case since.IsZero():
			since = at
		}
		if holds && at.Sub(since) >= long {
			return true
		}
	}
	return false
}

// store is the way of a log into Loki, without the streams.
type store struct{ sink *loki.Sink }

func newStore(t *testing.T, l *lokitest.Loki) *store {
	t.Helper()
	sink, err := loki.Open(loki.Config{URL: l.URL, Dead: refuse{t}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sink.Close() })
	return &store{sink}
}

// refuse fails the test when Loki refuses a line.
type refuse struct{ t *testing.T }

func (r refuse) WriteRefused(_ context.Context, refused *schemas.Refused) error {
	r.t.Errorf("Loki refuses %q: %s", refused.Record.Text, refused.Reason)
	return nil
}

// log stores a log as if it arrived while it was written, and returns when its
// first and its last record were.
func (s *store) log(t *testing.T, cluster, text string) (first, last time.Time) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "uc.log")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	options := collector.Options{Parsers: normalizer.Parsers(), Cluster: cluster}
	err := collector.Scan(t.Context(), options, []string{path}, bytes.NewReader(nil), func(b *schemas.RecordBatch) error {
		if len(b.Records) > 0 && (b.File.Source == schemas.Unknown || len(b.Problems) > 0) {
			t.Errorf("the log is not understood: %v\n%s", b.Problems, text)
		}
		for rest := b.Records; len(rest) > 0; {
			part := *b
			n := 1
			for n < len(rest) && rest[n].Time.Sub(rest[0].Time) < 10*time.Minute {
				n++
			}
			part.Records, rest = rest[:n], rest[n:]
			if first.IsZero() {
				first = part.Records[0].Time
			}
			last = part.Records[n-1].Time
			if err := s.sink.WriteRaw(t.Context(), []schemas.RawBatch{{Records: &part, Arrived: last}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return first, last
}
