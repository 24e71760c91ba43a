-- Everything is in the new tables.
DROP TABLE IF EXISTS events_by_id, sessions_by_id, findings_by_id
