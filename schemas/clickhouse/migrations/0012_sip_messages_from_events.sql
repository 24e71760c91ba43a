-- The SIP of every block of events, in the same INSERT.
CREATE MATERIALIZED VIEW IF NOT EXISTS sip_messages_from_events TO sip_messages AS
WITH splitByChar(' ', sip_cseq) AS numbered
SELECT
    id, time, dated, flags, kind, source, cluster, node, file, line,
    sip_direction AS direction,
    sip_transport AS transport,
    if(sip_direction = 'in', sip_peer, sip_local) AS src,
    if(sip_direction = 'in', sip_local, sip_peer) AS dst,
    multiIf(
        sip_peer = '' AND sip_local = '', 'unknown',
        source = 'cucm.calllog' OR attr_values[indexOf(attr_names, 'of')] = 'calllog', 'calllog',
        startsWith(source, 'jabber.') OR source = 'phone.console', 'header',
        startsWith(source, 'cucm.') OR startsWith(source, 'expressway.') OR startsWith(source, 'imp.'), 'socket_line',
        'inferred') AS endpoint_source,
    sip_method AS method,
    sip_status AS status,
    sip_reason AS reason,
    toUInt32OrZero(numbered[1]) AS cseq,
    numbered[2] AS cseq_method,
    sip_call_id AS call_id,
    lower(extract(sip_session_id, '^[0-9a-fA-F]{32}')) AS session_id_local,
    lower(extract(sip_session_id, 'remote=([0-9a-fA-F]{32})')) AS session_id_remote,
    attr_values[indexOf(attr_names, 'from_user')] AS from_user,
    attr_values[indexOf(attr_names, 'to_user')] AS to_user,
    extract(sip_from, '[\\x3B]tag=([^\\x3B>\\s]+)') AS from_tag,
    extract(sip_to, '[\\x3B]tag=([^\\x3B>\\s]+)') AS to_tag,
    sip_request_uri AS request_uri,
    sip_user_agent AS user_agent,
    attr_values[indexOf(attr_names, 'device')] AS device,
    substring(arrayFirst(k -> startsWith(k, 'ci:'), keys), 4) AS ci,
    substring(arrayFirst(k -> startsWith(k, 'net_id:'), keys), 8) AS net_id,
    toUInt16OrZero(extract(sip_reason_header, 'cause=([0-9]+)')) AS cause,
    sip_reason_header AS reason_header,
    sip_warning AS warning,
    inserted_at
FROM events
WHERE bitTest(flags, 0)
