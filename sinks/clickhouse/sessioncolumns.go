package clickhouse

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// sessionFields is every column of table sessions that is written.
var sessionFields = []field[schemas.Session]{
	ids("id", func(s *schemas.Session) *schemas.ID { return &s.ID }),
	large("version", func(s *schemas.Session) uint64 { return s.Version }),
	flags("is_deleted", func(s *schemas.Session) bool { return s.Deleted }),
	times("since", func(s *schemas.Session) time.Time { return s.Since }),
	word("kind", func(s *schemas.Session) string { return string(s.Kind) }),
	word("outcome", func(s *schemas.Session) string { return string(s.Outcome) }),
	word("cluster", func(s *schemas.Session) string { return s.Cluster }),
	times("start", func(s *schemas.Session) time.Time { return s.Start }),
	times("end", func(s *schemas.Session) time.Time { return s.End }),
	texts("keys", func(dst []byte, s *schemas.Session) ([]byte, int) { return appendKeys(dst, s.Keys) }),
	words("key_scopes", func(s *schemas.Session, add func(string)) { eachWord(s.Keys, add, keyScope) }),
	words("nodes", func(s *schemas.Session, add func(string)) {
		for _, node := range s.Nodes {
			add(node)
		}
	}),
	words("sources", func(s *schemas.Session, add func(string)) {
		for _, source := range s.Sources {
			add(string(source))
		}
	}),
	words("stage_names", stageWord(func(st *schemas.Stage) string { return st.Name })),
	list("stage_starts", timeType, stageTime(func(st *schemas.Stage) time.Time { return st.Start })),
	list("stage_ends", timeType, stageTime(func(st *schemas.Stage) time.Time { return st.End })),
	words("stage_outcomes", stageWord(func(st *schemas.Stage) string { return string(st.Outcome) })),
	text("summary", func(s *schemas.Session) string { return s.Summary }),
	counts("event_count", func(s *schemas.Session) int { return s.EventCount }),
	list("events", idType, func(dst []byte, s *schemas.Session) ([]byte, int) { return each(dst, s.Events, appendID) }),

	texts("join_a_keys", joinKey(func(j *schemas.Join) *schemas.Key { return &j.A })),
	words("join_a_scopes", joinWord(func(j *schemas.Join) string { return j.A.Scope })),
	texts("join_b_keys", joinKey(func(j *schemas.Join) *schemas.Key { return &j.B })),
	words("join_b_scopes", joinWord(func(j *schemas.Join) string { return j.B.Scope })),
	list("join_events", idType, func(dst []byte, s *schemas.Session) ([]byte, int) {
		return each(dst, s.Joins, func(dst []byte, j *schemas.Join) []byte { return appendID(dst, &j.Event) })
	}),
	words("join_reasons", joinWord(func(j *schemas.Join) string { return j.Reason })),
	words("join_confidences", joinWord(func(j *schemas.Join) string { return string(j.Confidence) })),

	words("sight_nodes", sightWord(func(x *schemas.Sight) string { return x.Node })),
	words("sight_sources", sightWord(func(x *schemas.Sight) string { return string(x.Source) })),
	list("sight_events", "UInt32", func(dst []byte, s *schemas.Session) ([]byte, int) {
		return each(dst, s.Sights, func(dst []byte, x *schemas.Sight) []byte { return appendCount(dst, x.Events) })
	}),
	words("sight_levels", sightWord(func(x *schemas.Sight) string { return strings.Join(x.Levels, ",") })),

	words("coverage_subjects", func(s *schemas.Session, add func(string)) {
		eachWord(s.Coverage, add, func(c *schemas.Coverage) string { return c.Subject })
	}),
	list("coverage_observable", "UInt8", func(dst []byte, s *schemas.Session) ([]byte, int) {
		return each(dst, s.Coverage, func(dst []byte, c *schemas.Coverage) []byte { return append(dst, flag(c.Observable)) })
	}),
	texts("coverage_whys", func(dst []byte, s *schemas.Session) ([]byte, int) {
		return each(dst, s.Coverage, func(dst []byte, c *schemas.Coverage) []byte { return appendString(dst, c.Why) })
	}),

	words("skew_nodes", skewWord(func(k *schemas.Skew) string { return k.Node })),
	words("skew_files", skewWord(func(k *schemas.Skew) string { return k.File })),
	words("skew_against", skewWord(func(k *schemas.Skew) string { return k.Against })),
	list("skew_offsets", "Int64", skewMicros(func(k *schemas.Skew) time.Duration { return k.Offset })),
	list("skew_withins", "Int64", skewMicros(func(k *schemas.Skew) time.Duration { return k.Within })),
	list("skew_facts", "UInt32", func(dst []byte, s *schemas.Session) ([]byte, int) {
		return each(dst, s.Skews, func(dst []byte, k *schemas.Skew) []byte { return appendCount(dst, k.Facts) })
	}),
}

// The parts of a session that are lists of structs, one column a field.

func stageWord(of func(*schemas.Stage) string) func(*schemas.Session, func(string)) {
	return func(s *schemas.Session, add func(string)) { eachWord(s.Stages, add, of) }
}

func stageTime(of func(*schemas.Stage) time.Time) func([]byte, *schemas.Session) ([]byte, int) {
	return func(dst []byte, s *schemas.Session) ([]byte, int) {
		return each(dst, s.Stages, func(dst []byte, st *schemas.Stage) []byte { return appendTime(dst, of(st)) })
	}
}

func joinWord(of func(*schemas.Join) string) func(*schemas.Session, func(string)) {
	return func(s *schemas.Session, add func(string)) { eachWord(s.Joins, add, of) }
}

func joinKey(of func(*schemas.Join) *schemas.Key) func([]byte, *schemas.Session) ([]byte, int) {
	return func(dst []byte, s *schemas.Session) ([]byte, int) {
		return each(dst, s.Joins, func(dst []byte, j *schemas.Join) []byte { return appendKey(dst, of(j)) })
	}
}

func sightWord(of func(*schemas.Sight) string) func(*schemas.Session, func(string)) {
	return func(s *schemas.Session, add func(string)) { eachWord(s.Sights, add, of) }
}

func skewWord(of func(*schemas.Skew) string) func(*schemas.Session, func(string)) {
	return func(s *schemas.Session, add func(string)) { eachWord(s.Skews, add, of) }
}

func skewMicros(of func(*schemas.Skew) time.Duration) func([]byte, *schemas.Session) ([]byte, int) {
	return func(dst []byte, s *schemas.Session) ([]byte, int) {
		return each(dst, s.Skews, func(dst []byte, k *schemas.Skew) []byte {
			return binary.LittleEndian.AppendUint64(dst, uint64(of(k).Microseconds()))
		})
	}
}
