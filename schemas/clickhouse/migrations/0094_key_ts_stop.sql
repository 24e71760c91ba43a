-- Makes room for 0095.
DROP VIEW IF EXISTS key_ts_from_events
