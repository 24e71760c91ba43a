-- One session as a ladder, one row per SIP message in the order of the events:
--   SELECT time, gap_ms, message, lane1, lane2 FROM v_session_ladder(session = '…32 hex digits…') ORDER BY step
-- Step 0 holds the participants' names. A participant is the node that wrote
-- the line, or the address at its other end, named where a node of the session
-- says that the address is its own. The first six have a lane, src and dst name
-- all. A message that a call log merely sums up is left out where the trace of
-- the same node has messages. proves names the rules that rest on the line.
CREATE VIEW IF NOT EXISTS v_session_ladder AS
WITH (SELECT (start, end) FROM v_sessions WHERE raw_id = unhex({session:String})) AS times
SELECT
    place AS step, time, if(place < 2, 0, gap_us / 1000) AS gap_ms,
    if(place = 0, '', src) AS src,
    if(place = 0, '', dst) AS dst,
    if(place = 0, 'participants', message) AS message,
    multiIf(place = 0, '', status = 0, 'request', status < 200, 'progress', status < 300, 'success', status IN (401, 407, 487), 'expected', status < 400, 'redirect', 'failure') AS class,
    cseq, call_id,
    if(place = 0, '', arrayStringConcat(arrayDistinct(arrayMap(p -> p.2, arrayFilter(p -> p.1 = lower(hex(raw_event)), evidence))), ', ')) AS proves,
    cells[1] AS lane1, cells[2] AS lane2, cells[3] AS lane3, cells[4] AS lane4, cells[5] AS lane5, cells[6] AS lane6,
    seen_by, source, cluster, node, file, line, lower(hex(raw_event)) AS event, record
FROM
(
    SELECT
        *, place,
        arrayMap(
            lane -> multiIf(
                place = 0, lanes[lane],
                lanes[lane] = src AND src = dst, concat('↺ ', message),
                lanes[lane] = src AND rightward, concat(message, ' ──'),
                lanes[lane] = src, concat('── ', message),
                lanes[lane] = dst AND rightward, '──▶',
                lanes[lane] = dst, '◀──',
                has(between, lane), '──────', ''),
            [1, 2, 3, 4, 5, 6]) AS cells
    FROM
    (
        SELECT
            *, indexOf(lanes, src) < indexOf(lanes, dst) AS rightward,
            range(least(indexOf(lanes, src), indexOf(lanes, dst)), greatest(indexOf(lanes, src), indexOf(lanes, dst))) AS between
        FROM
        (
            SELECT *, arrayDistinct(arrayFlatten(all_pairs)) AS lanes
            FROM
            (
                SELECT
                    *,
                    row_number() OVER (ORDER BY time, raw_event) AS step,
                    dateDiff('microsecond', lagInFrame(time) OVER (ORDER BY time, raw_event ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), time) AS gap_us,
                    groupArray([src, dst]) OVER (ORDER BY time, raw_event ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS all_pairs
                FROM
                (
                    SELECT *, if(sip_direction = 'in', there, seen_by) AS src, if(sip_direction = 'in', seen_by, there) AS dst
                    FROM
                    (
                        SELECT *, multiIf(peer = '', '?', has(known.1, peer), known.2[indexOf(known.1, peer)], peer) AS there
                        FROM
                        (
                            SELECT
                                *,
                                max(kind = 'sip.message') OVER (PARTITION BY seen_by) AS traced,
                                (groupArrayIf(own, node != '' AND own != '') OVER (), groupArrayIf(toString(node), node != '' AND own != '') OVER ()) AS known
                            FROM
                            (
                                SELECT
                                    raw_id AS raw_event, record, time, source, cluster, node, file, line, kind, sip_direction,
                                    sip_status AS status, toString(sip_cseq) AS cseq, sip_call_id AS call_id,
                                    if(sip_status > 0, trimRight(concat(toString(sip_status), ' ', sip_reason)), toString(sip_method)) AS message,
                                    multiIf(node != '', toString(node), source = 'jabber.csf', 'Jabber', source = 'xmpp.client', 'XMPP client', toString(source)) AS seen_by,
                                    replaceRegexpOne(sip_local, ':[0-9]+$', '') AS own,
                                    replaceRegexpOne(if(sip_peer = '', sip_local, sip_peer), ':[0-9]+$', '') AS peer
                                FROM v_events
                                WHERE raw_id IN (SELECT arrayJoin(raw_events) FROM v_sessions WHERE raw_id = unhex({session:String}))
                                    AND ((time >= times.1 AND time <= times.2) OR time < toDateTime64(86400, 6, 'UTC'))
                                    AND kind IN ('sip.message', 'sip.summary') AND has_sip
                            )
                        )
                        WHERE kind = 'sip.message' OR traced = 0
                    )
                )
            )
        )
    )
    ARRAY JOIN if(step = 1, [0, 1], [step]) AS place
) AS steps
CROSS JOIN
(
    SELECT groupArray((proof, toString(rule))) AS evidence
    FROM v_findings
    ARRAY JOIN evidence_events AS proof
    WHERE raw_session = unhex({session:String})
) AS proofs
