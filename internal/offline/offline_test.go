package offline_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/simulate"
	"github.com/uctrace/uctrace/schemas"
)

// fleet writes the logs of the simulated deployment below dir.
func fleet(t *testing.T, dir string) {
	t.Helper()
	files := map[string]*strings.Builder{}
	start := time.Date(2024, 3, 4, 8, 0, 0, 0, time.UTC)
	for _, l := range simulate.Traces(start) {
		b := files[l.File]
		if b == nil {
			b = new(strings.Builder)
			files[l.File] = b
		}
		b.WriteString(l.Text)
	}
	for name, b := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func analyze(t *testing.T, workers int, paths ...string) correlator.Result {
	t.Helper()
	r, err := offline.Analyze(context.Background(), offline.Options{Options: collector.Options{Workers: workers}, Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWorkersDoNotMatter(t *testing.T) {
	dir := t.TempDir()
	fleet(t, dir)
	one := analyze(t, 1, dir)
	if len(one.Inputs) < 3 || len(one.Sessions) == 0 || len(one.Findings) == 0 {
		t.Fatalf("%d inputs, %d sessions, %d findings: not worth comparing", len(one.Inputs), len(one.Sessions), len(one.Findings))
	}
	for _, workers := range []int{0, 2, 7} {
		if d := cmp.Diff(one, analyze(t, workers, dir)); d != "" {
			t.Errorf("%d workers: %s", workers, d)
		}
	}
}

// TestArchiveDoesNotMatter packs the logs and wants the same findings, ids
// included: only paths differ.
func TestArchiveDoesNotMatter(t *testing.T) {
	dir := t.TempDir()
	fleet(t, dir)
	archive := filepath.Join(t.TempDir(), "fleet.zip")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := z.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(archive, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(ids(analyze(t, 2, dir)), ids(analyze(t, 2, archive))); d != "" {
		t.Error(d)
	}
}

func ids(r correlator.Result) []string {
	var list []string
	for i := range r.Sessions {
		list = append(list, r.Sessions[i].ID.String()+" "+string(r.Sessions[i].Outcome))
	}
	for i := range r.Findings {
		list = append(list, r.Findings[i].ID.String()+" "+r.Findings[i].Rule)
	}
	return list
}

// TestScenarios wants each story of the simulation that fails to be named, as
// often as it is told, and nothing else.
func TestScenarios(t *testing.T) {
	dir := t.TempDir()
	fleet(t, dir)
	want, got := map[string]int{}, map[string]int{}
	for _, s := range simulate.Scenarios() {
		if s.Want != "" {
			want[s.Want]++
		}
	}
	r := analyze(t, 2, dir)
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Severity > schemas.Info {
			got[f.Rule]++
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestCancelled(t *testing.T) {
	dir := t.TempDir()
	fleet(t, dir)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := offline.Analyze(ctx, offline.Options{Paths: []string{dir}}); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want that of the context", err)
	}
}

// TestAGuessedZoneIsSaid analyses a log that prints local time, with and
// without a zone for it.
func TestAGuessedZoneIsSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ccm00000001.txt")
	line := "04/17/2013 15:53:55.370 CCM|DbMobility: getMatchedRemDest starts: cnumber = 5737|<CLID::StandAloneCluster><NID::10.0.0.1><CT::1,100,175,1.1><IP::><DEV::>\n"
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, zone := range map[string]*time.Location{"guessed": nil, "named": time.FixedZone("", -4*3600)} {
		r, err := offline.Analyze(t.Context(), offline.Options{Options: collector.Options{Zone: zone}, Paths: []string{path}})
		if err != nil {
			t.Fatal(err)
		}
		said := slices.ContainsFunc(r.Coverage, func(c schemas.Coverage) bool { return c.Subject == "the zone of cucm.sdi" && !c.Observable })
		if said != (zone == nil) {
			t.Errorf("zone %s: coverage %v", name, r.Coverage)
		}
	}
}
