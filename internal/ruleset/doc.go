// Package ruleset reads rule files: signatures written in YAML, those that
// uctrace ships with and those that its users add.
//
//	id: cucm.transcoder-throttled
//	title: A transcoder is refused because of the throttle
//	severity: high
//	subject: [session, key.device, node]     what a finding is about: the first that an event has
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
// A condition is a value, a list of values of which it is one, or a mapping of
// contains, prefix, suffix, matches, min, max, not, absent. Case is ignored.
package ruleset
