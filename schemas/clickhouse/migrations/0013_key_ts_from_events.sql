-- The keys of every block of events, in the same INSERT. Keys that a handful of
-- lines share, numbers of a message, an action or an HTTP request, are left out,
-- and so is what has no date.
CREATE MATERIALIZED VIEW IF NOT EXISTS key_ts_from_events TO key_ts AS
SELECT
    pair.1 AS key,
    pair.2 AS scope,
    min(time) AS first,
    max(time) AS last,
    max(toDateTime(inserted_at, 'UTC')) AS inserted_at
FROM events
ARRAY JOIN arrayZip(keys, key_scopes) AS pair
WHERE dated = 2 AND NOT (startsWith(pair.1, 'net_id:') OR startsWith(pair.1, 'sequence:') OR startsWith(pair.1, 'correlation_tag:') OR startsWith(pair.1, 'login:') OR startsWith(pair.1, 'tracking_id:'))
GROUP BY key, scope
