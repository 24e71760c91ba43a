-- Sessions as lists show them. needle is the text by which the raw lines are
-- found in Loki, from_ms and to_ms the time to look in, in milliseconds since
-- 1970 and half a minute wider on both sides. who names users and devices.
-- Ask for a range of since, which the primary key serves: it is the start but
-- for the time that evidence moved it.
CREATE VIEW IF NOT EXISTS v_session_list AS
SELECT
    s.id AS session,
    s.raw_id AS raw_session,
    toString(s.kind) AS kind, toString(s.outcome) AS outcome, toString(s.cluster) AS cluster,
    since, start, end, duration_ms, summary,
    arrayStringConcat(arraySlice(arrayMap(k -> substring(k, position(k, ':') + 1), arrayFilter(k -> splitByChar(':', k)[1] IN ('user', 'jid', 'device', 'dn'), keys)), 1, 4), ', ') AS who,
    arrayStringConcat(s.nodes, ', ') AS nodes,
    replaceRegexpOne(arrayFirst(k -> match(k, '^(call_id|dialback_key|user|jid|device|tracking_id|stream|addr):'), keys), '^[a-z_]+:', '') AS needle,
    toString(toUnixTimestamp64Milli(start) - 30000) AS from_ms,
    toString(toUnixTimestamp64Milli(greatest(start, end)) + 30000) AS to_ms,
    stage_names, stage_outcomes, stage_starts, stage_ends,
    event_count, keys, inserted_at
FROM v_sessions AS s
