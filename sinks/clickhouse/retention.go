package clickhouse

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// Retention says for how many days the tables keep what arrived, counted from
// when it arrived: a log of last year that is read today is new. 0 is for ever.
type Retention struct {
	Events      int // the facts, with their text
	SIPMessages int // SIP without its text
	Sessions    int
	Findings    int
	Keys        int // what was seen when
	Ledger      int // spans and coverage
}

// kept is a table and its days.
type kept struct {
	table string
	days  int
	// revised is true for tables whose rows hide others: a row that withdraws
	// must not go before what it withdraws.
	revised bool
}

func (r Retention) tables() []kept {
	return []kept{
		{"events", r.Events, false},
		{"sip_messages", r.SIPMessages, false},
		{"sessions", r.Sessions, true},
		{"findings", r.Findings, true},
		{"key_ts", r.Keys, false},
		{"spans", r.Ledger, false},
		{"coverage", r.Ledger, false},
	}
}

// ttl returns what the table is to say, as ClickHouse prints it; empty for ever.
func (k kept) ttl() string {
	switch {
	case k.days == 0:
		return ""
	case k.revised:
		return fmt.Sprintf("toDateTime(inserted_at) + toIntervalDay(if(is_deleted = 1, %d, %d))", 2*k.days, k.days)
	}
	return fmt.Sprintf("toDateTime(inserted_at) + toIntervalDay(%d)", k.days)
}

// Retain makes the tables keep what r says. Tables that say so already are left
// alone. What is too old goes when ClickHouse merges, whole parts at a time
// where a table has partitions.
func (s *Sink) Retain(ctx context.Context, r Retention, log *slog.Logger) error {
	for _, k := range r.tables() {
		var engine string
		const look = "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = ?"
		if err := s.conn.QueryRow(ctx, look, k.table).Scan(&engine); err != nil {
			return fmt.Errorf("retention of %s: %w", k.table, err)
		}
		want := k.ttl()
		if ttlOf(engine) == want {
			continue
		}
		change := "MODIFY TTL " + want
		if want == "" {
			change = "REMOVE TTL"
		}
		if err := s.conn.Exec(ctx, "ALTER TABLE "+k.table+" "+change); err != nil {
			return fmt.Errorf("retention of %s: %w", k.table, err)
		}
		log.Info("the time that a table keeps its rows changed", "table", k.table, "days", k.days)
	}
	return nil
}

// ttlOf returns the TTL in the description of an engine.
func ttlOf(engine string) string {
	_, ttl, _ := strings.Cut(engine, " TTL ")
	ttl, _, _ = strings.Cut(ttl, " SETTINGS ")
	return ttl
}
