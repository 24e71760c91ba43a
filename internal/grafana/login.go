package grafana

func login() board {
	b := newBoard(Login, "Sign-in waterfall: which sign-ins failed, and at which stage",
		"Jabber and XMPP sign-ins stage by stage: discovery, UDS, certificates, SSO, edge, IM and Presence, configuration, registration.",
		textBox("key", "User, JID or device", "Keeps the list to one user; empty lists all that failed", ""),
		textBox("session", "Sign-in", "32 hex digits; the list sets it", ""))
	b.add(
		gauges(spec{
			title: "Where sign-ins fail", w: 12, h: 9, empty: "No stage of a sign-in failed in this time.",
			about: "Failed stages, the most frequent first. A sign-in may fail in more than one.",
			sql: `
		SELECT stage, countIf(outcome = 'failed') AS failed
		FROM v_session_list
		ARRAY JOIN stage_names AS stage, stage_outcomes AS outcome
		WHERE $__timeFilter_ms(since) AND kind = 'login' AND ` + inCluster + `
		GROUP BY stage
		HAVING failed > 0
		ORDER BY failed DESC, stage
		LIMIT 25`,
		}, "short", limit{1, orange}, limit{10, red}),
		bars(spec{
			title: "Sign-ins, by outcome", w: 12, h: 9, empty: "No sign-in began in this time.",
			about: "By when they began. open: the log ends before the sign-in does.",
			sql: `
		SELECT $__timeInterval(since) AS time, outcome, count() AS sign_ins
		FROM v_session_list
		WHERE $__timeFilter_ms(since) AND kind = 'login' AND ` + inCluster + `
		GROUP BY time, outcome
		ORDER BY time, outcome
		LIMIT 10000`,
		}, outcomeColors),
		rows(spec{
			title: "How long stages take", w: 12, h: 10, empty: "No stage was seen in this time.",
			about: "Of stages that ended well. Most: 95 of 100 are at least as fast.",
			sql: `
		SELECT stage, any(position) AS place, count() AS seen, countIf(stage_outcome = 'failed') AS failed,
		    quantileIf(0.5)(dateDiff('millisecond', stage_start, stage_end), stage_outcome = 'ok') AS half, quantileIf(0.95)(dateDiff('millisecond', stage_start, stage_end), stage_outcome = 'ok') AS most
		FROM v_session_list
		ARRAY JOIN stage_names AS stage, stage_outcomes AS stage_outcome, stage_starts AS stage_start, stage_ends AS stage_end, arrayEnumerate(stage_names) AS position
		WHERE $__timeFilter_ms(since) AND kind = 'login' AND ` + inCluster + `
		GROUP BY stage
		ORDER BY avg(position)
		LIMIT 50`,
		}, column{name: "place", hidden: true}, column{name: "failed", limits: []limit{{1, red}}},
			column{name: "half", unit: "ms"}, column{name: "most", unit: "ms", limits: []limit{{5000, orange}, {20000, red}}}),
		rows(spec{
			title: "What went wrong at sign-in", w: 12, h: 10, empty: nothingFound,
			about: "Findings about sign-ins: client, mobile and remote access, IM and Presence, UDS.",
			sql: `
		SELECT found_at AS time, severity, summary AS "what went wrong", rule, about, finding, session
		FROM v_finding_list
		WHERE $__timeFilter_ms(since) AND (family IN ('jabber', 'login', 'mra') OR stage != '') AND ` + inCluster + `
		ORDER BY since DESC
		LIMIT 100`,
		}, findingColumns()...),
		rows(spec{
			title: "Sign-ins: pick one", w: 24, h: 8, empty: "No such sign-in in this time.",
			about: "With a user: that user's sign-ins. Without: the newest that failed.",
			sql: `
		SELECT start AS time, outcome, stage_names[indexOf(stage_outcomes, 'failed')] AS "failed at", duration_ms / 1000 AS seconds, summary AS "what happened", who, session, needle, from_ms, to_ms, cluster
		FROM v_session_list
		WHERE $__timeFilter_ms(since) AND kind = 'login' AND if(${key:singlequote} = '', outcome = 'failed', ` + byKey + `) AND ` + inCluster + `
		ORDER BY since DESC
		LIMIT 100`,
		}, sessionColumns(to("Waterfall below", Login, "session", field("session"), "key", "${key:percentencode}"))...),
		rows(spec{
			title: "Waterfall", w: 9, h: 13, empty: pickSession,
			about: "Each stage: when it began after the first, and how long it took.",
			sql: `
		SELECT stage, outcome, if(start > toDateTime64(0, 6), dateDiff('millisecond', min(if(start > toDateTime64(0, 6), start, toDateTime64('2200-01-01', 6))) OVER (), start), 0) AS "begins after", duration_ms AS takes
		FROM v_session_stages
		WHERE raw_session = unhex(${session:singlequote})
		ORDER BY position
		LIMIT 50`,
		}, column{name: "outcome", width: 90, colors: outcomeColors}, column{name: "begins after", unit: "ms", width: 110}, column{name: "takes", unit: "ms", width: 110, bar: true}),
		traces{
			title: "Waterfall as a trace", w: 15, h: 13,
			about: "Stages, requests and answers of the sign-in on one time axis; red is what failed.",
			sql: traceSQL + `
		ORDER BY startTime
		LIMIT 1000`,
		},
		lines(spec{
			title: "Lines of the sign-in, as stored", w: 24, h: 10, empty: pickSession,
			about: "The lines that made the events of this sign-in, masked, from ClickHouse.",
			sql: `
		SELECT e.time AS timestamp, e.body AS body, e.node AS node, e.source AS source, e.kind AS kind, e.line AS line
		FROM v_session_timeline(session = ${session:singlequote}) AS e
		ORDER BY e.time
		LIMIT 1000`,
		}),
	)
	return b
}
