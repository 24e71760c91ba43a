package read

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/uctrace/uctrace/schemas"
)

const eventColumns = `raw_id, raw_record, time, dated, source, cluster, node, file, line, kind, keys, key_scopes,
	mapKeys(attrs), mapValues(attrs), repairs, body, has_sip, sip_direction, sip_transport, sip_peer, sip_local, sip_method,
	sip_request_uri, sip_status, sip_reason, sip_cseq, sip_call_id, sip_from, sip_to, sip_contact, sip_user_agent, sip_session_id,
	sip_date, sip_reason_header, sip_warning, sip_sdp, sip_wire, sip_truncated, has_xmpp, xmpp_stanza, xmpp_from, xmpp_to, xmpp_id,
	xmpp_type, xmpp_direction, xmpp_role`

// Events returns the events of a session in its order, which is that of time,
// file and offset: limit of them behind the first offset. A session keeps the
// ids of at most schemas.MaxSessionEvents events; those that are gone, by their
// age say, are left out.
func (s *Store) Events(ctx context.Context, session schemas.ID, offset, limit int) ([]schemas.Event, error) {
	const sql = "SELECT " + eventColumns + " FROM v_session_timeline(session = ?) ORDER BY position LIMIT ? OFFSET ?"
	list, err := s.events(ctx, sql, session.String(), limit, offset)
	var ex *clickhouse.Exception
	if errors.As(err, &ex) && ex.Code == codeNoScalar {
		return nil, nil // there is no such session, or no more
	}
	return list, err
}

// codeNoScalar is INCORRECT_RESULT_OF_SCALAR_SUBQUERY: the view looks for the
// session in one.
const codeNoScalar = 125

// Event returns the event id, and ErrNotFound when there is none.
func (s *Store) Event(ctx context.Context, id schemas.ID) (*schemas.Event, error) {
	for _, sql := range []string{
		"SELECT " + eventColumns + " FROM v_event(id = ?) LIMIT 1",
		// The ledger may know nothing of an old file, or not yet of a new one.
		"SELECT " + eventColumns + " FROM v_events WHERE raw_id = unhex(?) LIMIT 1",
	} {
		list, err := s.events(ctx, sql, id.String())
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			return &list[0], nil
		}
	}
	return nil, fmt.Errorf("event %s: %w", id, ErrNotFound)
}

func (s *Store) events(ctx context.Context, sql string, args ...any) ([]schemas.Event, error) {
	var list []schemas.Event
	err := s.ask(ctx, sql, args, func(scan func(...any) error) error {
		var row eventRow
		if err := row.scan(scan); err != nil {
			return err
		}
		list = append(list, row.event())
		return nil
	})
	return list, err
}

// eventRow is a row of eventColumns.
type eventRow struct {
	id, record, dated, source, cluster, node, file, kind, body string
	time, sipDate                                              time.Time
	line                                                       uint32
	keys, scopes, attrNames, attrValues, repairs               []string
	hasSIP, hasXMPP                                            bool
	status                                                     uint16
	sip                                                        schemas.SIP
	xmpp                                                       schemas.XMPP
	sipDirection, xmppDirection                                string
}

func (r *eventRow) scan(scan func(...any) error) error {
	m, x := &r.sip, &r.xmpp
	return scan(&r.id, &r.record, &r.time, &r.dated, &r.source, &r.cluster, &r.node, &r.file, &r.line, &r.kind, &r.keys, &r.scopes,
		&r.attrNames, &r.attrValues, &r.repairs, &r.body, &r.hasSIP, &r.sipDirection, &m.Transport, &m.Peer, &m.Local, &m.Method,
		&m.RequestURI, &r.status, &m.Reason, &m.CSeq, &m.CallID, &m.From, &m.To, &m.Contact, &m.UserAgent, &m.SessionID,
		&r.sipDate, &m.ReasonHeader, &m.Warning, &m.SDP, &m.Wire, &m.Truncated, &r.hasXMPP, &x.Stanza, &x.From, &x.To, &x.ID,
		&x.Type, &r.xmppDirection, &x.Role)
}

func (r *eventRow) event() schemas.Event {
	e := schemas.Event{
		ID: idOf(r.id), Record: idOf(r.record), Time: timeOf(r.time, r.dated), Source: schemas.Source(r.source), Cluster: r.cluster,
		Node: r.node, File: r.file, Line: int(r.line), Kind: schemas.Kind(r.kind), Keys: keysOf(r.keys, r.scopes),
		Text: strings.ToValidUTF8(r.body, "\uFFFD"), Repairs: r.repairs,
	}
	for i, name := range r.attrNames {
		e.Attrs = append(e.Attrs, schemas.Attr{Name: name, Value: r.attrValues[i]})
	}
	if r.hasSIP {
		r.sip.Direction, r.sip.Status, r.sip.Date = schemas.Direction(r.sipDirection), int(r.status), dateOf(r.sipDate)
		e.SIP = &r.sip
	}
	if r.hasXMPP {
		r.xmpp.Direction = schemas.Direction(r.xmppDirection)
		e.XMPP = &r.xmpp
	}
	return e
}
