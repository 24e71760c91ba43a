-- The events that have a key, "type:value", found by when it was seen:
--   SELECT * FROM v_key_events(key = 'call_id:…') ORDER BY time, raw_id
-- For a key of which nobody knows when, all days are searched.
CREATE VIEW IF NOT EXISTS v_key_events AS
WITH (SELECT (count() = 0, min(first), max(last)) FROM key_ts WHERE key = {key:String}) AS times
SELECT *
FROM v_events
WHERE has(keys, {key:String}) AND (times.1 OR (time >= times.2 AND time <= times.3) OR time < toDateTime64('1970-01-02 00:00:00', 6, 'UTC'))
