package read

import (
	"context"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Bounds of what is told of the coverage.
const (
	maxLogs   = 2000
	maxLately = 200
)

// Coverage lists what each kind of log of each node held, by cluster, node and
// source, with the parts that are missing. An empty cluster means all.
func (s *Store) Coverage(ctx context.Context, cluster string) ([]schemas.LogCoverage, error) {
	w := in(cluster)
	var list []schemas.LogCoverage
	at := map[[3]string]int{}
	const sql = `SELECT id, version, cluster, node, source, files, bytes, lines, records, events, unparsed, damaged, levels, first, last, sequence, gap_count, missing
		FROM v_coverage`
	err := s.ask(ctx, sql+w.String()+" ORDER BY cluster, node, source LIMIT ?", append(w.args, maxLogs), func(scan func(...any) error) error {
		var c schemas.LogCoverage
		var id, source string
		var files, gaps uint32
		var bytes, lines, records, events, unparsed, damaged uint64
		if err := scan(&id, &c.Version, &c.Cluster, &c.Node, &source, &files, &bytes, &lines, &records, &events, &unparsed, &damaged,
			&c.Levels, &c.First, &c.Last, &c.Sequence, &gaps, &c.Missing); err != nil {
			return err
		}
		var err error
		c.ID, err = schemas.ParseID(id)
		c.Source, c.Files, c.Bytes, c.Lines, c.Records = schemas.Source(source), int(files), int64(bytes), int(lines), int(records)
		c.Events, c.Unparsed, c.Damaged, c.GapCount = int(events), int(unparsed), int(damaged), int(gaps)
		c.First, c.Last = dateOf(c.First), dateOf(c.Last)
		at[[3]string{c.Cluster, c.Node, source}] = len(list)
		list = append(list, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	const holes = `SELECT cluster, node, source, file, line, from, to, missing, why FROM v_coverage_gaps`
	err = s.ask(ctx, holes+w.String()+" ORDER BY from, file, line LIMIT ?", append(w.args, maxLogs), func(scan func(...any) error) error {
		var key [3]string
		var g schemas.LogGap
		var line uint32
		if err := scan(&key[0], &key[1], &key[2], &g.File, &line, &g.From, &g.To, &g.Missing, &g.Why); err != nil {
			return err
		}
		g.Line, g.From, g.To = int(line), dateOf(g.From), dateOf(g.To)
		if i, ok := at[key]; ok {
			list[i].Gaps = append(list[i].Gaps, g)
		}
		return nil
	})
	return list, err
}

// in is the condition that narrows to a cluster, "" for none.
func in(cluster string) *where {
	w := new(where)
	if cluster != "" {
		w.add("cluster = ?", cluster)
	}
	return w
}

// Clock is a clock that differs, as the sessions of one pair of nodes tell it.
type Clock struct {
	schemas.Skew
	Cluster  string
	Sessions int // in which it was found
	// Least and Most are the ends of what the sessions tell.
	Least, Most time.Duration
}

// Clocks lists the clocks that differ from those of the nodes they talk to, the
// farthest off first. Offset is the median of the sessions.
func (s *Store) Clocks(ctx context.Context, cluster string) ([]Clock, error) {
	w := in(cluster)
	const sql = `SELECT cluster, node, if(node = '', file, '') AS log, against, quantileExact(0.5)(offset_ms), min(offset_ms), max(offset_ms), max(within_ms),
		sum(facts), uniqExact(session) FROM v_session_skews`
	const tail = ` GROUP BY cluster, node, log, against ORDER BY abs(quantileExact(0.5)(offset_ms)) DESC, node, log, against LIMIT ?`
	var list []Clock
	err := s.ask(ctx, sql+w.String()+tail, append(w.args, maxLately), func(scan func(...any) error) error {
		var c Clock
		var median, least, most, within float64
		var facts, sessions uint64
		err := scan(&c.Cluster, &c.Node, &c.File, &c.Against, &median, &least, &most, &within, &facts, &sessions)
		c.Offset, c.Least, c.Most, c.Within = milliseconds(median), milliseconds(least), milliseconds(most), milliseconds(within)
		c.Facts, c.Sessions = int(facts), int(sessions)
		list = append(list, c)
		return err
	})
	return list, err
}

// Unseen is something that could not be seen in some sessions.
type Unseen struct {
	schemas.Coverage
	Cluster  string
	Sessions int
	Example  schemas.ID // one of them, the latest
}

// Unseen lists what could not be seen of sessions and why, that of the most
// sessions first.
func (s *Store) Unseen(ctx context.Context, cluster string) ([]Unseen, error) {
	w := in(cluster)
	w.add("NOT observable")
	const sql = `SELECT cluster, subject, why, uniqExact(raw_session) AS n, argMax(raw_session, session_start) FROM v_session_coverage`
	var list []Unseen
	err := s.ask(ctx, sql+w.String()+" GROUP BY cluster, subject, why ORDER BY n DESC, subject, why LIMIT ?", append(w.args, maxLately), func(scan func(...any) error) error {
		var u Unseen
		var n uint64
		var id string
		err := scan(&u.Cluster, &u.Subject, &u.Why, &n, &id)
		u.Sessions, u.Example = int(n), idOf(id)
		list = append(list, u)
		return err
	})
	return list, err
}
