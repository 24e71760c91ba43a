-- For the sessions that are there already.
ALTER TABLE sessions MATERIALIZE INDEX IF EXISTS ix_keys
