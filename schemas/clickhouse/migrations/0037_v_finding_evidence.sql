-- The lines that one finding rests on, each with where it was read:
--   SELECT role, time, node, file, line, text FROM v_finding_evidence(finding = '…32 hex digits…') ORDER BY position
-- record is the id under which Loki holds the whole line. Evidence lies at most
-- a day from the finding, or has no date. As a String an id that ends in a zero
-- byte would be another one.
CREATE VIEW IF NOT EXISTS v_finding_evidence AS
WITH lines AS
(
    SELECT
        position, event, file, line, toString(role) AS role, text,
        least(if(first_time > toDateTime64(0, 6, 'UTC'), first_time, time), time) - INTERVAL 1 DAY AS earliest,
        greatest(last_time, time) + INTERVAL 1 DAY AS latest
    FROM v_findings
    ARRAY JOIN evidence_events AS event, evidence_files AS file, evidence_lines AS line, evidence_roles AS role, evidence_texts AS text, arrayEnumerate(evidence_events) AS position
    WHERE raw_id = unhex({finding:String})
)
SELECT
    l.position AS position, l.role AS role, e.time AS time, toString(e.source) AS source, toString(e.cluster) AS cluster, toString(e.node) AS node,
    l.file AS file, l.line AS line, l.text AS text, l.event AS event, e.record AS record
FROM lines AS l
LEFT JOIN
(
    SELECT id, record, time, source, cluster, node
    FROM v_events
    WHERE raw_id IN (SELECT toFixedString(unhex(event), 16) FROM lines)
        AND ((time >= (SELECT min(earliest) FROM lines) AND time <= (SELECT max(latest) FROM lines)) OR time < toDateTime64(86400, 6, 'UTC'))
) AS e ON e.id = l.event
