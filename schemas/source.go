package schemas

import "slices"

// Source names a kind of log: the product and the log inside it. The values
// are a public contract.
type Source string

// The sources. Expressway records are told apart by the process that wrote
// them: tvcs, XCP_*, traffic_server, the rest.
const (
	CUCMSDL           Source = "cucm.sdl"
	CUCMSDI           Source = "cucm.sdi"
	CUCMCallLog       Source = "cucm.calllog"
	CUCMAlarm         Source = "cucm.alarm"
	CUCMCDR           Source = "cucm.cdr"
	CUCMCMR           Source = "cucm.cmr"
	CUCMLog4j         Source = "cucm.log4j"
	JabberCSF         Source = "jabber.csf"
	JabberGuest       Source = "jabber.guest"
	IMPXCP            Source = "imp.xcp"
	IMPLog4j          Source = "imp.log4j"
	IMPRTMT           Source = "imp.rtmt"
	ExpresswayTVCS    Source = "expressway.tvcs"
	ExpresswayXCP     Source = "expressway.xcp"
	ExpresswayTraffic Source = "expressway.traffic"
	ExpresswayOther   Source = "expressway.other"
	SIPClient         Source = "sip.client"
	XMPPClient        Source = "xmpp.client"
	Unknown           Source = "unknown"
)

// Sources lists every source, Unknown last.
func Sources() []Source { return slices.Clone(sources[:]) }

var sources = [...]Source{
	CUCMSDL, CUCMSDI, CUCMCallLog, CUCMAlarm, CUCMCDR, CUCMCMR, CUCMLog4j,
	JabberCSF, JabberGuest, IMPXCP, IMPLog4j, IMPRTMT,
	ExpresswayTVCS, ExpresswayXCP, ExpresswayTraffic, ExpresswayOther,
	SIPClient, XMPPClient, Unknown,
}

// Valid reports whether s is one of Sources.
func (s Source) Valid() bool { return slices.Contains(sources[:], s) }

// LocalTime reports whether the logs of s print local time without a zone, so
// that somebody must name the zone.
func (s Source) LocalTime() bool {
	switch s {
	case CUCMSDI, CUCMCallLog, CUCMLog4j, JabberCSF, IMPXCP, IMPLog4j, XMPPClient:
		return true
	}
	return false
}
