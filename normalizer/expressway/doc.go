// Package expressway reads the logs of Cisco Expressway-C, Expressway-E and
// VCS: the diagnostic log, remote syslog, dumps of configuration and status, and
// lines quoted from them.
//
//	2018-01-01T12:56:48.965-05:00 vcse1 tvcs: UTCTime="2018-01-01 17:56:48,965" Module="network.sip" Level="DEBUG":  Action="Received" …
//
// A record begins at a line with a time stamp and a host; what follows up to
// the next is its own. What reads it is decided by its process and its first
// pair (dispatch.go): a Module of the network or the support log, or an Event of
// the event log. A module that tells how the work is done, not what came of it,
// is silent; so is a line of text, as one of a traceback.
//
// # One thing in several records
//
//   - A SIP message on the wire is one DEBUG line with a SIPMSG block; the INFO
//     line beside it is a summary, a print in developer.sip a dump. The first two
//     have the same net_id, the Msg-Hash, whose scope is the box.
//   - A TLS negotiation that fails is three lines: one of the event log, one of
//     developer.ssl, and the end of the connection. All have the same local and
//     peer.
//   - An HTTP message may be an INFO line and a DEBUG line with a block: both have
//     the same number (Txn-id) and direction.
//   - A refused user is logged twice, a change of the configuration by the cluster
//     database and by the web server, each under its own path: these are several
//     events. A licence that is granted is one: the line of the support log is
//     left out.
//   - A record that came by syslog and from an archive gives the same facts, keys,
//     time and node; its ids differ, because they name the bytes of a file.
//
// # What is not known
//
// The strings come from Cisco documents 213865 (XMPP federation), 117811,
// 211304, 212475, 213863, 217230 and 225746 and from X7 to X15 logs. How
// Expressway prints a resolver failure, an expired or a refused dialback, a
// certificate that XCP refuses, a failed SSH tunnel, a call detail record or a
// DEBUG_MARKER was not found anywhere: those rules follow the standards, the
// manual and the form of the lines that are known. A relay that sends each line
// of a block as a message of its own is not put together again.
package expressway
