// Package correlator joins events into sessions (calls, registrations,
// sign-ins, clients at the edge, dialbacks, AXL pushes) and runs the detectors of package detect
// over them.
//
// What it finds is a function of the set of the events and spans that were
// added. The order of Add, repeated events, and when Evaluate was called have
// no influence, so the offline program and the running system agree to the
// byte, ids included:
//
//	Add ──▶ store (records, keys) ──▶ units (union-find over join keys) ──▶ session views ──▶ detectors
//	                                     ▲ dirty                facts: watermarks, remote destinations
//	                                     └ links: lookups → calls, lines without key → dialbacks
//
// A unit is the smallest part of the store that is evaluated at once: a call
// with its legs, one file's sign-ins, the lines of one dialback key. Adding
// an event marks its unit dirty; a fact that changes (a watermark passes a
// deadline, a remote destination becomes known) marks the units that asked
// for it. Sessions are not kept: they are computed from the store whenever
// they are asked for, and only a hash of what was emitted remains.
//
// What an event costs does not grow with what came before. A line that names
// no dialback finds it through the ordered lanes of its stream, pair or host
// (lanes.go, follow.go), and a new dialback has only the lines near it look
// again. Units that last (registrations, AXL traffic, sign-ins) are read on
// from where the last evaluation stopped (fold.go); a record that arrives out
// of order has its unit read again. Two costs stay in proportion to a
// session: a call is evaluated whole, and a line about a stream concerns
// every dialback of the stream.
//
// What is kept has numbers for pointers, and Add looks up where the keys of many
// events lie before it adds the first of them (store.go, ahead.go).
//
// "It did not happen" is only ever said by event time: a deadline counts as
// missed when the log itself goes on beyond it.
//
// Add drops nothing: a cap per session would make the result depend on the
// order of arrival. What runs for long calls Compact (compact.go), which lets go
// of what has rested for longer than a limit, by the time of its own logs; what
// comes later still makes a session of its own. Offline nothing is let go.
//
// The package holds no goroutine, clock, logger or I/O.
package correlator
