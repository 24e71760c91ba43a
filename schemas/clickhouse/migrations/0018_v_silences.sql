-- Silences: times between two runs of records in which a node's log of one kind has no
-- line, at least a minute long. It is no fault as such: a quiet log is quiet.
CREATE VIEW IF NOT EXISTS v_silences AS
SELECT cluster, node, source, silent_from, silent_to, dateDiff('second', silent_from, silent_to) / 60 AS minutes
FROM
(
    SELECT
        toString(s.cluster) AS cluster, toString(s.node) AS node, toString(s.source) AS source,
        max(last_time) OVER (PARTITION BY s.cluster, s.node, s.source ORDER BY first_time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS silent_from,
        first_time AS silent_to
    FROM v_spans AS s
    WHERE first_time > toDateTime64(0, 6, 'UTC')
)
WHERE silent_from > toDateTime64(0, 6, 'UTC') AND silent_to > silent_from + INTERVAL 1 MINUTE
