-- One event, found by the ledger: the span that covers it says when it was.
--   SELECT * FROM v_event(id = '…32 hex digits…')
CREATE VIEW IF NOT EXISTS v_event AS
WITH
    unhex({id:String}) AS event_id,
    reinterpretAsUInt64(reverse(substring(event_id, 11))) AS at,
    (SELECT (min(first_time), max(last_time)) FROM spans WHERE fingerprint = toFixedString(substring(event_id, 1, 10), 10) AND start <= at AND end > at) AS times
SELECT *
FROM v_events
WHERE raw_id = event_id AND ((time >= times.1 AND time <= times.2) OR time < toDateTime64('1970-01-02 00:00:00', 6, 'UTC'))
