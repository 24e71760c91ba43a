package read

import (
	"context"
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// FindingFilter narrows a list of findings. Empty fields do not.
type FindingFilter struct {
	// AtLeast is the least severity.
	AtLeast schemas.Severity
	Rule    string
	Cause   string
	Cluster string
	Session schemas.ID
	// From and To bound the time of a finding: From is within, To is not.
	From, To time.Time
	After    Cursor
	Limit    int // as in Filter
}

const findingColumns = `raw_id, version, rule, severity_level, raw_session, cluster, time, dated, summary, cause, fix, stage,
	evidence_events, evidence_files, evidence_lines, evidence_roles, evidence_texts, keys, key_scopes, count, first_time, last_time`

// Findings lists the findings of f, the latest first. next is where the next
// page begins, zero when there is none.
func (s *Store) Findings(ctx context.Context, f FindingFilter) (list []schemas.Finding, next Cursor, err error) {
	limit := pageOf(f.Limit)
	w := f.where()
	w.after("time", f.After)
	list, err = s.findings(ctx, w, "ORDER BY time DESC, raw_id DESC LIMIT ?", limit+1)
	if err != nil {
		return nil, Cursor{}, err
	}
	if len(list) > limit {
		list = list[:limit]
		last := &list[limit-1]
		next = Cursor{last.Time, last.ID}
	}
	return list, next, nil
}

func (f *FindingFilter) where() *where {
	w := new(where)
	if f.AtLeast > schemas.Info {
		w.add("severity_level >= ?", int8(f.AtLeast))
	}
	if f.Rule != "" {
		w.add("rule = ?", f.Rule)
	}
	if f.Cause != "" {
		w.add("cause = ?", f.Cause)
	}
	if f.Cluster != "" {
		w.add("cluster = ?", f.Cluster)
	}
	if !f.Session.IsZero() {
		w.add("raw_session = unhex(?)", f.Session.String())
	}
	w.within("time", f.From, f.To)
	return w
}

// Finding returns the finding id, and ErrNotFound when there is none.
func (s *Store) Finding(ctx context.Context, id schemas.ID) (*schemas.Finding, error) {
	w := new(where)
	w.add("raw_id = unhex(?)", id.String())
	list, err := s.findings(ctx, w, "LIMIT 1")
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("finding %s: %w", id, ErrNotFound)
	}
	return &list[0], nil
}

// FindingsOf returns the findings about sessions, the gravest first.
func (s *Store) FindingsOf(ctx context.Context, sessions []schemas.ID) (map[schemas.ID][]schemas.Finding, error) {
	if len(sessions) == 0 {
		return nil, nil
	}
	w := new(where)
	w.add("raw_session IN (SELECT toFixedString(unhex(arrayJoin(?)), 16))", hexes(sessions))
	list, err := s.findings(ctx, w, "ORDER BY severity_level DESC, time, rule, raw_id LIMIT ?", MaxPage)
	if err != nil {
		return nil, err
	}
	of := map[schemas.ID][]schemas.Finding{}
	for i := range list {
		of[list[i].Session] = append(of[list[i].Session], list[i])
	}
	return of, nil
}

func (s *Store) findings(ctx context.Context, w *where, tail string, args ...any) ([]schemas.Finding, error) {
	var list []schemas.Finding
	err := s.ask(ctx, "SELECT "+findingColumns+" FROM v_findings"+w.String()+" "+tail, append(w.args, args...), func(scan func(...any) error) error {
		var row findingRow
		if err := row.scan(scan); err != nil {
			return err
		}
		list = append(list, row.finding())
		return nil
	})
	return list, err
}

// findingRow is a row of findingColumns.
type findingRow struct {
	schemas.Finding
	id, session, dated                string
	severity                          int8
	events, files, roles, texts, keys []string
	scopes                            []string
	lines                             []uint32
	count                             uint32
}

func (r *findingRow) scan(scan func(...any) error) error {
	return scan(&r.id, &r.Version, &r.Rule, &r.severity, &r.session, &r.Cluster, &r.Time, &r.dated, &r.Summary, &r.Cause, &r.Fix, &r.Stage,
		&r.events, &r.files, &r.lines, &r.roles, &r.texts, &r.keys, &r.scopes, &r.count, &r.First, &r.Last)
}

func (r *findingRow) finding() schemas.Finding {
	f := r.Finding
	f.ID, f.Session, f.Severity, f.Count = idOf(r.id), idOf(r.session), schemas.Severity(r.severity), int(r.count)
	f.Time, f.First, f.Last = timeOf(f.Time, r.dated), dateOf(f.First), dateOf(f.Last)
	f.Keys = keysOf(r.keys, r.scopes)
	for i := range r.events {
		event, _ := schemas.ParseID(r.events[i]) // the view prints it
		f.Evidence = append(f.Evidence, schemas.Evidence{
			Event: event, File: r.files[i], Line: int(r.lines[i]), Role: schemas.Role(r.roles[i]), Text: r.texts[i],
		})
	}
	return f
}

// Group is what one cause did: the findings of one rule with one cause in one
// cluster.
type Group struct {
	Rule, Cluster, Cause string
	Severity             schemas.Severity // the gravest
	// Count counts the findings, Sessions the sessions they are about, Users
	// the users, JIDs and devices that they or their sessions name.
	Count, Sessions, Users int
	First, Last            time.Time
	// Example is the latest finding, Summary what it says, and Fix how to mend
	// it.
	Example schemas.ID
	Session schemas.ID // of the example, zero for none
	Summary string
	Fix     []string
}

const groupSQL = `
	SELECT rule, f.cluster, cause, max(severity_level) AS worst, count() AS n, uniqExactIf(raw_session, session != ''),
		length(arrayDistinct(arrayFlatten(groupArray(1000)(arrayFilter(k -> splitByChar(':', k)[1] IN ('user', 'jid', 'device', 'dn'), f.keys))))),
		minIf(time, dated = 'date'), max(time), argMax(raw_id, (time, raw_id)), argMax(raw_session, (time, raw_id)),
		argMax(summary, (time, raw_id)), argMax(fix, (time, raw_id))
	FROM v_findings AS f`

// Groups lists causes, the gravest first, then those that did most, at most
// limit.
func (s *Store) Groups(ctx context.Context, f FindingFilter) ([]Group, error) {
	w := f.where()
	sql := groupSQL + w.String() + " GROUP BY rule, f.cluster, cause ORDER BY worst DESC, n DESC, max(time) DESC, rule, cause LIMIT ?"
	var list []Group
	err := s.ask(ctx, sql, append(w.args, pageOf(f.Limit)), func(scan func(...any) error) error {
		var g Group
		var severity int8
		var n, sessions, users uint64
		var example, session string
		if err := scan(&g.Rule, &g.Cluster, &g.Cause, &severity, &n, &sessions, &users, &g.First, &g.Last, &example, &session, &g.Summary, &g.Fix); err != nil {
			return err
		}
		g.Severity, g.Count, g.Sessions, g.Users = schemas.Severity(severity), int(n), int(sessions), int(users)
		g.First, g.Last, g.Example, g.Session = dateOf(g.First), dateOf(g.Last), idOf(example), idOf(session)
		list = append(list, g)
		return nil
	})
	return list, err
}
