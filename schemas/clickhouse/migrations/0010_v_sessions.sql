-- Sessions as they stand: the highest version of each, withdrawn ones hidden.
CREATE VIEW IF NOT EXISTS v_sessions AS
SELECT
    lower(hex(s.id)) AS id,
    s.id AS raw_id,
    version, kind, outcome, cluster, start, end,
    if(end > start, dateDiff('microsecond', start, end) / 1000, 0) AS duration_ms,
    keys, key_scopes, nodes, sources,
    stage_names, stage_starts, stage_ends, stage_outcomes,
    summary, event_count, s.events AS raw_events, inserted_at
FROM sessions AS s FINAL
WHERE s.is_deleted = 0
