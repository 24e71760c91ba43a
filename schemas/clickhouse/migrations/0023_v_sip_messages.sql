-- SIP messages, repeats folded. They stay longer than the events they are of.
CREATE VIEW IF NOT EXISTS v_sip_messages AS
SELECT
    lower(hex(m.id)) AS id,
    m.id AS raw_id,
    time,
    transform(m.dated, [0, 1, 2], ['none', 'time', 'date'], '') AS dated,
    kind, source, cluster, node, file, line,
    direction, transport, src, dst,
    toString(m.endpoint_source) AS endpoint_source,
    method, status, reason, cseq, cseq_method,
    if(m.status > 0, concat(toString(m.status), ' ', m.reason), m.method) AS label,
    call_id, session_id_local, session_id_remote,
    from_user, to_user, from_tag, to_tag, request_uri, user_agent, device, ci, net_id,
    cause, reason_header, warning,
    toBool(bitTest(m.flags, 2)) AS sdp,
    toBool(bitTest(m.flags, 3)) AS wire,
    toBool(bitTest(m.flags, 4)) AS truncated,
    inserted_at
FROM sip_messages AS m FINAL
