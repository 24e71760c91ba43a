package clickhouse

import (
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// severities is the type of column severity.
const severities = "Enum8('info' = 0, 'low' = 1, 'medium' = 2, 'high' = 3, 'critical' = 4)"

// findingFields is every column of table findings that is written.
var findingFields = []field[schemas.Finding]{
	ids("id", func(f *schemas.Finding) *schemas.ID { return &f.ID }),
	large("version", func(f *schemas.Finding) uint64 { return f.Version }),
	flags("is_deleted", func(f *schemas.Finding) bool { return f.Deleted }),
	times("since", func(f *schemas.Finding) time.Time { return f.Since }),
	word("rule", func(f *schemas.Finding) string { return f.Rule }),
	fixed("severity", severities, func(dst []byte, f *schemas.Finding) []byte { return append(dst, byte(f.Severity)) }),
	ids("session", func(f *schemas.Finding) *schemas.ID { return &f.Session }),
	word("cluster", func(f *schemas.Finding) string { return f.Cluster }),
	times("time", func(f *schemas.Finding) time.Time { return f.Time }),
	fixed("dated", "UInt8", func(dst []byte, f *schemas.Finding) []byte {
		_, dated := storedTime(f.Time)
		return append(dst, dated)
	}),
	text("summary", func(f *schemas.Finding) string { return f.Summary }),
	text("cause", func(f *schemas.Finding) string { return f.Cause }),
	texts("fix", func(dst []byte, f *schemas.Finding) ([]byte, int) {
		return each(dst, f.Fix, func(dst []byte, s *string) []byte { return appendString(dst, *s) })
	}),
	word("stage", func(f *schemas.Finding) string { return f.Stage }),
	list("evidence_events", idType, evidence(func(dst []byte, e *schemas.Evidence) []byte { return appendID(dst, &e.Event) })),
	texts("evidence_files", evidence(func(dst []byte, e *schemas.Evidence) []byte { return appendString(dst, e.File) })),
	list("evidence_lines", "UInt32", evidence(func(dst []byte, e *schemas.Evidence) []byte { return appendCount(dst, e.Line) })),
	words("evidence_roles", func(f *schemas.Finding, add func(string)) {
		eachWord(f.Evidence, add, func(e *schemas.Evidence) string { return string(e.Role) })
	}),
	texts("evidence_texts", evidence(func(dst []byte, e *schemas.Evidence) []byte { return appendString(dst, e.Text) })),
	texts("keys", func(dst []byte, f *schemas.Finding) ([]byte, int) { return appendKeys(dst, f.Keys) }),
	words("key_scopes", func(f *schemas.Finding, add func(string)) { eachWord(f.Keys, add, keyScope) }),
	counts("count", func(f *schemas.Finding) int { return f.Count }),
	times("first_time", func(f *schemas.Finding) time.Time { return f.First }),
	times("last_time", func(f *schemas.Finding) time.Time { return f.Last }),
}

func evidence(add func([]byte, *schemas.Evidence) []byte) func([]byte, *schemas.Finding) ([]byte, int) {
	return func(dst []byte, f *schemas.Finding) ([]byte, int) { return each(dst, f.Evidence, add) }
}
