-- Sessions as they stand: the highest version of each, withdrawn ones hidden.
CREATE VIEW IF NOT EXISTS v_sessions AS
SELECT
    lower(hex(s.id)) AS id,
    s.id AS raw_id,
    version, s.since AS since, kind, outcome, cluster, start, end,
    if(end > start, dateDiff('microsecond', start, end) / 1000, 0) AS duration_ms,
    keys, key_scopes, nodes, sources,
    stage_names, stage_starts, stage_ends, stage_outcomes,
    summary, event_count, s.events AS raw_events,
    length(join_events) AS joins, skew_nodes, arrayMap(o -> o / 1000, skew_offsets) AS skew_ms,
    arrayFilter((w, o) -> NOT o, coverage_whys, coverage_observable) AS not_observable,
    inserted_at
FROM sessions AS s FINAL
WHERE s.is_deleted = 0
