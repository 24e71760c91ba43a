-- The clocks of the nodes of a session that differ from its first one's: the
-- corrected time is the printed one less offset_ms.
CREATE VIEW IF NOT EXISTS v_session_skews AS
SELECT
    lower(hex(id)) AS session,
    id AS raw_session,
    kind AS session_kind,
    cluster,
    start AS session_start,
    node, file, against,
    offset_us / 1000 AS offset_ms,
    within_us / 1000 AS within_ms,
    facts
FROM sessions FINAL
ARRAY JOIN
    skew_nodes AS node,
    skew_files AS file,
    skew_against AS against,
    skew_offsets AS offset_us,
    skew_withins AS within_us,
    skew_facts AS facts
WHERE is_deleted = 0
