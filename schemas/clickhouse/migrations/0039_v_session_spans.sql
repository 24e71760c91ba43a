-- One session as spans, for a trace view:
--   SELECT span, parent, service, operation, start, duration_ms FROM v_session_spans(session = '…32 hex digits…')
-- The session is the root, below it are its stages, its SIP transactions
-- (request to last answer, as one node saw them), and what else was seen, at
-- most 500. failed is a final answer of 400 and more that is no challenge and
-- no cancelled call, or an outcome that the product calls a failure.
CREATE VIEW IF NOT EXISTS v_session_spans AS
WITH
    (SELECT (start, end) FROM v_sessions WHERE raw_id = unhex({session:String})) AS times,
    one AS
    (
        SELECT kind, outcome, cluster, start, end, summary, nodes, stage_names, stage_starts, stage_ends, stage_outcomes
        FROM v_sessions
        WHERE raw_id = unhex({session:String})
    ),
    seen AS
    (
        SELECT
            id, raw_id, time, source, node, file, line, kind, body,
            sip_method, sip_status, sip_reason, sip_cseq, sip_call_id, has_sip,
            multiIf(node != '', toString(node), source = 'jabber.csf', 'Jabber', source = 'xmpp.client', 'XMPP client', toString(source)) AS here,
            CAST(attrs, 'Map(String, String)') AS said
        FROM v_events
        WHERE raw_id IN (SELECT arrayJoin(raw_events) FROM v_sessions WHERE raw_id = unhex({session:String}))
            AND ((time >= times.1 AND time <= times.2) OR time < toDateTime64(86400, 6, 'UTC'))
    )
SELECT
    lower({session:String}) AS trace,
    'session' AS span,
    '' AS parent,
    concat(kind, if(cluster = '', '', concat(' · ', cluster))) AS service,
    summary AS operation,
    start,
    greatest(dateDiff('microsecond', start, end), 0) / 1000 AS duration_ms,
    CAST(map('kind', toString(kind), 'outcome', toString(outcome), 'nodes', arrayStringConcat(nodes, ', ')), 'Map(String, String)') AS tags,
    outcome = 'failed' AS failed,
    if(outcome = 'failed', summary, '') AS failure
FROM one
UNION ALL
SELECT
    lower({session:String}), concat('stage ', toString(position)), 'session', 'stages', toString(stage),
    stage_start, greatest(dateDiff('microsecond', stage_start, stage_end), 0) / 1000,
    CAST(map('outcome', toString(stage_outcome)), 'Map(String, String)'),
    stage_outcome = 'failed', if(stage_outcome = 'failed', concat('stage ', stage, ' failed'), '')
FROM one
ARRAY JOIN stage_names AS stage, stage_starts AS stage_start, stage_ends AS stage_end, stage_outcomes AS stage_outcome, arrayEnumerate(stage_names) AS position
WHERE stage_start > toDateTime64(0, 6, 'UTC')
UNION ALL
SELECT
    lower({session:String}), concat('sip ', here, ' ', sip_call_id, ' ', cseq), 'session', here,
    concat(method, if(answer = 0, '', concat(' → ', toString(answer)))),
    first_time, greatest(dateDiff('microsecond', first_time, last_time), 0) / 1000,
    CAST(map('call_id', sip_call_id, 'cseq', cseq, 'reason', reason, 'file', first_file, 'line', toString(first_line)), 'Map(String, String)'),
    answer >= 400 AND answer NOT IN (401, 407, 487) AS refused,
    if(refused, concat(toString(answer), ' ', reason), '')
FROM
(
    SELECT
        here, sip_call_id, if(sip_cseq = '', sip_method, sip_cseq) AS cseq,
        anyLast(splitByChar(' ', cseq)[-1]) AS method,
        max(sip_status) AS answer, argMax(sip_reason, sip_status) AS reason,
        min(time) AS first_time, max(time) AS last_time,
        argMin(file, time) AS first_file, argMin(line, time) AS first_line
    FROM seen
    WHERE has_sip AND kind = 'sip.message'
    GROUP BY here, sip_call_id, cseq
    ORDER BY first_time
    LIMIT 500
)
UNION ALL
SELECT
    lower({session:String}), id, 'session', here,
    concat(kind, if(what = '', '', concat(' ', what))),
    time, 0,
    CAST(mapUpdate(said, map('file', toString(file), 'line', toString(line), 'text', left(body, 1000))), 'Map(String, String)'),
    said['outcome'] IN ('fail', 'failed') OR kind LIKE '%.error' AS bad,
    if(bad, left(body, 300), '')
FROM
(
    SELECT
        *,
        arrayFirst(v -> v != '', [said['stage'], said['state'], said['outcome'], said['name'], said['row'], said['method'], said['number'], said['message'], '']) AS what
    FROM seen
    WHERE NOT has_sip
    ORDER BY time
    LIMIT 500
)
