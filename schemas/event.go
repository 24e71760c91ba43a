package schemas

import (
	"strings"
	"time"
)

// Kind says what an Event is about. It begins with a family: sip, mobility,
// digits, media, registration, login, dialback, axl, http, tls, dns, alarm,
// cti, config, cdr, log.
type Kind string

// Family returns the part before the first dot.
func (k Kind) Family() string {
	f, _, _ := strings.Cut(string(k), ".")
	return f
}

// The kinds. Attribute names of each stand in event.md.
const (
	// KindSIPMessage is a SIP message that crossed the wire, once per message
	// and node (SIP.Wire is true).
	KindSIPMessage Kind = "sip.message"
	// KindSIPSummary repeats or summarises a message: a calllog row, an
	// Expressway INFO line, an internal copy (SIP.Wire is false).
	KindSIPSummary Kind = "sip.summary"

	KindMobilityLookup  Kind = "mobility.lookup"  // getMatchedRemDest starts: cnumber = N; getCtrlPid callingNum=N
	KindMobilityMiss    Kind = "mobility.miss"    // can't find remdest N in map
	KindMobilityFound   Kind = "mobility.found"   // found remdest cnumber = N
	KindMobilityRemDest Kind = "mobility.remdest" // Name=R:RDP-user-DN … Protocol=Remote Destination
	KindDigitsTransform Kind = "digits.transform" // stripAndPrependDigits
	KindLoginStage      Kind = "login.stage"      // attrs: stage, outcome (enter|ok|fail)
	KindLoginConfig     Kind = "login.config"     // a configuration value the client received
	KindDialbackResult  Kind = "dialback.result"  // <db:result>
	KindDialbackVerify  Kind = "dialback.verify"  // <db:verify>
	KindDialbackTimer   Kind = "dialback.timer"   // Scheduling dialback timeout in 30 secs.
	KindDialbackResolve Kind = "dialback.resolve" // resolver lookup and its answer
	KindDialbackStream  Kind = "dialback.stream"  // stream opened, closed, connection state
	KindAXLRequest      Kind = "axl.request"      // Action="Send" … Function="executeSQLQuery"
	KindAXLResponse     Kind = "axl.response"     // Function="executeSQLQuery" Status="401"
	KindConfigChange    Kind = "config.change"    // xconfiguration … changed from: 0 to: 1
	KindCallSetup       Kind = "digits.call"      // CC|SETUP, CC|OFFERED, CC|RELEASE rows
	KindUnparsed        Kind = "log.unparsed"     // no rule understands the record; attrs: why
	KindGap             Kind = "log.gap"          // a part of the log is missing; attrs: why, bytes

	KindSIPEvent          Kind = "sip.event"          // Event="Call Rejected", a search: what a box decided about a call
	KindSIPError          Kind = "sip.error"          // a message that was refused, dropped or not sent
	KindSIPConnection     Kind = "sip.connection"     // a TCP or TLS connection that signalling uses
	KindDigitsAnalysis    Kind = "digits.analysis"    // a dialled number and what the dial plan made of it
	KindDigitsSignal      Kind = "digits.signal"      // a call signalling message that is not SIP: H.225, Q.931, MGCP, SCCP
	KindDigitsRoute       Kind = "digits.route"       // route list, route group, hunt list: which member is tried
	KindMediaResource     Kind = "media.resource"     // transcoder, MTP, conference, music: asked for, given, refused
	KindMediaError        Kind = "media.error"        // a media connection that failed
	KindMediaBandwidth    Kind = "media.bandwidth"    // call admission control
	KindMediaLeg          Kind = "media.leg"          // two legs of one call: CI A ASSOC B
	KindMediaChannel      Kind = "media.channel"      // a media channel or route: opened, rejected, closed
	KindRegistrationState Kind = "registration.state" // an endpoint, gateway or trunk: registered, rejected, gone
	KindAlarmRaised       Kind = "alarm.raised"
	KindAlarmCleared      Kind = "alarm.cleared"
	KindAlarmAudit        Kind = "alarm.audit" // who changed what
	KindCTIRequest        Kind = "cti.request"
	KindCTIResponse       Kind = "cti.response"
	KindCTIEvent          Kind = "cti.event"
	KindHTTPRequest       Kind = "http.request"
	KindHTTPResponse      Kind = "http.response"
	KindTLSHandshake      Kind = "tls.handshake"
	KindTLSCertificate    Kind = "tls.certificate"
	KindDNSLookup         Kind = "dns.lookup"
	KindLoginAuth         Kind = "login.auth"     // a server's verdict on somebody's credentials
	KindConfigValue       Kind = "config.value"   // a setting as a dump or a download states it
	KindCDRCall           Kind = "cdr.call"       // a call detail record
	KindCDRMedia          Kind = "cdr.media"      // a call management record
	KindLogHead           Kind = "log.head"       // who writes this log: product, version, start
	KindLogMarker         Kind = "log.marker"     // a mark that somebody or a timer set: DEBUG_MARKER, diagnostic logging on
	KindLogCollection     Kind = "log.collection" // what was collected, as TraceCollectionResult lists it
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{
		KindSIPMessage, KindSIPSummary, KindMobilityLookup, KindMobilityMiss, KindMobilityFound, KindMobilityRemDest,
		KindDigitsTransform, KindLoginStage, KindLoginConfig, KindDialbackResult, KindDialbackVerify,
		KindDialbackTimer, KindDialbackResolve, KindDialbackStream, KindAXLRequest, KindAXLResponse,
		KindConfigChange, KindCallSetup, KindUnparsed, KindGap, KindSIPEvent, KindSIPError, KindSIPConnection,
		KindDigitsAnalysis, KindDigitsSignal, KindDigitsRoute, KindMediaResource, KindMediaError, KindMediaBandwidth,
		KindMediaLeg, KindMediaChannel, KindRegistrationState, KindAlarmRaised, KindAlarmCleared, KindAlarmAudit,
		KindCTIRequest, KindCTIResponse, KindCTIEvent, KindHTTPRequest, KindHTTPResponse, KindTLSHandshake,
		KindTLSCertificate, KindDNSLookup, KindLoginAuth, KindConfigValue, KindCDRCall, KindCDRMedia, KindLogHead,
		KindLogMarker, KindLogCollection,
	}
}

