-- Events, repeats folded. raw_id and raw_record are the ids as stored: compare
-- with unhex('…') on them, and name a range of time, which the primary key
-- serves, or take v_event. A time counts as a date only where dated is 'date'.
CREATE VIEW IF NOT EXISTS v_events AS
SELECT
    lower(hex(e.id)) AS id,
    e.id AS raw_id,
    bitXor(e.id, e.record_xor) AS raw_record,
    lower(hex(raw_record)) AS record,
    time,
    transform(e.dated, [0, 1, 2], ['none', 'time', 'date'], '') AS dated,
    source, cluster, node, file, line, kind,
    splitByChar('.', kind)[1] AS family,
    keys, key_scopes,
    mapFromArrays(e.attr_names, e.attr_values) AS attrs,
    repairs, body,
    toBool(bitTest(e.flags, 0)) AS has_sip,
    sip_direction, sip_transport, sip_peer, sip_local, sip_method, sip_request_uri,
    sip_status, sip_reason, sip_cseq, sip_call_id, sip_from, sip_to, sip_contact,
    sip_user_agent, sip_session_id, sip_date, sip_reason_header, sip_warning,
    toBool(bitTest(e.flags, 2)) AS sip_sdp,
    toBool(bitTest(e.flags, 3)) AS sip_wire,
    toBool(bitTest(e.flags, 4)) AS sip_truncated,
    toBool(bitTest(e.flags, 1)) AS has_xmpp,
    xmpp_stanza, xmpp_from, xmpp_to, xmpp_id, xmpp_type, xmpp_direction, xmpp_role,
    inserted_at
FROM events AS e FINAL
