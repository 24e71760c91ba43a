package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/internal/simulate"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// demoPatience bounds the wait for the last finding after the last line was
// written.
const demoPatience = 40 * time.Second

// watch shows the findings as they appear in ClickHouse and, once everything
// that must be found is there and nothing more is on its way, the sums.
func (d *demo) watch(ctx context.Context, written <-chan struct{}, failed <-chan error) error {
	missing := map[string]bool{}
	for _, sc := range simulate.Scenarios() {
		if sc.Want != "" {
			missing[sc.Want] = true
		}
	}
	shown := map[string]bool{}
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	var patience <-chan time.Time
	for {
		if err := d.showNew(ctx, shown, missing); err != nil {
			return ended(ctx, err)
		}
		if written == nil && len(missing) == 0 {
			return ended(ctx, d.showSums(ctx))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-failed:
			return err
		case <-patience:
			return fmt.Errorf("not found within %s: %s", demoPatience, strings.Join(slices.Sorted(maps.Keys(missing)), ", "))
		case <-written:
			written = nil
			patience = time.After(demoPatience)
		case <-tick.C:
		}
	}
}

// foundSQL reads the findings as they stand, each with its session.
const foundSQL = `
	SELECT f.id, f.session, f.severity, f.rule, f.dated = 'date', f.time, f.summary, f.cause, f.fix, f.stage, f.keys, f.count, f.first_time, f.last_time,
		f.evidence_files, f.evidence_lines, f.evidence_roles, f.evidence_texts, s.summary, s.nodes
	FROM v_findings AS f LEFT JOIN v_sessions AS s ON s.raw_id = f.raw_session
	ORDER BY f.time, f.rule`

// showNew prints the findings that were not shown before.
func (d *demo) showNew(ctx context.Context, shown, missing map[string]bool) error {
	rows, err := d.s.sink.Conn().Query(ctx, foundSQL)
	if err != nil {
		return fmt.Errorf("read findings: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, session string
		var row foundRow
		err := rows.Scan(&id, &session, &row.severity, &row.Rule, &row.dated, &row.Time, &row.Summary, &row.Cause, &row.Fix, &row.Stage, &row.keys,
			&row.count, &row.First, &row.Last, &row.files, &row.lines, &row.roles, &row.texts, &row.session.Summary, &row.session.Nodes)
		if err != nil {
			return fmt.Errorf("read findings: %w", err)
		}
		if shown[id] {
			continue
		}
		shown[id] = true
		if row.Rule == failingCall {
			d.call = session
		}
		delete(missing, row.Rule)
		d.say("")
		if err := report.Finding(d.out, len(shown), row.finding(d.dir), &row.session, d.layout); err != nil {
			return err
		}
	}
	return rows.Err()
}

// foundRow is a finding as the table gives it.
type foundRow struct {
	schemas.Finding
	session             schemas.Session
	severity            string
	dated               bool
	count               uint32
	keys                []string
	files, roles, texts []string
	lines               []uint32
}

// finding completes the Finding; its files are named below folder.
func (r *foundRow) finding(folder string) *schemas.Finding {
	f := &r.Finding
	_ = f.Severity.UnmarshalText([]byte(r.severity)) // the column is an enumeration of the same names
	if !r.dated {
		f.Time = time.Time{}
	}
	f.Count = int(r.count)
	for _, k := range r.keys {
		name, value, _ := strings.Cut(k, ":")
		f.Keys = append(f.Keys, schemas.Key{Type: schemas.KeyType(name), Value: value})
	}
	for i := range r.files {
		f.Evidence = append(f.Evidence, schemas.Evidence{
			File: strings.TrimPrefix(r.files[i], folder+string(filepath.Separator)), Line: int(r.lines[i]),
			Role: schemas.Role(r.roles[i]), Text: r.texts[i],
		})
	}
	return f
}

// showSums prints what is in the tables and how to look further.
func (d *demo) showSums(ctx context.Context) error {
	sums := `SELECT count(), sum(records), sum(events), sum(unparsed) FROM v_files`
	files, err := d.s.sink.Query(ctx, sums)
	if err != nil {
		return err
	}
	kinds, err := d.s.sink.Query(ctx, `SELECT kind, outcome, count() FROM v_sessions GROUP BY kind, outcome ORDER BY kind, outcome`)
	if err != nil {
		return err
	}
	d.say("\nIn ClickHouse: %s", sentence(files))
	for _, row := range kinds.Rows {
		d.say("  %-12s %-8s %s", row[0], row[1], row[2])
	}
	d.say("\nThe healthy twins of these failures (an accepted dialback, a matched remote destination, ordinary calls, a whole sign-in) gave no finding.")
	if d.s.http == nil {
		return nil
	}
	address := d.s.clickHouseAddress()
	d.say("\nLook further, in another terminal:")
	for _, q := range []string{
		"SELECT severity, rule, summary FROM v_findings ORDER BY severity_level DESC, time FORMAT Vertical",
		"SELECT time, node, sip_direction, sip_method, sip_status, sip_from, sip_to FROM v_events WHERE has_sip ORDER BY time LIMIT 20 FORMAT PrettyCompact",
	} {
		d.say("  curl '%s?database=%s' --data-binary \"%s\"", address, d.cfg.ClickHouse.Database, q)
	}
	return nil
}

// failingCall is the rule of the call that the demo points at.
const failingCall = "cucm.remote-destination-unmatched"

// sayPage says where to look at what was found.
func (d *demo) sayPage() {
	root := d.s.web.URL()
	if root == "" {
		return
	}
	d.say("\nLook at it in a browser:")
	if d.call != "" {
		d.say("  %ssession/%s   a call whose caller was not recognised", root, d.call)
	}
	d.say("  %s   all sessions and findings", root)
}

func sentence(t clickhouse.Table) string {
	if len(t.Rows) != 1 || len(t.Rows[0]) != 4 {
		return "nothing"
	}
	r := t.Rows[0]
	return fmt.Sprintf("%s files, %s records, %s events, %s records not understood; sessions:", r[0], r[1], r[2], r[3])
}

// ended returns the error of ctx instead of that of a query which the end of
// ctx cut off.
func ended(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// layout fits what is printed to where it goes.
func layout(out io.Writer, env []string) report.Options {
	o := report.Options{Width: 100, Verbose: true}
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return o
	}
	if cols, _, err := term.GetSize(int(f.Fd())); err == nil && cols >= 40 {
		o.Width = min(cols, 120) // longer lines are hard to read
	}
	o.Color = !slices.ContainsFunc(env, func(e string) bool {
		return e == "TERM=dumb" || strings.HasPrefix(e, "NO_COLOR=") && e != "NO_COLOR="
	})
	return o
}
