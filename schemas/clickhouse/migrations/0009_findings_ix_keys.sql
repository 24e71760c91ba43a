-- Finds the findings of a key, before ClickHouse 26.2.
ALTER TABLE findings ADD INDEX IF NOT EXISTS ix_keys keys TYPE bloom_filter(0.01) GRANULARITY 1
