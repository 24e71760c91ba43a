package grafana

func federation() board {
	b := newBoard(Federation, "Federation: which domains do not answer, and why",
		"XMPP federation over the Expressway: server dialback (XEP-0220) between domains, from key to result.",
		textBox("session", "Dialback", "32 hex digits; the list sets it", ""))
	b.add(
		graph(spec{
			title: "Who dials back whom", w: 14, h: 11, empty: "No dialback in this time.",
			about: "Domains, at most 40, the busiest first. The ring shows which share of a domain's dialbacks went well and which failed.",
			sql: `
		SELECT domain AS id, domain AS title, concat(toString(count()), ' dialbacks') AS mainstat, concat(toString(countIf(outcome = 'failed')), ' failed') AS secondarystat,
		    1 - countIf(outcome = 'failed') / count() AS arc__ok, countIf(outcome = 'failed') / count() AS arc__failed
		FROM v_dialbacks
		ARRAY JOIN [sender, target] AS domain
		WHERE $__timeFilter_ms(since) AND domain != '' AND ` + inCluster + `
		GROUP BY domain
		ORDER BY count() DESC, domain
		LIMIT 40`,
		}, `
		SELECT concat(sender, '>', target) AS id, sender AS source, target AS target, concat(toString(countIf(outcome = 'failed')), ' of ', toString(count()), ' failed') AS mainstat
		FROM v_dialbacks
		WHERE $__timeFilter_ms(since) AND sender != '' AND target != '' AND `+inCluster+`
		GROUP BY sender, target
		ORDER BY count() DESC, id
		LIMIT 80`),
		bars(spec{
			title: "Dialbacks, by outcome", w: 10, h: 11, empty: "No dialback in this time.",
			about: "By when they began.",
			sql: `
		SELECT $__timeInterval(since) AS time, outcome, count() AS dialbacks
		FROM v_dialbacks
		WHERE $__timeFilter_ms(since) AND ` + inCluster + `
		GROUP BY time, outcome
		ORDER BY time, outcome
		LIMIT 10000`,
		}, outcomeColors),
		rows(spec{
			title: "Which domains do not answer", w: 24, h: 9, empty: "No dialback in this time.",
			about: "One line for each pair of domains: the sender asks to be believed, the target is who was asked. failed at: the stage at which the last failed one ended.",
			sql: `
		SELECT sender, target, count() AS dialbacks, countIf(outcome = 'failed') AS failed, failed / dialbacks AS "failed share",
		    argMaxIf(stage_names[greatest(indexOf(stage_outcomes, 'failed'), indexOf(stage_outcomes, 'open'))], start, outcome = 'failed') AS "failed at",
		    argMax(summary, (outcome = 'failed', start)) AS example, argMax(session, (outcome = 'failed', start)) AS session, max(start) AS "last began"
		FROM v_dialbacks
		WHERE $__timeFilter_ms(since) AND ` + inCluster + `
		GROUP BY sender, target
		ORDER BY failed DESC, dialbacks DESC
		LIMIT 200`,
		}, column{name: "session", hidden: true}, column{name: "dialbacks", width: 90}, column{name: "failed", width: 80}, column{name: "failed at", width: 110},
			column{name: "failed share", width: 110, unit: "percentunit", limits: []limit{{0.01, orange}, {0.5, red}}}, column{name: "last began", width: 165},
			column{name: "example", wrap: true, links: []link{to("Show it below", Federation, "session", field("session")), sessionPage()}}),
		rows(spec{
			title: "What went wrong in federation", w: 24, h: 8, empty: nothingFound,
			about: "Findings about dialback, XCP, AXL to IM and Presence.",
			sql: `
		SELECT found_at AS time, severity, summary AS "what went wrong", first_fix AS "first step", rule, about, finding, session
		FROM v_finding_list
		WHERE $__timeFilter_ms(since) AND family = 'xmpp' AND ` + inCluster + `
		ORDER BY since DESC
		LIMIT 200`,
		}, with(findingColumns(), column{name: "first step", wrap: true})...),
		traces{
			title: "One dialback: stages and stanzas", w: 14, h: 12,
			about: "Pick one in the table above. Three servers take part: initiating, receiving, authoritative.",
			sql: traceSQL + `
		ORDER BY startTime
		LIMIT 1000`,
		},
		rows(spec{
			title: "Its stanzas and steps", w: 10, h: 12, empty: "Pick a dialback in the table above.",
			about: "What the Expressway logged of it, in order.",
			sql: `
		SELECT e.time AS time, kind, xmpp_role AS role, xmpp_type AS type, coalesce(nullIf(attrs['outcome'], ''), nullIf(attrs['state'], ''), attrs['detail']) AS said, node, line, cluster, source, record,
		    toString(toUnixTimestamp64Milli(e.time) - 30000) AS from_ms, toString(toUnixTimestamp64Milli(e.time) + 30000) AS to_ms
		FROM v_session_timeline(session = ${session:singlequote}) AS e
		ORDER BY e.time
		LIMIT 300`,
		}, append(hide("cluster", "source", "record", "from_ms", "to_ms"), column{name: "time", width: 170}, column{name: "line", width: 70, links: []link{rawLine()}})...),
	)
	return b
}
