-- What the logs of a cluster, node and source held, and so could have shown.
CREATE VIEW IF NOT EXISTS v_coverage AS
SELECT
    lower(hex(c.id)) AS id,
    version, cluster, node, source,
    files, bytes, lines, records, events, unparsed, damaged,
    levels, first, last, sequence, gap_count, missing, inserted_at
FROM coverage AS c FINAL
