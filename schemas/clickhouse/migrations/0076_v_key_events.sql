-- The events that have a key, "type:value", found by when it was seen:
--   SELECT * FROM v_key_events(key = 'call_id:…') ORDER BY time, raw_id
CREATE OR REPLACE VIEW v_key_events AS
WITH (SELECT (min(first), max(last)) FROM key_ts WHERE key = {key:String}) AS times
SELECT *
FROM v_events
WHERE has(keys, {key:String}) AND ((time >= times.1 AND time <= times.2) OR time < toDateTime64('1970-01-02 00:00:00', 6, 'UTC'))
