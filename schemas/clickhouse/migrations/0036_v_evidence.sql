-- One row per line that a finding rests on.
CREATE VIEW IF NOT EXISTS v_evidence AS
SELECT
    lower(hex(id)) AS finding,
    rule,
    position,
    lower(hex(member)) AS event,
    member AS raw_event,
    file, line, role, text
FROM findings FINAL
ARRAY JOIN
    evidence_events AS member,
    evidence_files AS file,
    evidence_lines AS line,
    evidence_roles AS role,
    evidence_texts AS text,
    arrayEnumerate(evidence_events) AS position
WHERE is_deleted = 0
