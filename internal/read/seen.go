package read

import (
	"context"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// complete adds to a session what lists leave out: why its parts are one, which
// logs show it, what of it could not be seen, and whose clock differs.
func (s *Store) complete(ctx context.Context, to *schemas.Session) error {
	id := []any{to.ID.String()}
	const joins = `SELECT a, a_scope, b, b_scope, event, reason, confidence FROM v_joins WHERE raw_session = unhex(?) ORDER BY position`
	err := s.ask(ctx, joins, id, func(scan func(...any) error) error {
		var a, aScope, b, bScope, event, reason, confidence string
		if err := scan(&a, &aScope, &b, &bScope, &event, &reason, &confidence); err != nil {
			return err
		}
		at, err := schemas.ParseID(event)
		keys := keysOf([]string{a, b}, []string{aScope, bScope})
		to.Joins = append(to.Joins, schemas.Join{A: keys[0], B: keys[1], Event: at, Reason: reason, Confidence: schemas.Confidence(confidence)})
		return err
	})
	if err != nil {
		return err
	}
	const sights = `SELECT node, source, event_count, levels FROM v_session_sights WHERE raw_session = unhex(?) ORDER BY node, source`
	err = s.ask(ctx, sights, id, func(scan func(...any) error) error {
		var sight schemas.Sight
		var source string
		var events uint32
		err := scan(&sight.Node, &source, &events, &sight.Levels)
		sight.Source, sight.Events = schemas.Source(source), int(events)
		to.Sights = append(to.Sights, sight)
		return err
	})
	if err != nil {
		return err
	}
	const coverage = `SELECT subject, observable, why FROM v_session_coverage WHERE raw_session = unhex(?) ORDER BY subject`
	err = s.ask(ctx, coverage, id, func(scan func(...any) error) error {
		var c schemas.Coverage
		err := scan(&c.Subject, &c.Observable, &c.Why)
		to.Coverage = append(to.Coverage, c)
		return err
	})
	if err != nil {
		return err
	}
	const skews = `SELECT node, file, against, offset_ms, within_ms, facts FROM v_session_skews WHERE raw_session = unhex(?) ORDER BY node, file`
	return s.ask(ctx, skews, id, func(scan func(...any) error) error {
		var k schemas.Skew
		var offset, within float64
		var facts uint32
		err := scan(&k.Node, &k.File, &k.Against, &offset, &within, &facts)
		k.Offset, k.Within, k.Facts = milliseconds(offset), milliseconds(within), int(facts)
		to.Skews = append(to.Skews, k)
		return err
	})
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
