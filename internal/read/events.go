package read

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

const eventColumns = `raw_id, raw_record, time, dated, source, cluster, node, file, line, kind, keys, key_scopes,
	mapKeys(attrs), mapValues(attrs), repairs, body, has_sip, sip_direction, sip_transport, sip_peer, sip_local, sip_method,
	sip_request_uri, sip_status, sip_reason, sip_cseq, sip_call_id, sip_from, sip_to, sip_contact, sip_user_agent, sip_session_id,
	sip_date, sip_reason_header, sip_warning, sip_sdp, sip_wire, sip_truncated, has_xmpp, xmpp_stanza, xmpp_from, xmpp_to, xmpp_id,
	xmpp_type, xmpp_direction, xmpp_role`

// Events returns the events of a session in its order, which is that of time,
// file and offset: limit of them behind the first offset. A session keeps the
// ids of at most schemas.MaxSessionEvents events.
func (s *Store) Events(ctx context.Context, session schemas.ID, offset, limit int) ([]schemas.Event, error) {
	const order = `SELECT event FROM v_session_events WHERE raw_session = unhex(?) ORDER BY position LIMIT ? OFFSET ?`
	var ids []schemas.ID
	err := s.ask(ctx, order, []any{session.String(), limit, offset}, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		id, err := schemas.ParseID(text)
		ids = append(ids, id)
		return err
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return s.EventsByID(ctx, ids)
}

// EventsByID returns the events that have ids, in the order of ids. What is
// gone, by its age say, is left out.
func (s *Store) EventsByID(ctx context.Context, ids []schemas.ID) ([]schemas.Event, error) {
	found := make(map[schemas.ID]schemas.Event, len(ids))
	const sql = "SELECT " + eventColumns + " FROM v_events WHERE raw_id IN (SELECT toFixedString(unhex(arrayJoin(?)), 16))"
	err := s.ask(ctx, sql, []any{hexes(ids)}, func(scan func(...any) error) error {
		var row eventRow
		if err := row.scan(scan); err != nil {
			return err
		}
		e := row.event()
		found[e.ID] = e
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := make([]schemas.Event, 0, len(found))
	for _, id := range ids {
		if e, ok := found[id]; ok {
			list = append(list, e)
		}
	}
	return list, nil
}

// Event returns the event id, and ErrNotFound when there is none.
func (s *Store) Event(ctx context.Context, id schemas.ID) (*schemas.Event, error) {
	list, err := s.EventsByID(ctx, []schemas.ID{id})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("event %s: %w", id, ErrNotFound)
	}
	return &list[0], nil
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
