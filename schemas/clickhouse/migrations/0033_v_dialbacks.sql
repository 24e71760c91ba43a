-- One row per server dialback (XEP-0220). sender asks to be believed, target
-- is who was asked.
CREATE VIEW IF NOT EXISTS v_dialbacks AS
SELECT
    session, raw_session, outcome, cluster, since, start, end, duration_ms,
    substring(arrayFirst(k -> startsWith(k, 'dialback_pair:'), keys), 15) AS pair,
    splitByChar('>', pair)[1] AS sender,
    splitByChar('>', pair)[2] AS target,
    stage_names, stage_outcomes, nodes, keys, summary, inserted_at
FROM v_session_list
WHERE kind = 'federation'
