-- The events of one session, found by their time and id:
--   SELECT * FROM v_session_timeline(session = '…32 hex digits…') ORDER BY position
-- leg is what tells the legs of a call apart, role the part that the line plays,
-- label what one would write on an arrow. skew_ms is how far the clock of the
-- node is ahead of the session's, corrected_time the time less that. join_reason
-- says why the event ties two identifiers together. A session that is not there
-- has no rows: what is looked up first is an aggregate.
CREATE VIEW IF NOT EXISTS v_session_timeline AS
WITH
    unhex({session:String}) AS session_id,
    (SELECT groupArrayArray(events) FROM sessions FINAL WHERE id = session_id AND is_deleted = 0) AS members,
    (SELECT (min(start), max(end)) FROM sessions FINAL WHERE id = session_id AND is_deleted = 0) AS times,
    (SELECT (groupArrayArray(skew_nodes), groupArrayArray(skew_files), groupArrayArray(skew_offsets)) FROM sessions FINAL WHERE id = session_id AND is_deleted = 0) AS skews,
    (SELECT (groupArrayArray(join_events), groupArrayArray(join_reasons), groupArrayArray(join_confidences)) FROM sessions FINAL WHERE id = session_id AND is_deleted = 0) AS joins
SELECT
    *,
    indexOf(members, raw_id) AS position,
    multiIf(sip_call_id != '', sip_call_id, arrayFirst(k -> startsWith(k, 'ci:') OR startsWith(k, 'call_serial:') OR startsWith(k, 'stream:'), keys)) AS leg,
    multiIf(xmpp_role != '', xmpp_role, has_sip AND sip_status > 0, 'response', has_sip, 'request', kind = 'login.stage', 'stage', family) AS role,
    multiIf(
        has_sip AND sip_status > 0, concat(toString(sip_status), ' ', sip_reason, ' (', sip_method, ')'),
        has_sip AND sip_method != '', sip_method,
        kind = 'login.stage', concat(attrs['stage'], ' ', attrs['outcome']),
        has_xmpp, concat(xmpp_stanza, ' ', xmpp_type),
        kind) AS label,
    if(dated = 'date', arrayFirst((o, n, f) -> n = node AND (node != '' OR f = file), skews.3, skews.1, skews.2), 0) AS skew_us,
    skew_us / 1000 AS skew_ms,
    time - toIntervalMicrosecond(skew_us) AS corrected_time,
    joins.2[indexOf(joins.1, raw_id)] AS join_reason,
    joins.3[indexOf(joins.1, raw_id)] AS join_confidence
FROM v_events
WHERE raw_id IN (SELECT arrayJoin(events) FROM sessions FINAL WHERE id = session_id AND is_deleted = 0)
    AND ((time >= times.1 AND time <= times.2) OR time < toDateTime64('1970-01-02 00:00:00', 6, 'UTC'))
