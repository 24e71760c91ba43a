package grafana

import "strconv"

const pickSession = "Pick a session in the list, or give its id above."

func call() board {
	b := newBoard(Call, "Call: ladder, trace and lines of one session",
		"One call, leg by leg: who sent what to whom, how long it took, which line proves the failure.",
		textBox("key", "Number, device or Call-ID", "Keeps the list to calls that hold it; empty lists the newest calls that failed", ""),
		textBox("session", "Session", "32 hex digits; the list sets it", ""),
		derived("needle", "SELECT needle FROM v_session_list WHERE raw_session = unhex(${session:singlequote}) LIMIT 1"))
	lanes := []column{
		{name: "step", width: 55},
		{name: "time", width: 170},
		{name: "after ms", width: 80, unit: "ms"},
		{name: "class", width: 85, colors: classColors},
		{name: "proves", width: 200, wrap: true},
		{name: "seen by", width: 150},
		{name: "line", width: 70, links: []link{rawLine()}},
	}
	for i := range 6 {
		lanes = append(lanes, column{name: "lane " + strconv.Itoa(i+1), width: 150})
	}
	lanes = append(lanes, hide("record", "cluster", "node", "source", "from_ms", "to_ms")...)
	b.add(
		rows(spec{
			title: "Calls: pick one", w: 24, h: 8, empty: "No such call in this time.",
			about: "With a key: its calls. Without: the newest calls that failed.",
			sql: `
		SELECT start AS time, outcome, duration_ms / 1000 AS seconds, summary AS "what happened", who, nodes, session, needle, from_ms, to_ms, cluster
		FROM v_session_list
		WHERE $__timeFilter_ms(since) AND kind = 'call' AND if(${key:singlequote} = '', outcome = 'failed', ` + byKey + `) AND ` + inCluster + `
		ORDER BY since DESC
		LIMIT 100`,
		}, sessionColumns(to("Show below", Call, "session", field("session"), "key", "${key:percentencode}"))...),
		rows(spec{
			title: "What went wrong in it", w: 24, h: 5, empty: "No finding rests on this session.",
			about: "Findings of the session, the gravest first.",
			sql: `
		SELECT found_at AS time, severity, summary AS "what went wrong", cause, first_fix AS "first step", rule, about, finding, session
		FROM v_finding_list
		WHERE raw_session = unhex(${session:singlequote}) AND ${session:singlequote} != ''
		ORDER BY level DESC, found_at
		LIMIT 50`,
		}, with(findingColumns(), column{name: "cause", wrap: true}, column{name: "first step", wrap: true})...),
		rows(spec{
			title: "Ladder", w: 24, h: 14, empty: pickSession,
			about: "One row for each SIP message, as the node named in “seen by” logged it: a message seen at both ends stands twice. The first row names the participants; the first six have a lane. Click the line number for the whole line in Loki.",
			sql: `
		SELECT step, time, gap_ms AS "after ms", lane1 AS "lane 1", lane2 AS "lane 2", lane3 AS "lane 3", lane4 AS "lane 4", lane5 AS "lane 5", lane6 AS "lane 6",
		    class, proves, src AS "from", dst AS "to", seen_by AS "seen by", line, cluster, node, source, record,
		    toString(toUnixTimestamp64Milli(time) - 30000) AS from_ms, toString(toUnixTimestamp64Milli(time) + 30000) AS to_ms
		FROM v_session_ladder(session = ${session:singlequote})
		ORDER BY step
		LIMIT 500`,
		}, lanes...),
		traces{
			title: "Trace: transactions and what else happened, by node", w: 24, h: 14,
			about: "The session is the root, below it each SIP transaction from request to last answer, and what the nodes logged besides.",
			sql: traceSQL + `
		ORDER BY startTime
		LIMIT 1000`,
		},
		lines(spec{
			title: "Lines of the session, as stored", w: 24, h: 10, empty: pickSession,
			about: "The lines that made the events of this session, masked, from ClickHouse.",
			sql: `
		SELECT e.time AS timestamp, e.body AS body, e.node AS node, e.source AS source, e.kind AS kind, e.line AS line
		FROM v_session_timeline(session = ${session:singlequote}) AS e
		ORDER BY e.time
		LIMIT 1000`,
		}),
		raw(spec{
			title: "Raw lines that name the Call-ID", w: 24, h: 10, empty: "Loki holds no line with it in this time, or no session is picked.",
			about: "Whole lines from Loki, within the time range of the dashboard.",
			sql:   `{job="uctrace"} |= ${needle:doublequote}`,
		}),
	)
	return b
}

// traceSQL selects the columns of the trace view under the names it goes by.
const traceSQL = `
		SELECT trace AS traceID, span AS spanID, parent AS parentSpanID, service AS serviceName, operation AS operationName,
		    start AS startTime, duration_ms AS duration,
		    arrayMap(k -> map('key', k, 'value', tags[k]), mapKeys(tags)) AS tags,
		    if(failed, 2, 0) AS statusCode, failure AS statusMessage
		FROM v_session_spans(session = ${session:singlequote})`
