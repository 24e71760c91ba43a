-- The messages of the records stream that hold the record of an id, the latest
-- first:
--   SELECT batch FROM v_record_batches(record = '…32 hex digits…')
CREATE VIEW IF NOT EXISTS v_record_batches AS
WITH
    unhex({record:String}) AS record_id,
    reinterpretAsUInt64(reverse(substring(record_id, 11))) AS at
SELECT batch, max(inserted_at) AS inserted_at
FROM spans
WHERE fingerprint = toFixedString(substring(record_id, 1, 10), 10) AND start <= at AND end > at AND batch > 0
GROUP BY batch
ORDER BY inserted_at DESC, batch DESC
