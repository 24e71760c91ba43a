package grafana

func fleet() board {
	b := newBoard(Fleet, "Fleet: which nodes report, and which went silent",
		"Every node whose logs arrive: how fresh they are, how much, how well they are read.")
	b.add(
		figure(spec{
			title: "Nodes that report", w: 6, h: 4, empty: "none",
			about: "Nodes of which a line was read in this time.",
			sql: `
		SELECT uniqExact(cluster, node) AS nodes
		FROM v_spans
		WHERE $__timeFilter_ms(last_time) AND node != '' AND ` + inCluster + `
		LIMIT 1`,
		}, "short"),
		figure(spec{
			title: "Silent for more than 15 minutes", w: 6, h: 4, empty: "none",
			about: "Nodes that wrote in this time and of which nothing newer than 15 minutes before its end was read.",
			sql: `
		SELECT countIf(newest < $__toTime_ms - INTERVAL 15 MINUTE) AS silent
		FROM
		(
		    SELECT cluster, node, max(last_time) AS newest
		    FROM v_spans
		    WHERE $__timeFilter_ms(last_time) AND node != '' AND ` + inCluster + `
		    GROUP BY cluster, node
		    LIMIT 10000
		)
		LIMIT 1`,
		}, "short", limit{1, red}),
		figure(spec{
			title: "From line to row, median", w: 6, h: 4, empty: "nothing arrived",
			about: "How long after it was written a line is stored. Archives that are read later count as they are: late.",
			sql: `
		SELECT quantile(0.5)(dateDiff('millisecond', last_time, inserted_at)) / 1000 AS lag
		FROM v_spans
		WHERE $__timeFilter_ms(last_time) AND records > 0 AND ` + inCluster + `
		HAVING count() > 0
		LIMIT 1`,
		}, "s", limit{60, orange}, limit{600, red}),
		figure(spec{
			title: "Clocks that differ", w: 6, h: 4, empty: "none",
			about: "Hosts whose clock is off by five seconds or more against another.",
			sql: `
		SELECT count() AS clocks
		FROM v_finding_list
		WHERE $__timeFilter_ms(found_at) AND rule IN ('trace.clock-skew', 'expressway.time-skew') AND ` + inCluster + `
		LIMIT 1`,
		}, "short", limit{1, orange}),
		bars(spec{
			title: "Lines that arrive, by node", w: 24, h: 8, empty: "No line arrived in this time.",
			about: "By the time they were written; the 30 busiest nodes.",
			sql: `
		SELECT $__timeInterval(last_time) AS time, if(node = '', 'clients', node) AS host, sum(records) AS records
		FROM v_spans
		WHERE $__timeFilter_ms(last_time) AND ` + inCluster + `
		    AND node IN (SELECT node FROM v_spans WHERE $__timeFilter_ms(last_time) GROUP BY node ORDER BY sum(records) DESC LIMIT 30)
		GROUP BY time, host
		ORDER BY time, host
		LIMIT 20000`,
		}, nil),
		rows(spec{
			title: "Nodes and their logs", w: 24, h: 14, empty: "No log was read in this time.",
			about: "One line for each node and kind of log. behind: how old the newest line was when it was stored. A log is read badly when many of its records are not understood.",
			sql: `
		SELECT cluster, if(node = '', 'clients', node) AS host, source, max(last_time) AS "newest line", max(inserted_at) AS "stored at",
		    argMax(dateDiff('second', last_time, inserted_at), last_time) AS behind, sum(s.records) AS records, sum(s.events) AS events,
		    sum(s.unparsed) / greatest(sum(s.records), 1) AS "not understood", uniqExact(fingerprint) AS files
		FROM v_spans AS s
		WHERE $__timeFilter_ms(last_time) AND ` + inCluster + `
		GROUP BY cluster, host, source
		ORDER BY cluster, host, source
		LIMIT 1000`,
		}, column{name: "newest line", width: 170}, column{name: "stored at", width: 170}, column{name: "behind", unit: "s", width: 110, limits: []limit{{300, orange}, {3600, red}}},
			column{name: "not understood", unit: "percentunit", width: 120, limits: []limit{{0.05, orange}, {0.2, red}}}),
	)
	return b
}
