package grafana

func pipeline() board {
	b := newBoard(Pipeline, "Pipeline health: is everything read, understood and stored",
		"What the pipeline itself does: how fast rows arrive, how late, what could not be read, how full the disk gets. By the time of storing, not of the logs.")
	b.add(
		series(spec{
			title: "Rows stored", w: 12, h: 8, empty: "Nothing was stored in this time.",
			about: "Records that were read, and events made of them, per interval of the panel.",
			sql: `
		SELECT $__timeInterval(inserted_at) AS time, sum(records) AS records, sum(events) AS events
		FROM v_spans
		WHERE $__timeFilter_ms(inserted_at) AND ` + inCluster + `
		GROUP BY time
		ORDER BY time
		LIMIT 10000`,
		}, "short"),
		series(spec{
			title: "From line to row", w: 12, h: 8, empty: "Nothing was stored in this time.",
			about: "How old a line is when it is stored: half of them, and 99 of 100. Logs read later, archives say, are old when they arrive.",
			sql: `
		SELECT $__timeInterval(inserted_at) AS time, quantile(0.5)(dateDiff('millisecond', last_time, inserted_at)) / 1000 AS half, quantile(0.99)(dateDiff('millisecond', last_time, inserted_at)) / 1000 AS "99 of 100"
		FROM v_spans
		WHERE $__timeFilter_ms(inserted_at) AND last_time > toDateTime64(0, 6) AND ` + inCluster + `
		GROUP BY time
		ORDER BY time
		LIMIT 10000`,
		}, "s"),
		rows(spec{
			title: "How well each kind of log is read", w: 12, h: 10, empty: "Nothing was stored in this time.",
			about: "silent: records that state no fact, which is normal. not understood: records whose form is unknown. damaged: text that had to be mended or was cut.",
			sql: `
		SELECT source, sum(s.lines) AS lines, sum(s.records) AS records, sum(s.events) AS events, sum(s.silent) / greatest(sum(s.records), 1) AS silent,
		    sum(s.unparsed) / greatest(sum(s.records), 1) AS "not understood", sum(s.damaged) AS damaged
		FROM v_spans AS s
		WHERE $__timeFilter_ms(inserted_at) AND ` + inCluster + `
		GROUP BY source
		ORDER BY records DESC
		LIMIT 100`,
		}, column{name: "silent", unit: "percentunit"}, column{name: "not understood", unit: "percentunit", limits: []limit{{0.05, orange}, {0.2, red}}},
			column{name: "damaged", limits: []limit{{1, orange}}}),
		rows(spec{
			title: "Disk", w: 12, h: 10, empty: "The reader may not see system.parts: grant SELECT on it.",
			about: "What each table takes. share: bytes on disk for each byte in it.",
			sql: `
		SELECT table, stored_rows AS rows, disk_bytes AS "on disk", disk_bytes / greatest(raw_bytes, 1) AS share, disk_bytes / greatest(stored_rows, 1) AS "a row", parts, changed_at AS changed
		FROM v_storage
		ORDER BY disk_bytes DESC
		LIMIT 50`,
		}, column{name: "on disk", unit: "bytes"}, column{name: "share", unit: "percentunit"}, column{name: "a row", unit: "bytes"}, column{name: "parts", limits: []limit{{300, orange}, {1000, red}}}, column{name: "changed", width: 165}),
		rows(spec{
			title: "What could not be read", w: 24, h: 9, empty: "Everything could be read.",
			about: "Faults of inputs, newest first: damaged archives, unreadable files, messages that were lost. Nothing is dropped silently.",
			sql: `
		SELECT inserted_at AS time, cluster, if(node = '', '', node) AS host, file, line, message, hint, unread
		FROM v_problems
		WHERE $__timeFilter_ms(inserted_at) AND ` + inCluster + `
		ORDER BY inserted_at DESC
		LIMIT 300`,
		}, column{name: "time", width: 170}, column{name: "cluster", width: 90}, column{name: "host", width: 140}, column{name: "line", width: 70}, column{name: "message", wrap: true}, column{name: "hint", wrap: true}, column{name: "unread", width: 80}),
		series(spec{
			title: "Findings and sessions stored", w: 24, h: 7, empty: "Nothing was stored in this time.",
			about: "Revisions that reached ClickHouse; one session is revised as evidence arrives and counts once, when it was last revised. Sessions of logs that were two days old when they came are left out.",
			sql: `
		SELECT $__timeInterval(inserted_at) AS time, 'sessions' AS what, count() AS stored
		FROM v_session_list
		WHERE $__timeFilter_ms(inserted_at) AND since >= $__fromTime_ms - INTERVAL 2 DAY AND since <= $__toTime_ms AND ` + inCluster + `
		GROUP BY time
		ORDER BY time
		LIMIT 10000
		UNION ALL
		SELECT $__timeInterval(inserted_at) AS time, 'findings' AS what, count() AS stored
		FROM v_finding_list
		WHERE $__timeFilter_ms(inserted_at) AND ` + inCluster + `
		GROUP BY time
		ORDER BY time
		LIMIT 10000`,
		}, "short"),
	)
	return b
}
