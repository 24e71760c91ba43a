package grafana

func mobility() board {
	b := newBoard(Mobility, "Mobility: which callers are not matched to their remote destination",
		"Single Number Reach and Mobile Connect: is the number of a caller found among the remote destinations?")
	b.add(
		rows(spec{
			title: "What went wrong", w: 24, h: 7, empty: nothingFound,
			about: "Findings about remote destinations and the calls that looked them up.",
			sql: `
		SELECT found_at AS time, severity, summary AS "what went wrong", first_fix AS "first step", rule, about, finding, session
		FROM v_finding_list
		WHERE $__timeFilter_ms(since) AND match(rule, 'remote-destination|mobil') AND ` + inCluster + `
		ORDER BY since DESC
		LIMIT 200`,
		}, with(findingColumns(), column{name: "first step", wrap: true})...),
		bars(spec{
			title: "Lookups of callers among remote destinations", w: 14, h: 8, empty: "No lookup was logged in this time. CUCM logs them at detailed level.",
			about: "A miss is ordinary for callers who are nobody's mobile phone. It is a failure only where a remote destination nearly equals the number: see what went wrong.",
			sql: `
		SELECT $__timeInterval(e.time) AS time, transform(kind, ['mobility.miss', 'mobility.found'], ['missed', 'found'], '') AS result, count() AS lookups
		FROM v_events AS e
		WHERE $__timeFilter_ms(e.time) AND kind IN ('mobility.miss', 'mobility.found') AND ` + inCluster + `
		GROUP BY time, result
		ORDER BY time, result
		LIMIT 10000`,
		}, map[string]string{"missed": yellow, "found": green}),
		rows(spec{
			title: "Remote destinations that were seen", w: 10, h: 8, empty: "No remote destination was printed in this time.",
			about: "As CUCM prints them when it looks: the number, its profile, the line it belongs to.",
			sql: `
		SELECT attrs['number'] AS "remote destination", any(attrs['name']) AS profile, any(attrs['dn']) AS line, argMax(attrs['active'], e.time) = '1' AS active, max(e.time) AS "last seen"
		FROM v_events AS e
		WHERE $__timeFilter_ms(e.time) AND kind = 'mobility.remdest' AND ` + inCluster + `
		GROUP BY "remote destination"
		ORDER BY "last seen" DESC
		LIMIT 200`,
		}, column{name: "last seen", width: 165}),
		rows(spec{
			title: "Numbers that were looked up", w: 24, h: 12, empty: "No lookup was logged in this time.",
			about: "found: it is a remote destination. close to: a remote destination that ends with the number, or that the number ends with, three digits at least: the usual sign of a missing or doubled prefix.",
			sql: `
		SELECT number, missed, found,
		    arrayStringConcat(arrayFilter(d -> d != number AND (endsWith(d, number) OR endsWith(number, d)), known), ', ') AS "close to",
		    arrayStringConcat(lookers, ', ') AS nodes, at AS "last seen"
		FROM
		(
		    SELECT number, missed, found, lookers, at, groupUniqArrayIf(1000)(number, configured > 0) OVER (PARTITION BY right(number, 3)) AS known
		    FROM
		    (
		        SELECT attrs['number'] AS number, countIf(kind = 'mobility.miss') AS missed, countIf(kind = 'mobility.found') AS found, countIf(kind = 'mobility.remdest') AS configured,
		            groupUniqArrayIf(node, kind != 'mobility.remdest') AS lookers, maxIf(e.time, kind != 'mobility.remdest') AS at
		        FROM v_events AS e
		        WHERE $__timeFilter_ms(e.time) AND kind IN ('mobility.miss', 'mobility.found', 'mobility.remdest') AND ` + inCluster + `
		        GROUP BY number
		    )
		)
		WHERE number != '' AND missed + found > 0
		ORDER BY "close to" = '', missed DESC
		LIMIT 300`,
		}, column{name: "missed", width: 90}, column{name: "found", width: 90}, column{name: "last seen", width: 165},
			column{name: "number", links: []link{to("Timeline of this number", User, "key", field("number"))}}),
	)
	return b
}