// Event is one fact that a log states, in our words.
type Event struct {
	// ID is the id of one of the bytes of the record (Fingerprint.ID).
	ID ID
	// Record is the id of the record that states the fact.
	Record ID
	// Time is the record's, UTC; see Record.Time for zero and dateless times.
	Time    time.Time
	Source  Source
	Cluster string
	Node    string
	File    string
	Line    int
	Kind    Kind
	Keys    []Key
	// Attrs are the facts that have no field of their own, in the order the
	// parser found them; a name stands at most once.
	Attrs []Attr
	SIP   *SIP
	XMPP  *XMPP
	// Text is the evidence: the line that states the fact, without line end,
	// at most MaxEvidence bytes.
	Text string
	// Repairs lists what had to be mended to read the record, for example
	// "quotes" or "glued"; empty for a clean record.
	Repairs []string
}

// MaxEvidence bounds Event.Text, in bytes.
const MaxEvidence = 480

// Attr is a named fact of an Event.
type Attr struct{ Name, Value string }

// Attr returns the value of the attribute name, "" when the event has none.
func (e *Event) Attr(name string) string {
	for i := range e.Attrs {
		if e.Attrs[i].Name == name {
			return e.Attrs[i].Value
		}
	}
	return ""
}

// Key returns the value of the first key of type t, "" when the event has none.
func (e *Event) Key(t KeyType) string {
	for i := range e.Keys {
		if e.Keys[i].Type == t {
			return e.Keys[i].Value
		}
	}
	return ""
}

// Direction of a message, seen from the node that logged it.
type Direction string

// The directions.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// SIP is what a SIP message (RFC 3261) says. Header values are as printed,
// without the damage of web copies.
type SIP struct {
	Direction Direction
	Transport string // tcp, udp, tls
	Peer      string // host:port of the other side
	Local     string // host:port of this side
	// Method is the method of the request, or of the CSeq for a response.
	Method     string
	RequestURI string // requests only
	Status     int    // responses only, else 0
	Reason     string // reason phrase of a response
	CSeq       string // "101 INVITE"
	CallID     string
	From, To   string // header values: display name, URI, parameters
	Contact    string
	UserAgent  string
	SessionID  string // RFC 7989, header value
	// Date is the Date header, the sender's clock; zero when absent.
	Date time.Time
	// ReasonHeader and Warning are header values (RFC 3326, RFC 3261 20.43).
	ReasonHeader, Warning string
	// SDP is true when the message has a session description.
	SDP bool
	// Wire is true when the message crossed the wire, false for internal
	// copies, dumps and summaries.
	Wire bool
	// Truncated is true when fewer body bytes follow than Content-Length says.
	Truncated bool
}

// XMPP is what an XMPP stanza (RFC 6120) or a dialback element (XEP-0220) says.
type XMPP struct {
	Stanza    string // element name: db:result, db:verify, auth, iq, stream:stream …
	From, To  string
	ID        string
	Type      string // valid, invalid, error, result …
	Direction Direction
	// Role is this server's part in a dialback: initiating, receiving,
	// authoritative (XEP-0220 section 1.2).
	Role string
}

// The roles of a server dialback.
const (
	Initiating    = "initiating"
	Receiving     = "receiving"
	Authoritative = "authoritative"
)

// EventBatch is what the normalizer makes of one RecordBatch, and one message
// of the events stream. It is sent even when it holds no event, because its
// Span moves the watermark and the coverage.
type EventBatch struct {
	Span   Span
	Events []Event
}

// Span reports what became of a run of records: the ledger that lets anybody
// check that nothing was lost. Spans of one file tile it.
type Span struct {
	File       File
	Start, End int64     // uncompressed offsets
	From, To   time.Time // earliest and latest dated record, zero when none
	Lines      int       // physical lines
	Records    int
	Events     int // events made of the records
	Silent     int // records that were understood and state no fact we keep
	Unparsed   int // records that no rule understands
	Headless   int // records with Head false
	Repaired   int // records that needed a repair
	Damaged    int // invalid bytes and replacement characters
	EOF        bool
	Problems   []Problem
	// Batch is the sequence of the RecordBatch in the records stream, 0 when it
	// came from none. It is no part of a message: whoever reads the events stream
	// knows it from the message's id.
	Batch uint64
}
