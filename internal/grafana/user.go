package grafana

// keyTypes are the kinds of key that a person can type.
const keyTypes = `['user', 'jid', 'device', 'dn', 'call_id', 'session_id', 'ci', 'global_call_id', 'domain', 'addr', 'xcoder', 'stream', 'connection', 'tag', 'call_serial', 'tracking_id', 'dialback_pair', 'dialback_key']`

// byKey keeps the rows that hold the typed key, whatever kind of key it is. The
// summaries of calls name their numbers.
const byKey = `(hasAny(keys, arrayMap(t -> concat(t, ':', ${key:singlequote}), ` + keyTypes + `)) OR position(summary, ${key:singlequote}) > 0) AND ${key:singlequote} != ''`

const typeKey = "Type a user, JID, device, number or Call-ID above."

func user() board {
	b := newBoard(User, "User timeline: everything about one user, device or number",
		"All sessions and findings of one user, JID, device, number, Call-ID or xcoder, across CUCM, Expressway, IM and Presence and the client.",
		textBox("key", "User, JID, device, number or Call-ID", "As the logs write it: anna, anna@example.com, CSFANNA, +4930123, a Call-ID, an xcoder", ""))
	b.add(
		rows(spec{
			title: "How ${key}'s sessions went", w: 8, h: 7, empty: typeKey,
			about: "Sessions by kind. A session counts when one of its keys is what was typed, or its summary names it.",
			sql: `
		SELECT kind, countIf(outcome = 'ok') AS ok, countIf(outcome = 'failed') AS failed, countIf(outcome NOT IN ('ok', 'failed')) AS "not seen to end", max(start) AS "last began"
		FROM v_session_list
		WHERE $__timeFilter_ms(since) AND ` + byKey + ` AND ` + inCluster + `
		GROUP BY kind
		ORDER BY kind
		LIMIT 20`,
		}, column{name: "failed", limits: []limit{{1, red}}}, column{name: "last began", width: 165}),
		bars(spec{
			title: "Sessions of ${key} over time, by outcome", w: 16, h: 7, empty: typeKey,
			about: "When sessions began, and how they ended.",
			sql: `
		SELECT $__timeInterval(since) AS time, outcome, count() AS sessions
		FROM v_session_list
		WHERE $__timeFilter_ms(since) AND ` + byKey + ` AND ` + inCluster + `
		GROUP BY time, outcome
		ORDER BY time, outcome
		LIMIT 10000`,
		}, outcomeColors),
		rows(spec{
			title: "What went wrong for ${key}", w: 24, h: 7, empty: "Nothing found about this key in this time.",
			about: "Findings that name the key, or whose session holds it.",
			sql: `
		SELECT found_at AS time, severity, summary AS "what went wrong", first_fix AS "first step", rule, about, finding, session
		FROM v_finding_list
		WHERE $__timeFilter_ms(since) AND ` + byKey + ` AND ` + inCluster + `
		ORDER BY since DESC
		LIMIT 200`,
		}, with(findingColumns(), column{name: "first step", wrap: true})...),
		rows(spec{
			title: "Timeline: all sessions of ${key}", w: 24, h: 12, empty: typeKey,
			about: "Sign-ins, registrations, calls, dialbacks and web requests in the order in which they began. Click one for its ladder or waterfall.",
			sql: `
		SELECT start AS time, kind, outcome, duration_ms / 1000 AS seconds, summary AS "what happened", who, nodes, session, needle, from_ms, to_ms, cluster
		FROM v_session_list
		WHERE $__timeFilter_ms(since) AND ` + byKey + ` AND ` + inCluster + `
		ORDER BY since
		LIMIT 500`,
		}, sessionColumns(to("Ladder and trace", Call, "session", field("session")))...),
	)
	return b
}
