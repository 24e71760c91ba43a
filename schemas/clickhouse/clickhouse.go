// Package clickhouse holds the tables of uctrace as numbered SQL statements.
//
// The files of Migrations are applied in the order of their names, each once:
// tables, what fills them from others, views. They are forward only, one
// statement a file, and can be run again, because ClickHouse has no transaction
// around DDL: what was interrupted is run again. A file that was released never
// changes, a change is a new file. NAME.26.2.sql takes the place of NAME.sql on a
// server of that version or a later one.
//
// Tables keep facts and are an inner matter. People and dashboards read the
// views v_*: repeated rows folded, withdrawn revisions hidden, ids as hex. Views
// named otel_* have the columns of the OpenTelemetry exporter, for dashboards
// that were made for those.
//
// How the rows stay exact:
//   - spans, events: an inserted row repeats when a batch is sent again. The
//     insert token drops the repeat while the server remembers it, whatever
//     gets through has the same key and is folded by the ReplacingMergeTree,
//     at once for readers with FINAL, which the views have.
//   - sip_messages, key_ts: filled from each block of events in the same INSERT.
//     The one is keyed by the event, the other holds only minima and maxima.
//   - sessions, findings, coverage: every revision is a row, the highest version
//     of an id holds, and a deleted one hides it. What orders and divides the
//     tables is the same in all revisions of an id (Session.Since), so that
//     they meet: start and time, which may move, have an index instead, and
//     FINAL reads beside what that leaves.
//
// How they are found:
//   - events and sip_messages are ordered by five minutes, then kind or Call-ID,
//     then id, sessions and findings by hour, then kind or rule, then id: a
//     window of time is a range of the primary key.
//   - ids, keys and Call-IDs have filters. key_ts knows from when to when a key
//     was seen, the ledger when an event was, a session its own times: the
//     views v_key_events, v_event and v_session_timeline look there first.
//
// What has no date is in the day 1970-01-01.
package clickhouse

import "embed"

// Migrations holds migrations/*.sql.
//
//go:embed migrations/*.sql
var Migrations embed.FS
