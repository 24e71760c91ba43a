package read

import (
	"context"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// File is what became of one file.
type File struct {
	schemas.Input
	Cluster string
	// Complete is true when the end was reached and nothing between is missing,
	// Tiled when nothing is missing up to what was read.
	Complete, Tiled bool
	ProblemCount    int
	Seen            time.Time // when the last part of it was stored
}

// FileFilter narrows a list of files. Empty fields do not.
type FileFilter struct {
	Cluster string
	// From and To are a span of time in which a file has records.
	From, To time.Time
	// Offset is how many files come before the page.
	Offset, Limit int // Limit as in Filter
}

// Files lists what became of files, by node, source and name.
func (s *Store) Files(ctx context.Context, f FileFilter) ([]File, error) {
	w := new(where)
	if f.Cluster != "" {
		w.add("cluster = ?", f.Cluster)
	}
	if !f.From.IsZero() {
		w.add("last_time >= fromUnixTimestamp64Micro(?)", f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		w.add("first_time < fromUnixTimestamp64Micro(?)", f.To.UnixMicro())
	}
	sql := `SELECT unhex(fingerprint), file, source, cluster, node, bytes, first_time, last_time, lines, records, events, silent, unparsed,
		headless, repaired, damaged, problems, tiled, complete, inserted_at FROM v_files` + w.String() + ` ORDER BY node, source, file, fingerprint LIMIT ? OFFSET ?`
	var list []File
	err := s.ask(ctx, sql, append(w.args, pageOf(f.Limit), f.Offset), func(scan func(...any) error) error {
		var f File
		var fingerprint, source string
		var bytes, lines, records, events, silent, unparsed, headless, repaired, damaged, problems uint64
		if err := scan(&fingerprint, &f.Path, &source, &f.Cluster, &f.Node, &bytes, &f.From, &f.To, &lines, &records, &events, &silent,
			&unparsed, &headless, &repaired, &damaged, &problems, &f.Tiled, &f.Complete, &f.Seen); err != nil {
			return err
		}
		copy(f.Fingerprint[:], fingerprint)
		f.Source, f.Bytes, f.ProblemCount = schemas.Source(source), int64(bytes), int(problems)
		f.Lines, f.Records, f.Events, f.Silent = int(lines), int(records), int(events), int(silent)
		f.Unparsed, f.Headless, f.Repaired, f.Damaged = int(unparsed), int(headless), int(repaired), int(damaged)
		f.From, f.To = dateOf(f.From), dateOf(f.To)
		list = append(list, f)
		return nil
	})
	return list, err
}

// Batches returns the sequences of the messages of the records stream that held
// a record when it was read, the latest first. The stream may have dropped them.
func (s *Store) Batches(ctx context.Context, record schemas.ID) ([]uint64, error) {
	var list []uint64
	err := s.ask(ctx, "SELECT batch FROM v_record_batches(record = ?) LIMIT 4", []any{record.String()}, func(scan func(...any) error) error {
		var seq uint64
		err := scan(&seq)
		list = append(list, seq)
		return err
	})
	return list, err
}

// Fault is what was wrong with an input.
type Fault struct {
	schemas.Problem
	Cluster, Node string
	Source        schemas.Source
}

// Problems lists what was wrong with the inputs, what could not be read first,
// then by file and line.
func (s *Store) Problems(ctx context.Context, cluster string) ([]Fault, error) {
	w := in(cluster)
	const sql = `SELECT cluster, node, source, file, line, message, hint, unread FROM v_problems`
	var list []Fault
	err := s.ask(ctx, sql+w.String()+" ORDER BY unread DESC, file, line, message LIMIT ?", append(w.args, maxLately), func(scan func(...any) error) error {
		var f Fault
		var source string
		var line uint32
		err := scan(&f.Cluster, &f.Node, &source, &f.File, &line, &f.Message, &f.Hint, &f.Unread)
		f.Source, f.Line = schemas.Source(source), int(line)
		list = append(list, f)
		return err
	})
	return list, err
}
