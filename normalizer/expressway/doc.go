// Package expressway reads the logs of Cisco Expressway-C, Expressway-E and
// VCS: the diagnostic log, remote syslog and lines quoted from them. It tells
// SIP messages, XMPP server dialback (XEP-0220), AXL calls to IM and Presence
// and configuration changes; every other record with a valid head is silent.
//
//	2018-01-01T12:56:48.965-05:00 vcse1 tvcs: UTCTime="2018-01-01 17:56:48,965" Module="network.sip" Level="DEBUG":  Action="Received" …
//
// A record begins at a line with a time stamp and a host; what follows up to
// the next is its own. One SIP message on the wire is one DEBUG line with a
// SIPMSG block; the INFO line beside it repeats it.
//
// The strings come from Cisco documents 213865 (XMPP federation), 117811,
// 211304, 212475 and from X7 to X15 logs. How Expressway prints a resolver
// failure, an expired or a refused dialback was not found anywhere: those
// rules follow XEP-0220 and the form of the lines that are known.
package expressway
