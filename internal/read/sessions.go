package read

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Filter narrows a list of sessions. Empty fields do not.
type Filter struct {
	Kind    schemas.SessionKind
	Outcome schemas.Outcome
	Cluster string
	// From and To bound the start of a session: From is within, To is not.
	From, To time.Time
	// After continues a list behind the last session of a page, see Cursor.
	After Cursor
	// Limit is how many are wanted, at most MaxPage; 0 means 50.
	Limit int
}

// MaxPage bounds one page of a list.
const MaxPage = 500

// Cursor is a place in a list that is ordered by time, the latest first, then
// by id. The zero Cursor is its beginning.
type Cursor struct {
	Time time.Time
	ID   schemas.ID
}

// IsZero reports whether c is the beginning of the list.
func (c Cursor) IsZero() bool { return c.ID.IsZero() }

// String returns c in a form that ParseCursor reads; "" for the beginning.
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d-%s", c.Time.UnixMicro(), c.ID)
}

// ParseCursor reads what Cursor.String returned.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	var micro int64
	at := strings.LastIndexByte(s, '-')
	if at < 0 {
		return Cursor{}, fmt.Errorf("cursor %q: want what the page before gave as next", s)
	}
	if _, err := fmt.Sscanf(s[:at], "%d", &micro); err != nil {
		return Cursor{}, fmt.Errorf("cursor %q: want what the page before gave as next", s)
	}
	id, err := schemas.ParseID(s[at+1:])
	if err != nil {
		return Cursor{}, fmt.Errorf("cursor: %w", err)
	}
	return Cursor{time.UnixMicro(micro).UTC(), id}, nil
}

// Listed is a session in a list, with how many findings are about it and the
// gravest of them.
type Listed struct {
	schemas.Session
	Findings int
	Worst    schemas.Severity
}

const sessionColumns = `raw_id, version, kind, outcome, cluster, start, end, keys, key_scopes, nodes, sources,
	stage_names, stage_starts, stage_ends, stage_outcomes, summary, event_count`

// Sessions lists the sessions of f, the latest first. next is where the next
// page begins, zero when there is none.
func (s *Store) Sessions(ctx context.Context, f Filter) (list []Listed, next Cursor, err error) {
	limit := pageOf(f.Limit)
	w := f.where()
	sessions, err := s.sessions(ctx, w, "ORDER BY start DESC, raw_id DESC LIMIT ?", limit+1)
	if err != nil {
		return nil, Cursor{}, err
	}
	if len(sessions) > limit {
		sessions = sessions[:limit]
		last := &sessions[limit-1]
		next = Cursor{last.Start, last.ID}
	}
	list, err = s.withFindings(ctx, sessions)
	return list, next, err
}

func pageOf(limit int) int {
	if limit <= 0 {
		return 50
	}
	return min(limit, MaxPage)
}

func (f *Filter) where() *where {
	w := new(where)
	if f.Kind != "" {
		w.add("kind = ?", string(f.Kind))
	}
	if f.Outcome != "" {
		w.add("outcome = ?", string(f.Outcome))
	}
	if f.Cluster != "" {
		w.add("cluster = ?", f.Cluster)
	}
	w.within("start", f.From, f.To)
	w.after("start", f.After)
	return w
}

// within bounds a time column, whose name is a constant.
func (w *where) within(column string, from, to time.Time) {
	if !from.IsZero() {
		w.add(column+" >= fromUnixTimestamp64Micro(?)", from.UnixMicro())
	}
	if !to.IsZero() {
		w.add(column+" < fromUnixTimestamp64Micro(?)", to.UnixMicro())
	}
}

func (w *where) after(column string, c Cursor) {
	if c.IsZero() {
		return
	}
	micro := c.Time.UnixMicro()
	if c.Time.IsZero() {
		micro = 0
	}
	w.add("("+column+", raw_id) < (fromUnixTimestamp64Micro(?), toFixedString(unhex(?), 16))", micro, c.ID.String())
}

