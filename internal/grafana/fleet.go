package grafana

func fleet() board {
	b := newBoard(Fleet, "Fleet: which agents and nodes report, and which went silent",
		"Every agent and every node whose logs arrive: how fresh they are, how much, how well they are read.")
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
		WHERE $__timeFilter_ms(since) AND rule IN ('trace.clock-skew', 'expressway.time-skew') AND ` + inCluster + `
		LIMIT 1`,
		}, "short", limit{1, orange}),
		rows(spec{
			title: "Agents, as they were heard last", w: 14, h: 9, empty: "No agent was heard within seven days. Logs that were analysed without one are in the list of nodes below.",
			about: "silent: not heard for four times what it promised. lagging: the oldest line that is not stored yet has waited five minutes or more. stopped: it said goodbye. Now, whatever the time range.",
			sql: `
		SELECT cluster, agent, state, host, silent_for AS "last heard", lag AS "line waits", behind_bytes AS "not stored yet", files, unreadable, problems, version
		FROM v_agents
		WHERE ` + inCluster + `
		ORDER BY state = 'current', cluster, agent
		LIMIT 1000`,
		}, column{name: "state", width: 90, colors: map[string]string{"current": green, "silent": red, "lagging": orange, "stopped": blue}},
			column{name: "last heard", unit: "s", limits: []limit{{60, orange}, {300, red}}}, column{name: "line waits", unit: "s", limits: []limit{{60, orange}, {300, red}}},
			column{name: "not stored yet", unit: "bytes"}, column{name: "unreadable", limits: []limit{{1, red}}}, column{name: "problems", limits: []limit{{1, orange}}}),
		series(spec{
			title: "How long lines wait at the agent", w: 10, h: 9, empty: "No agent was heard in this time.",
			about: "For each agent, how long the oldest line that is not stored yet has waited. It grows when the way to the server, or the server, is too slow.",
			sql: `
		SELECT $__timeInterval(h.time) AS time, agent, max(lag) AS waits
		FROM v_agent_history AS h
		WHERE $__timeFilter_ms(h.time) AND ` + inCluster + `
		GROUP BY time, agent
		ORDER BY time, agent
		LIMIT 20000`,
		}, "s"),
		rows(spec{
			title: "What agents could not read", w: 24, h: 6, empty: "Agents report no fault.",
			about: "The newest faults of each agent: files it may not open, names it cannot follow.",
			sql: `
		SELECT cluster, agent, file, line, message, hint, h.time AS time
		FROM v_agent_history AS h
		ARRAY JOIN problem_files AS file, problem_lines AS line, problem_messages AS message, problem_hints AS hint
		WHERE $__timeFilter_ms(h.time) AND ` + inCluster + `
		ORDER BY h.time DESC
		LIMIT 1 BY cluster, agent, file, message
		LIMIT 200`,
		}, column{name: "line", width: 70}, column{name: "time", width: 170}, column{name: "message", wrap: true}, column{name: "hint", wrap: true}),
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
