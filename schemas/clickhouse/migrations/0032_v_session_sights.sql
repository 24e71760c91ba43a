-- From where a session was seen: the logs of which nodes, at which levels.
CREATE VIEW IF NOT EXISTS v_session_sights AS
SELECT
    lower(hex(id)) AS session,
    id AS raw_session,
    kind AS session_kind,
    cluster,
    start AS session_start,
    node, source, event_count,
    if(level_list = '', [], splitByChar(',', level_list)) AS levels
FROM sessions FINAL
ARRAY JOIN sight_nodes AS node, sight_sources AS source, sight_events AS event_count, sight_levels AS level_list
WHERE is_deleted = 0