// Session returns the session id with all that is known of it but its events,
// and ErrNotFound when there is none. Lists leave out joins, sights, coverage and
// skews.
func (s *Store) Session(ctx context.Context, id schemas.ID) (*schemas.Session, error) {
	w := new(where)
	w.add("raw_id = unhex(?)", id.String())
	list, err := s.sessions(ctx, w, "LIMIT 1")
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("session %s: %w", id, ErrNotFound)
	}
	return &list[0], s.complete(ctx, &list[0])
}

// Listed returns how many events of a session are listed, which are all or, of a
// long one, some: the first, or the first and the latest.
func (s *Store) Listed(ctx context.Context, session schemas.ID) (n int, err error) {
	const sql = "SELECT length(raw_events) FROM v_sessions WHERE raw_id = unhex(?) LIMIT 1"
	err = s.ask(ctx, sql, []any{session.String()}, func(scan func(...any) error) error {
		var length uint64
		err := scan(&length)
		n = int(length)
		return err
	})
	return n, err
}

func (s *Store) sessions(ctx context.Context, w *where, tail string, args ...any) ([]schemas.Session, error) {
	var list []schemas.Session
	err := s.ask(ctx, "SELECT "+sessionColumns+" FROM v_sessions"+w.String()+" "+tail, append(w.args, args...), func(scan func(...any) error) error {
		var row sessionRow
		if err := row.scan(scan); err != nil {
			return err
		}
		list = append(list, row.session())
		return nil
	})
	return list, err
}

// sessionRow is a row of sessionColumns.
type sessionRow struct {
	id, kind, outcome, cluster, summary string
	version                             uint64
	start, end                          time.Time
	keys, scopes, nodes, sources        []string
	stageNames, stageOutcomes           []string
	stageStarts, stageEnds              []time.Time
	events                              uint32
}

func (r *sessionRow) scan(scan func(...any) error) error {
	return scan(&r.id, &r.version, &r.kind, &r.outcome, &r.cluster, &r.start, &r.end, &r.keys, &r.scopes, &r.nodes, &r.sources,
		&r.stageNames, &r.stageStarts, &r.stageEnds, &r.stageOutcomes, &r.summary, &r.events)
}

func (r *sessionRow) session() schemas.Session {
	s := schemas.Session{
		ID: idOf(r.id), Version: r.version, Kind: schemas.SessionKind(r.kind), Outcome: schemas.Outcome(r.outcome), Cluster: r.cluster,
		Start: dateOf(r.start), End: dateOf(r.end), Keys: keysOf(r.keys, r.scopes), Nodes: r.nodes, Summary: r.summary, EventCount: int(r.events),
	}
	for _, src := range r.sources {
		s.Sources = append(s.Sources, schemas.Source(src))
	}
	for i, name := range r.stageNames {
		s.Stages = append(s.Stages, schemas.Stage{
			Name: name, Start: dateOf(r.stageStarts[i]), End: dateOf(r.stageEnds[i]), Outcome: schemas.Outcome(r.stageOutcomes[i]),
		})
	}
	return s
}

// withFindings counts the findings about each session.
func (s *Store) withFindings(ctx context.Context, sessions []schemas.Session) ([]Listed, error) {
	list := make([]Listed, len(sessions))
	at := map[schemas.ID]int{}
	ids := make([]schemas.ID, len(sessions))
	for i := range sessions {
		list[i].Session, ids[i] = sessions[i], sessions[i].ID
		at[ids[i]] = i
	}
	if len(ids) == 0 {
		return list, nil
	}
	const sql = `SELECT raw_session, count(), max(severity_level) FROM v_findings
		WHERE raw_session IN (SELECT toFixedString(unhex(arrayJoin(?)), 16)) GROUP BY raw_session`
	err := s.ask(ctx, sql, []any{hexes(ids)}, func(scan func(...any) error) error {
		var id string
		var n uint64
		var worst int8
		if err := scan(&id, &n, &worst); err != nil {
			return err
		}
		l := &list[at[idOf(id)]]
		l.Findings, l.Worst = int(n), schemas.Severity(worst)
		return nil
	})
	return list, err
}

// Clusters lists the clusters that have sessions.
func (s *Store) Clusters(ctx context.Context) ([]string, error) {
	var list []string
	err := s.ask(ctx, "SELECT DISTINCT cluster FROM v_sessions ORDER BY cluster LIMIT 200", nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		list = append(list, name)
		return err
	})
	return list, err
}
