-- From when to when a key, "type:value", was seen in events with a date.
CREATE VIEW IF NOT EXISTS v_keys AS
SELECT
    key,
    substring(key, 1, position(key, ':') - 1) AS type,
    substring(key, position(key, ':') + 1) AS value,
    scope,
    min(first) AS first,
    max(last) AS last,
    max(inserted_at) AS inserted_at
FROM key_ts
GROUP BY key, scope
