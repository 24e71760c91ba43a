package schemas

import "slices"

// KeyType names a kind of join key.
type KeyType string

// The key types. Scope is what a value is unique within: a Key without scope
// is unique everywhere.
const (
	KeyCallID         KeyType = "call_id"         // SIP Call-ID; everywhere
	KeyCI             KeyType = "ci"              // CUCM call identifier of a leg; cluster
	KeyCorrelationTag KeyType = "correlation_tag" // CUCM inbound event, before the first ^; cluster
	KeyNetID          KeyType = "net_id"          // [n,NET] number of a SIP message; node
	KeySessionID      KeyType = "session_id"      // half of an RFC 7989 Session-ID, 32 hex; everywhere
	KeyGlobalCallID   KeyType = "global_call_id"  // CUCM global call id; cluster
	KeyXcoder         KeyType = "xcoder"          // XCP stream id; host, process and pid
	KeyStream         KeyType = "stream"          // XMPP stream id; everywhere (see event.md)
	KeyDialbackKey    KeyType = "dialback_key"    // XEP-0220 key; everywhere
	KeyDialbackPair   KeyType = "dialback_pair"   // "sender>target" of one XCP process; host, process and pid
	KeyConnection     KeyType = "connection"      // XCP connection guid; host, process and pid
	KeyCallSerial     KeyType = "call_serial"     // Expressway Call-serial-number; everywhere
	KeyTag            KeyType = "tag"             // Expressway Tag (X-TAATag); everywhere
	KeyTrackingID     KeyType = "tracking_id"     // Expressway HTTP TrackingID; everywhere
	KeySequence       KeyType = "sequence"        // number or instant shared by the lines of one action; file
	KeyLogin          KeyType = "login"           // one client's sign-in; file
	KeyJID            KeyType = "jid"             // bare JID, case-folded; everywhere
	KeyUser           KeyType = "user"            // user id; cluster
	KeyDevice         KeyType = "device"          // device name; cluster
	KeyDN             KeyType = "dn"              // directory number; cluster
	KeyAddr           KeyType = "addr"            // host or ip:port
	KeyDomain         KeyType = "domain"          // DNS domain; everywhere
)

var joining = []KeyType{
	KeyCallID, KeyCI, KeySessionID, KeyGlobalCallID, KeyDialbackKey,
	KeyCallSerial, KeyTag, KeyTrackingID, KeySequence, KeyLogin,
}

// KeyTypes lists every key type.
func KeyTypes() []KeyType { return slices.Clone(keyTypes) }

var keyTypes = []KeyType{
	KeyCallID, KeyCI, KeyCorrelationTag, KeyNetID, KeySessionID, KeyGlobalCallID, KeyXcoder, KeyStream, KeyDialbackKey,
	KeyDialbackPair, KeyConnection, KeyCallSerial, KeyTag, KeyTrackingID, KeySequence, KeyLogin, KeyJID, KeyUser,
	KeyDevice, KeyDN, KeyAddr, KeyDomain,
}

// Joins reports whether one equal key, type, scope and value, makes one
// session. The others relate sessions and never merge them: an xcoder, a
// connection and a stream may carry many dialbacks (XEP-0220 piggybacking),
// a correlation tag ends at the next inbound event.
func (t KeyType) Joins() bool { return slices.Contains(joining, t) }

// Key is one join key of an Event. Value is plain, as printed (JIDs bare and
// folded, correlation tags without what follows the first ^).
type Key struct {
	Type  KeyType `json:"type"`
	Value string  `json:"value"`
	Scope string  `json:"scope,omitempty"`
}
