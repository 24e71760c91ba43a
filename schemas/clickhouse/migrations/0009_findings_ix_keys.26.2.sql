-- Finds the findings of a key, from ClickHouse 26.2 on: the index knows which rows
-- have it.
ALTER TABLE findings ADD INDEX IF NOT EXISTS ix_keys keys TYPE text(tokenizer = 'array')
