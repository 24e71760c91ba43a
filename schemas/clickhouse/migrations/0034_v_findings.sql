-- Findings as they stand. session is '' when a finding is about none.
CREATE VIEW IF NOT EXISTS v_findings AS
SELECT
    lower(hex(f.id)) AS id,
    f.id AS raw_id,
    version, f.since AS since, rule,
    toString(f.severity) AS severity,
    toInt8(f.severity) AS severity_level,
    if(f.session = toFixedString('', 16), '', lower(hex(f.session))) AS session,
    f.session AS raw_session,
    cluster, time,
    transform(f.dated, [0, 1, 2], ['none', 'time', 'date'], '') AS dated,
    summary, cause, fix, stage,
    arrayMap(e -> lower(hex(e)), f.evidence_events) AS evidence_events,
    evidence_files, evidence_lines, evidence_roles, evidence_texts,
    keys, key_scopes, count, first_time, last_time, inserted_at
FROM findings AS f FINAL
WHERE f.is_deleted = 0
