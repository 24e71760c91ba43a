-- The ledger says which message of the records stream a run of records came in,
-- 0 when that is not known: as long as the stream holds it, it has their text.
ALTER TABLE spans ADD COLUMN IF NOT EXISTS batch UInt64 CODEC(Delta(8), ZSTD(1)) AFTER problem_unread
