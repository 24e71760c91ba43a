-- Which events belong to which session, in the order of the session.
CREATE VIEW IF NOT EXISTS v_session_events AS
SELECT
    lower(hex(id)) AS session,
    id AS raw_session,
    kind AS session_kind,
    position,
    lower(hex(event)) AS event,
    event AS raw_event
FROM sessions FINAL
ARRAY JOIN events AS event, arrayEnumerate(events) AS position
WHERE is_deleted = 0
