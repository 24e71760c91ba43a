-- The findings as they stood. Run again, it leaves copies, which fold.
INSERT INTO findings (since, id, version, is_deleted, rule, severity, session, cluster, time, dated, summary, cause, fix, stage, evidence_events, evidence_files, evidence_lines, evidence_roles, evidence_texts, keys, key_scopes, count, first_time, last_time, inserted_at)
SELECT time, id, version, is_deleted, rule, severity, session, cluster, time, dated, summary, cause, fix, stage, evidence_events, evidence_files, evidence_lines, evidence_roles, evidence_texts, keys, key_scopes, count, first_time, last_time, inserted_at
FROM findings_by_id FINAL
WHERE is_deleted = 0
SETTINGS max_partitions_per_insert_block = 0
