package grafana

import "github.com/grafana/grafana-foundation-sdk/go/stat"

// sessionColumns are those of a list of sessions; a click on what happened
// leads to the session page, to the raw lines, and where the list says.
func sessionColumns(first ...link) []column {
	return append(hide("session", "needle", "from_ms", "to_ms", "cluster"),
		column{name: "time", width: 170},
		column{name: "outcome", width: 90, colors: outcomeColors},
		column{name: "seconds", width: 90, unit: "s"},
		column{name: "what happened", wrap: true, links: append(first, sessionPage(), rawLines())},
	)
}

// findingColumns are those of a list of findings.
func findingColumns() []column {
	return append(hide("finding", "session"),
		column{name: "time", width: 170},
		column{name: "severity", width: 90, colors: severityColors},
		column{name: "what went wrong", wrap: true, links: []link{to("Cause, fix, evidence", Finding, "finding", field("finding")), findingPage()}},
		column{name: "rule", width: 240},
		column{name: "about", width: 220},
	)
}

const (
	nothingFound = "Nothing found in this time. Coverage says whether the logs that would show it were read."
	noSessions   = "No session in this time. Widen the time range, or see Coverage for what was read."
)

func overview() board {
	b := newBoard(Overview, "UC overview: what is failing now",
		"What is failing, since when, for how many, and where to look. Every row leads to its evidence.")
	b.add(
		figure(spec{
			title: "Critical and high findings", w: 4, h: 4, empty: "none",
			about: "Users or calls without service. Findings are counted once, however often the same cause was seen.",
			sql: `
		SELECT count() AS findings
		FROM v_finding_list
		WHERE $__timeFilter_ms(since) AND level >= 3 AND ` + inCluster + `
		LIMIT 1`,
		}, "short", limit{1, red}),
		failing("Calls that failed", "call", "Of the calls that ended, how many failed. A cancelled or busy call counts as its product says."),
		failing("Sign-ins that failed", "login", "Of the sign-ins whose end was seen, how many failed."),
		failing("Registrations that failed", "registration", "Of the registrations that were answered, how many were refused."),
		failing("Federation dialbacks that failed", "federation", "Of the server dialbacks (XEP-0220) that ended, how many failed."),
		figure(spec{
			title: "Age of the newest line", w: 4, h: 4, empty: "no line was read",
			about: "How long ago the newest log line of all nodes was written. It grows when agents or the pipeline stand still.",
			sql: `
		SELECT dateDiff('second', max(last_time), $__toTime_ms) AS age
		FROM v_spans
		WHERE $__timeFilter_ms(last_time) AND ` + inCluster + `
		HAVING count() > 0
		LIMIT 1`,
		}, "s", limit{900, orange}, limit{3600, red}),
		bars(spec{
			title: "Findings, by severity", w: 12, h: 8, empty: nothingFound,
			about: "When it went wrong. Click the legend to see one severity.",
			sql: `
		SELECT $__timeInterval(since) AS time, severity, count() AS findings
		FROM v_finding_list
		WHERE $__timeFilter_ms(since) AND ` + inCluster + `
		GROUP BY time, severity
		ORDER BY time, severity
		LIMIT 10000`,
		}, severityColors),
		bars(spec{
			title: "Failed sessions, by kind", w: 12, h: 8, empty: "No session failed in this time.",
			about: "Calls, sign-ins, registrations, dialbacks and other exchanges that failed, by when they began.",
			sql: `
		SELECT $__timeInterval(since) AS time, kind, count() AS failed
		FROM v_session_list
		WHERE $__timeFilter_ms(since) AND outcome = 'failed' AND ` + inCluster + `
		GROUP BY time, kind
		ORDER BY time, kind
		LIMIT 10000`,
		}, nil),
		rows(spec{
			title: "What is wrong: one line for each cause", w: 24, h: 10, empty: nothingFound,
			about: "Findings of one rule in one cluster are one line: the gravest first, then the most frequent. The first step of the fix stands beside the cause.",
			sql: `
		SELECT argMax(severity, level) AS severity, rule, any(summary) AS example, any(cause) AS cause, any(first_fix) AS "first step",
		    count() AS findings, uniqExact(about) AS "users, devices, peers", cluster, min(first_time) AS "first seen", max(last_time) AS "last seen", max(level) AS gravity
		FROM v_finding_list
		WHERE $__timeFilter_ms(since) AND ` + inCluster + `
		GROUP BY rule, cluster
		ORDER BY gravity DESC, findings DESC
		LIMIT 200`,
		},
			column{name: "gravity", hidden: true},
			column{name: "severity", width: 90, colors: severityColors},
			column{name: "rule", width: 230, links: []link{to("All findings of this rule", Finding, "rule", field("rule"))}},
			column{name: "example", wrap: true}, column{name: "cause", wrap: true}, column{name: "first step", wrap: true},
			column{name: "findings", width: 80}, column{name: "users, devices, peers", width: 110}, column{name: "cluster", width: 90},
			column{name: "first seen", width: 165}, column{name: "last seen", width: 165},
		),
		rows(spec{
			title: "Sessions, by kind and outcome", w: 9, h: 9, empty: noSessions,
			about: "open: the logs end before the session does. unknown: what was seen does not tell.",
			sql: `
		SELECT kind, countIf(outcome = 'ok') AS ok, countIf(outcome = 'failed') AS failed, countIf(outcome = 'open') AS open, countIf(outcome = 'unknown') AS unknown,
		    if(ok + failed = 0, 0, failed / (ok + failed)) AS "failed share"
		FROM v_session_list
		WHERE $__timeFilter_ms(since) AND ` + inCluster + `
		GROUP BY kind
		ORDER BY failed DESC, kind
		LIMIT 50`,
		}, column{name: "failed share", unit: "percentunit", limits: []limit{{0.05, orange}, {0.2, red}}}),
		rows(spec{
			title: "Newest findings", w: 15, h: 9, empty: nothingFound,
			about: "Click what went wrong for cause, fix and the lines that prove it.",
			sql: `
		SELECT found_at AS time, severity, summary AS "what went wrong", rule, about, finding, session
		FROM v_finding_list
		WHERE $__timeFilter_ms(since) AND ` + inCluster + `
		ORDER BY since DESC
		LIMIT 100`,
		}, findingColumns()...),
	)
	return b
}

// failing is the share of failed sessions of a kind.
func failing(title, kind, about string) *stat.PanelBuilder {
	return figure(spec{
		title: title, w: 4, h: 4, empty: "none ended", about: about,
		sql: `
		SELECT countIf(outcome = 'failed') / count() AS share
		FROM v_session_list
		WHERE $__timeFilter_ms(since) AND kind = '` + kind + `' AND outcome IN ('ok', 'failed') AND ` + inCluster + `
		HAVING count() > 0
		LIMIT 1`,
	}, "percentunit", limit{0.05, orange}, limit{0.2, red})
}
