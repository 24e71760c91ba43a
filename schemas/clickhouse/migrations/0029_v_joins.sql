-- Why the parts of a session are one: an event names both keys.
CREATE VIEW IF NOT EXISTS v_joins AS
SELECT
    lower(hex(id)) AS session,
    id AS raw_session,
    kind AS session_kind,
    cluster,
    start AS session_start,
    position,
    a, a_scope, b, b_scope,
    lower(hex(event)) AS event,
    event AS raw_event,
    reason, confidence
FROM sessions FINAL
ARRAY JOIN
    join_a_keys AS a,
    join_a_scopes AS a_scope,
    join_b_keys AS b,
    join_b_scopes AS b_scope,
    join_events AS event,
    join_reasons AS reason,
    join_confidences AS confidence,
    arrayEnumerate(join_events) AS position
WHERE is_deleted = 0
