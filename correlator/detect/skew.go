package detect

import "github.com/uctrace/uctrace/schemas"

// ClockSkew documents what the correlator finds by comparing all messages of
// two hosts, not the events of one session.
func ClockSkew() Detector {
	return Detector{
		Name:     "trace.clock-skew",
		Title:    "Two clocks differ",
		Severity: schemas.Info,
		Doc: `Times of two hosts whose clocks differ cannot be compared, and some checks fail: Expressway refuses a SERVICE request that is a minute
old, certificates are not valid yet.

**Needs:** SIP messages that arrive with a Date header (RFC 3261 section 20.17), in a log with dates. The difference is the median over all
messages of a sender.

**Severity:** info; medium from one minute on for a node whose logs were given, or the server of a client's log.

**Silent for:** less than five seconds; a difference of whole quarters of an hour in a log that prints local time without a zone, which is the
zone and is said under "could not be seen"; answers to an INVITE, and ACK, BYE and CANCEL, whose Date may be that of the beginning of the call.

**Strings:** the Date header, seen in messages of CUCM, Expressway and Jabber.

**References:** BRKCOL-2021 (the margin of 60 seconds).`,
	}
}
