-- The sessions as they stood. Run again, it leaves copies, which fold.
INSERT INTO sessions (since, id, version, is_deleted, kind, outcome, cluster, start, end, keys, key_scopes, nodes, sources, stage_names, stage_starts, stage_ends, stage_outcomes, summary, event_count, events, inserted_at)
SELECT start, id, version, is_deleted, kind, outcome, cluster, start, end, keys, key_scopes, nodes, sources, stage_names, stage_starts, stage_ends, stage_outcomes, summary, event_count, events, inserted_at
FROM sessions_by_id FINAL
WHERE is_deleted = 0
SETTINGS max_partitions_per_insert_block = 0
