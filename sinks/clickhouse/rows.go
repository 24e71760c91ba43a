package clickhouse

import (
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/uctrace/uctrace/schemas"
)

// rowColumns are the columns that the append functions fill, in their order.
var rowColumns = map[string]string{
	"spans": "fingerprint, start, end, part, file, source, cluster, node, first_time, last_time, " +
		"lines, records, events, silent, unparsed, headless, repaired, damaged, eof, " +
		"problem_files, problem_lines, problem_messages, problem_hints, problem_unread",
	"sessions": "id, version, is_deleted, kind, outcome, cluster, start, end, keys, key_scopes, nodes, sources, " +
		"stage_names, stage_starts, stage_ends, stage_outcomes, summary, event_count, events",
	"findings": "id, version, is_deleted, rule, severity, session, cluster, time, dated, summary, cause, fix, stage, " +
		"evidence_events, evidence_files, evidence_lines, evidence_roles, evidence_texts, keys, key_scopes, " +
		"count, first_time, last_time",
	"agents": agentColumns,
}

func appendSpan(batch driver.Batch, s *schemas.Span) error {
	var files, messages, hints []string
	var lines []uint32
	var cut []uint8
	for i := range s.Problems {
		p := &s.Problems[i]
		files, messages, hints = append(files, p.File), append(messages, p.Message), append(hints, p.Hint)
		lines, cut = append(lines, count(p.Line)), append(cut, flag(p.Unread))
	}
	first, _ := storedTime(s.From)
	last, _ := storedTime(s.To)
	return batch.Append(s.File.Fingerprint[:], uint64(s.Start), uint64(s.End), spanPart(s),
		s.File.Path, string(s.File.Source), s.File.Cluster, s.File.Node, first, last,
		count(s.Lines), count(s.Records), count(s.Events), count(s.Silent), count(s.Unparsed),
		count(s.Headless), count(s.Repaired), count(s.Damaged), flag(s.EOF),
		files, lines, messages, hints, cut)
}

// spanPart returns what keys a span beside its bytes: nothing when it has
// bytes, else what it says, so that another word about the same offset is
// another row and the same word again is the same one. The path counts where
// no fingerprint tells the inputs apart.
func spanPart(s *schemas.Span) string {
	lost := s.File.Fingerprint == (schemas.Fingerprint{})
	if s.End > s.Start || !lost && !s.EOF && len(s.Problems) == 0 {
		return ""
	}
	says := []string{"", strconv.FormatBool(s.EOF)}
	if lost {
		says[0] = s.File.Path
	}
	for i := range s.Problems {
		p := &s.Problems[i]
		says = append(says, p.File, strconv.Itoa(p.Line), p.Message, p.Hint, strconv.FormatBool(p.Unread))
	}
	return schemas.HashID(says...).String()
}

func appendSession(batch driver.Batch, s *schemas.Session) error {
	start, _ := storedTime(s.Start)
	end, _ := storedTime(s.End)
	keys, scopes := keyColumns(s.Keys)
	sources := make([]string, len(s.Sources))
	for i, src := range s.Sources {
		sources[i] = string(src)
	}
	var names, outcomes []string
	var starts, ends []time.Time
	for i := range s.Stages {
		st := &s.Stages[i]
		from, _ := storedTime(st.Start)
		to, _ := storedTime(st.End)
		names, outcomes = append(names, st.Name), append(outcomes, string(st.Outcome))
		starts, ends = append(starts, from), append(ends, to)
	}
	return batch.Append(s.ID[:], s.Version, flag(s.Deleted), string(s.Kind), string(s.Outcome), s.Cluster,
		start, end, keys, scopes, s.Nodes, sources, names, starts, ends, outcomes,
		s.Summary, count(s.EventCount), idColumn(s.Events))
}

func appendFinding(batch driver.Batch, f *schemas.Finding) error {
	at, dated := storedTime(f.Time)
	first, _ := storedTime(f.First)
	last, _ := storedTime(f.Last)
	keys, scopes := keyColumns(f.Keys)
	var events [][]byte
	var files, roles, texts []string
	var lines []uint32
	for i := range f.Evidence {
		e := &f.Evidence[i]
		events, files, lines = append(events, e.Event[:]), append(files, e.File), append(lines, count(e.Line))
		roles, texts = append(roles, string(e.Role)), append(texts, e.Text)
	}
	return batch.Append(f.ID[:], f.Version, flag(f.Deleted), f.Rule, f.Severity.String(), f.Session[:], f.Cluster,
		at, dated, f.Summary, f.Cause, f.Fix, f.Stage, events, files, lines, roles, texts, keys, scopes,
		count(f.Count), first, last)
}

func keyColumns(keys []schemas.Key) (values, scopes []string) {
	for i := range keys {
		values, scopes = append(values, keyText(&keys[i])), append(scopes, keys[i].Scope)
	}
	return values, scopes
}

// keyText returns k as column keys has it; the scope stands beside it.
func keyText(k *schemas.Key) string { return string(k.Type) + ":" + k.Value }

func idColumn(ids []schemas.ID) [][]byte {
	out := make([][]byte, len(ids))
	for i := range ids {
		out[i] = ids[i][:]
	}
	return out
}

// What a time is worth, column dated.
const (
	noTime    uint8 = iota // nothing, stored as 1970-01-01
	timeOfDay              // a time of day, stored on 1970-01-01
	fullTime
)

// latest is the end of what DateTime64 can hold.
var latest = time.Date(2299, 12, 31, 23, 59, 59, 0, time.UTC)

// storedTime returns t as a column holds it. Dates that no column can hold,
// before 1970 and after 2299, come out as no time; they are misread anyway.
func storedTime(t time.Time) (time.Time, uint8) {
	epoch := time.Unix(0, 0).UTC()
	switch {
	case t.IsZero():
		return epoch, noTime
	case !schemas.Dated(t):
		h, m, s := t.Clock()
		return epoch.Add(time.Duration(h*3600+m*60+s)*time.Second + time.Duration(t.Nanosecond())), timeOfDay
	case t.Before(epoch) || t.After(latest):
		return epoch, noTime
	}
	return t.UTC(), fullTime
}

// count returns n as an unsigned column holds it.
func count(n int) uint32 { return uint32(min(max(n, 0), 1<<32-1)) }

func flag(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}
