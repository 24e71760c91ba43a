-- Finds the sessions of a key, at less than 2 B a session.
ALTER TABLE sessions ADD INDEX IF NOT EXISTS ix_keys keys TYPE bloom_filter(0.01) GRANULARITY 1
