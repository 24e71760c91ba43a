-- Which events belong to which session, in the order of the session, and why
-- those do that tie two identifiers together. v_session_timeline has the events
-- themselves.
CREATE VIEW IF NOT EXISTS v_session_events AS
SELECT
    lower(hex(id)) AS session,
    id AS raw_session,
    kind AS session_kind,
    cluster,
    start AS session_start,
    position,
    lower(hex(member)) AS event,
    member AS raw_event,
    join_reasons[indexOf(join_events, member)] AS join_reason,
    join_confidences[indexOf(join_events, member)] AS join_confidence
FROM sessions FINAL
ARRAY JOIN events AS member, arrayEnumerate(events) AS position
WHERE is_deleted = 0
