// Package clickhouse holds the tables of uctrace as numbered SQL statements.
//
// The files of Migrations are applied in the order of their names, each once.
// They are forward only and idempotent, one statement a file, because
// ClickHouse has no transaction around DDL: what was interrupted is run again.
// A file that shipped never changes; a change is a new file.
//
// Tables keep facts and are an inner matter. People and dashboards read the
// views v_*: repeated rows folded, withdrawn revisions hidden, ids as hex.
//
// How the rows stay exact:
//   - spans, events: an inserted row repeats when a batch is sent again. The
//     insert token drops the repeat while the server remembers it; whatever
//     gets through has the same key and is folded by the ReplacingMergeTree,
//     at once for readers with FINAL, which the views have.
//   - sessions, findings: every revision is a row, the highest version of an
//     id holds, and a deleted one hides it. They are not partitioned: the
//     fact that would give the partition may change between revisions.
//   - events are ordered by id, which is file and offset: the lines of a file
//     lie side by side and compress well, the events of a session are found
//     by primary key, and times of a file ascend, so that a min-max index
//     serves ranges of time. They are partitioned by day of the event; what
//     has no date is in the day 1970-01-01.
package clickhouse

import "embed"

// Migrations holds migrations/*.sql.
//
//go:embed migrations/*.sql
var Migrations embed.FS
