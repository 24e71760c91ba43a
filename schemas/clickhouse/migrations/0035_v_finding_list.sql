-- Findings as lists show them. session is '' when a finding is about none,
-- family is the part of the rule before its first dot. Ask for a range of since,
-- the time of the first proof, which the primary key serves.
CREATE VIEW IF NOT EXISTS v_finding_list AS
SELECT
    f.id AS finding,
    f.raw_id AS raw_finding,
    toString(f.rule) AS rule,
    splitByChar('.', toString(f.rule))[1] AS family,
    f.severity AS severity,
    f.severity_level AS level,
    f.session AS session,
    f.raw_session AS raw_session,
    toString(f.cluster) AS cluster,
    f.since AS since,
    f.time AS found_at,
    summary, cause, fix, fix[1] AS first_fix, toString(f.stage) AS stage, keys, count, first_time, last_time,
    arrayStringConcat(arraySlice(arrayMap(k -> substring(k, position(k, ':') + 1), arrayFilter(k -> splitByChar(':', k)[1] IN ('user', 'jid', 'device', 'dn', 'domain', 'addr'), keys)), 1, 4), ', ') AS about,
    inserted_at
FROM v_findings AS f
