-- One row per stage of a session.
CREATE VIEW IF NOT EXISTS v_session_stages AS
SELECT
    lower(hex(id)) AS session,
    id AS raw_session,
    kind AS session_kind,
    cluster,
    position,
    stage,
    stage_start AS start,
    stage_end AS end,
    if(stage_end > stage_start, dateDiff('microsecond', stage_start, stage_end) / 1000, 0) AS duration_ms,
    stage_outcome AS outcome
FROM sessions FINAL
ARRAY JOIN
    stage_names AS stage,
    stage_starts AS stage_start,
    stage_ends AS stage_end,
    stage_outcomes AS stage_outcome,
    arrayEnumerate(stage_names) AS position
WHERE is_deleted = 0
