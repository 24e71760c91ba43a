-- The text index on the keys of sessions took 48 B a session, more than half of
-- what all columns take. Findings are few and keep theirs.
ALTER TABLE sessions DROP INDEX IF EXISTS ix_keys
