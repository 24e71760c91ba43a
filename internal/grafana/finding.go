package grafana

const pickFinding = "Pick a finding in the list, or give its id above."

func finding() board {
	b := newBoard(Finding, "Finding: cause, fix, and the lines that prove it",
		"One finding with its evidence; without one, the list to pick from.",
		textBox("rule", "Rule", "Keeps the list to rules that contain it, as cucm.trunk or dialback", ""),
		textBox("finding", "Finding", "32 hex digits; the list sets it", ""))
	b.add(
		rows(spec{
			title: "Findings: pick one", w: 16, h: 9, empty: nothingFound,
			about: "The newest first.",
			sql: `
		SELECT found_at AS time, severity, summary AS "what went wrong", rule, about, finding, session
		FROM v_finding_list
		WHERE $__timeFilter_ms(since) AND position(rule, ${rule:singlequote}) > 0 AND ` + inCluster + `
		ORDER BY since DESC
		LIMIT 200`,
		}, with(findingColumns(), column{
			name: "what went wrong", wrap: true,
			links: []link{to("Show below", Finding, "finding", field("finding"), "rule", "${rule:percentencode}"), findingPage()},
		})...),
		bars(spec{
			title: "When such findings came", w: 8, h: 9, empty: nothingFound,
			about: "Findings of the rules in the list, by severity.",
			sql: `
		SELECT $__timeInterval(since) AS time, severity, count() AS findings
		FROM v_finding_list
		WHERE $__timeFilter_ms(since) AND position(rule, ${rule:singlequote}) > 0 AND ` + inCluster + `
		GROUP BY time, severity
		ORDER BY time, severity
		LIMIT 10000`,
		}, severityColors),
		rows(spec{
			title: "What went wrong, and why", w: 14, h: 7, empty: pickFinding,
			about: "What was seen, and the cause that follows from it. Times are those of the logs.",
			sql: `
		SELECT severity, summary AS "what went wrong", cause, count AS times, if(first_time > toDateTime64(0, 6), first_time, found_at) AS first, greatest(last_time, found_at) AS last, rule, finding, session
		FROM v_finding_list
		WHERE raw_finding = unhex(${finding:singlequote})
		LIMIT 1`,
		}, append(hide("finding", "session"), column{name: "severity", width: 90, colors: severityColors}, column{name: "cause", wrap: true}, column{name: "times", width: 70},
			column{name: "first", width: 165}, column{name: "last", width: 165},
			column{name: "what went wrong", wrap: true, links: []link{findingPage(), sessionPage(), to("Ladder and trace", Call, "session", field("session"))}})...),
		rows(spec{
			title: "What to do", w: 10, h: 7, empty: pickFinding,
			about: "Steps in order, each with where in the administration pages.",
			sql: `
		SELECT position AS step, action
		FROM v_finding_list
		ARRAY JOIN fix AS action, arrayEnumerate(fix) AS position
		WHERE raw_finding = unhex(${finding:singlequote})
		ORDER BY step
		LIMIT 50`,
		}, column{name: "step", width: 60}, column{name: "action", wrap: true}),
		rows(spec{
			title: "The lines that prove it", w: 24, h: 10, empty: pickFinding,
			about: "proves: without this line there is no finding. context: helps to understand it. counter: speaks against it. Click the line number for the whole line in Loki.",
			sql: `
		SELECT position AS "no", role, time, node, file, line, text, cluster, source, record,
		    toString(toUnixTimestamp64Milli(time) - 30000) AS from_ms, toString(toUnixTimestamp64Milli(time) + 30000) AS to_ms
		FROM v_finding_evidence(finding = ${finding:singlequote})
		ORDER BY position
		LIMIT 100`,
		}, append(hide("cluster", "source", "record", "from_ms", "to_ms"), column{name: "no", width: 50}, column{name: "role", width: 80, colors: roleColors}, column{name: "time", width: 170},
			column{name: "node", width: 150}, column{name: "file", width: 220}, column{name: "line", width: 70, links: []link{rawLine()}}, column{name: "text", wrap: true})...),
		rows(spec{
			title: "What it is about", w: 24, h: 6, empty: pickFinding,
			about: "Users, devices, calls and peers of the finding. Click one for everything about it.",
			sql: `
		SELECT substring(k, 1, position(k, ':') - 1) AS kind, substring(k, position(k, ':') + 1) AS key
		FROM v_finding_list
		ARRAY JOIN keys AS k
		WHERE raw_finding = unhex(${finding:singlequote})
		ORDER BY kind, key
		LIMIT 100`,
		}, column{name: "kind", width: 150}, column{name: "key", links: []link{to("Everything about it", User, "key", field("key"))}}),
	)
	return b
}
