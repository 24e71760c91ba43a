// Package ruleset reads rule files: signatures written in YAML, those that
// uctrace ships with and those that its users add.
//
//	id: cucm.transcoder-throttled
//	title: A transcoder is refused because of the throttle
//	severity: high
//	subject: [session, key.device, node]     what a finding is about: the first that an event has
//	per: [reason]                            further fields in which the events of one finding agree
//	match:                                   one of these proves it
//	  - kind: media.resource
//	    where: {state: throttled, resource: [xcoder, mtp]}
//	with:                                    may stand beside it: is shown, gives the sentences what the proof lacks
//	  - kind: http.request
//	    same: [number]
//	clear:                                   speaks against it
//	  - kind: media.resource
//	    where: {state: allocated}
//	    after: true
//	    within: 2s
//	    same: [key.ci]
//	    anywhere: true                       it need not be about the same subject
//	grade:                                   another severity for some proofs, the first that goes
//	  - for: {resource: mtp}                 with one; "for" stands in needs, clear and expect, too
//	    severity: medium
//	  - with: {kind: media.resource, where: {state: allocated}, after: true, within: 1m}
//	    severity: low
//	burst: 10s                               lines so near are one occurrence
//	summary: "{device|key.device|a transcoder} is throttled: {detail}"
//	cause: …
//	fix:
//	  - …
//	doc:
//	  needs: …
//	  silent: …
//	  strings: seen
//	  references: […]
//	tests:
//	  - name: throttled
//	    log: |
//	      33308546.010 |14:42:53.466 |AppInfo  |MTP usage (1) >= configured throttle percent …
//	    finds: 1
//
// What strangers cause all day proves little: a matcher may say how often it
// takes (at_least, distinct, over, within), what must stand beside it (needs),
// and a severity of its own. The proofs that agree in all fields of "once" are
// counted as one. Under "variants" stand causes that a setting beside the log
// tells apart:
//
//	match:
//	  - kind: tls.handshake
//	    where: {outcome: fail, direction: in}
//	    at_least: 3
//	    distinct: peer
//	    over: 1m
//	once: [peer, local]
//	variants:
//	  - when:
//	      - kind: config.value
//	        where: {name: {suffix: "TLS Verify Mode"}, value: "On"}
//	    cause: …
//	    fix: […]
//
// An event in needs, clear, expect and over says how it stands to the proof:
// before, after, within a time, with the same value in some fields (same) or one
// that differs only in upper and lower case (alike). In needs and clear it may
// stand elsewhere: in another session or on another host of the cluster. Behind
// an event in over it is known that what is expected did not come, without a
// clock: a client gave up. {with.value} in a sentence is a field of the first
// event in needs.
//
// A condition is a value, a list of values of which it is one, or a mapping of
// contains, prefix, suffix, matches, min, max, not, any, present, absent. Case is
// ignored.
package ruleset
