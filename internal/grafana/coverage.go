package grafana

func coverage() board {
	b := newBoard(Coverage, "Coverage: what could not be seen",
		"“Nothing found” and “could not see” are different things: which logs were read, from when to when, and where there are holes.",
		textBox("gap", "Holes of at least, in minutes", "Shorter silence is not listed", "10"))
	b.add(
		rows(spec{
			title: "Which logs were read, and how far", w: 24, h: 11, empty: "No log was read in this time: nothing found means nothing here.",
			about: "For each kind of log: from when to when, on how many nodes, how many files were read from their first byte to their end.",
			sql: `
		SELECT source, uniqExact(node) AS nodes, count() AS files, countIf(complete) AS "to the end", countIf(NOT tiled) AS "with holes", min(nullIf(first_time, toDateTime64(0, 6, 'UTC'))) AS first, max(last_time) AS last,
		    sum(f.records) AS records, sum(f.unparsed) / greatest(sum(f.records), 1) AS "not understood"
		FROM v_files AS f
		WHERE ($__timeFilter_ms(last_time) OR last_time = toDateTime64(0, 6)) AND ` + inCluster + `
		GROUP BY source
		ORDER BY source
		LIMIT 100`,
		}, column{name: "first", width: 170}, column{name: "last", width: 170}, column{name: "with holes", limits: []limit{{1, red}}}, column{name: "not understood", unit: "percentunit", limits: []limit{{0.05, orange}, {0.2, red}}}),
		bars(spec{
			title: "Records, by kind of log", w: 24, h: 8, empty: "No log was read in this time.",
			about: "A kind that ends while the others go on was switched off, rotated away or is no longer shipped.",
			sql: `
		SELECT $__timeInterval(last_time) AS time, source, sum(records) AS records
		FROM v_spans
		WHERE $__timeFilter_ms(last_time) AND ` + inCluster + `
		GROUP BY time, source
		ORDER BY time, source
		LIMIT 20000`,
		}, nil),
		rows(spec{
			title: "At which level logs were written, and what is missing in them", w: 24, h: 9, empty: "No log was read in this time.",
			about: "Levels as the lines show them: an Expressway at INFO shows no SIP, CUCM below detailed no lookups. missing: lines that the log's own numbers say were there.",
			sql: `
		SELECT cluster, if(node = '', 'clients', node) AS host, source, arrayStringConcat(levels, ', ') AS "levels seen", gap_count AS holes, missing, files, records, unparsed / greatest(records, 1) AS "not understood",
		    first AS "first line", last AS "last line"
		FROM v_coverage
		WHERE last >= $__fromTime_ms AND first <= $__toTime_ms AND ` + inCluster + `
		ORDER BY cluster, host, source
		LIMIT 1000`,
		}, column{name: "holes", width: 80, limits: []limit{{1, orange}}}, column{name: "missing", width: 90, limits: []limit{{1, red}}}, column{name: "not understood", unit: "percentunit", width: 120, limits: []limit{{0.05, orange}, {0.2, red}}},
			column{name: "first line", width: 170}, column{name: "last line", width: 170}),
		rows(spec{
			title: "Holes: when nothing was read", w: 12, h: 10, empty: "No hole of that length.",
			about: "Times without a line of a node's log between two times with lines. A quiet log is no fault; a hole during a failure is.",
			sql: `
		SELECT cluster, if(node = '', 'clients', node) AS host, source, silent_from AS "last line", silent_to AS "next line", minutes
		FROM v_silences
		WHERE silent_to >= $__fromTime_ms AND silent_from <= $__toTime_ms AND minutes >= toFloat64OrDefault(${gap:singlequote}, 10.) AND ` + inCluster + `
		ORDER BY minutes DESC
		LIMIT 300`,
		}, column{name: "last line", width: 170}, column{name: "next line", width: 170}, column{name: "minutes", unit: "m", limits: []limit{{30, orange}, {120, red}}}),
		rows(spec{
			title: "Files that are not whole", w: 12, h: 10, empty: "Every file was read from its first byte to its end.",
			about: "Files whose spans do not tile them, or whose end was not reached. An open log is not whole until it is rotated.",
			sql: `
		SELECT cluster, if(node = '', 'client', node) AS host, source, file, bytes, tiled AS "without holes", complete AS "to the end", problems, last_time AS "last line"
		FROM v_files
		WHERE ($__timeFilter_ms(last_time) OR last_time = toDateTime64(0, 6)) AND (NOT complete OR problems > 0) AND ` + inCluster + `
		ORDER BY last_time DESC
		LIMIT 300`,
		}, column{name: "bytes", unit: "bytes", width: 90}, column{name: "last line", width: 170}),
		rows(spec{
			title: "What could not be told of sessions, and why", w: 24, h: 8, empty: "The logs could have shown all that was looked for.",
			about: "Checks that were not made because the log that would show the thing ends too early, carries no date or was not given. They are neither well nor a fault.",
			sql: `
		SELECT session_start AS time, toString(session_kind) AS kind, subject, why, session
		FROM v_session_coverage
		WHERE $__timeFilter_ms(session_start) AND NOT observable AND ` + inCluster + `
		ORDER BY session_start DESC
		LIMIT 200`,
		}, column{name: "time", width: 170}, column{name: "kind", width: 110}, column{name: "session", hidden: true}, column{name: "subject", wrap: true, links: []link{sessionPage()}}, column{name: "why", wrap: true}),
		rows(spec{
			title: "Lines without a date", w: 12, h: 8, empty: "Every event carries a date.",
			about: "Events of logs that print no date: what did not happen cannot be told from them. Name the date, or ship the log while it grows.",
			sql: `
		SELECT source, file, count() AS events
		FROM v_events AS e
		WHERE e.time < toDateTime64(86400, 6) AND ` + inCluster + `
		GROUP BY source, file
		ORDER BY events DESC
		LIMIT 100`,
		}),
		rows(spec{
			title: "Sessions that were not seen to their end", w: 12, h: 8, empty: "Every session was seen to its end.",
			about: "open: the logs end before the session does. unknown: what was seen does not tell. Neither counts as failed.",
			sql: `
		SELECT start AS time, kind, outcome, duration_ms / 1000 AS seconds, summary AS "what happened", who, nodes, session, needle, from_ms, to_ms, cluster
		FROM v_session_list
		WHERE $__timeFilter_ms(since) AND outcome IN ('open', 'unknown') AND ` + inCluster + `
		ORDER BY since DESC
		LIMIT 200`,
		}, sessionColumns()...),
	)
	return b
}
