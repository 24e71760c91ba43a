package correlator

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// class groups SIP messages by what their session is. A REGISTER and an
// INVITE of one phone share the phone's half of the Session-ID and are still
// two sessions, so every key but the Call-ID joins calls only.
type class uint8

const (
	classNone class = iota
	classCall
	classRegister
	classSubscribe
	classOther // OPTIONS, REFER and MESSAGE outside a dialog
	classUnsaid
)

func classOf(e *schemas.Event) class {
	if e.Kind == schemas.KindCallSetup {
		return classCall
	}
	if e.SIP == nil {
		return classUnsaid
	}
	switch e.SIP.Method {
	case "INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "INFO":
		return classCall
	case "REGISTER":
		return classRegister
	case "SUBSCRIBE", "NOTIFY", "PUBLISH":
		return classSubscribe
	case "":
		return classUnsaid
	}
	return classOther
}

// kindNames are the kinds that the correlator may keep; a record's kind is its
// index here.
var kindNames = [...]schemas.Kind{
	"", schemas.KindSIPMessage, schemas.KindSIPSummary, schemas.KindCallSetup,
	schemas.KindMobilityLookup, schemas.KindMobilityMiss, schemas.KindMobilityFound,
	schemas.KindMobilityRemDest, schemas.KindDigitsTransform,
	schemas.KindDialbackResult, schemas.KindDialbackVerify, schemas.KindDialbackTimer,
	schemas.KindDialbackResolve, schemas.KindDialbackStream,
	schemas.KindAXLRequest, schemas.KindAXLResponse, schemas.KindLoginStage,
	// The rest is kept when a signature looks at it.
	schemas.KindSIPEvent, schemas.KindSIPError, schemas.KindSIPConnection, schemas.KindDigitsAnalysis,
	schemas.KindDigitsSignal, schemas.KindDigitsRoute, schemas.KindMediaResource, schemas.KindMediaError,
	schemas.KindMediaBandwidth, schemas.KindMediaLeg, schemas.KindMediaChannel, schemas.KindRegistrationState,
	schemas.KindAlarmRaised, schemas.KindAlarmCleared, schemas.KindAlarmAudit, schemas.KindCTIRequest,
	schemas.KindCTIResponse, schemas.KindCTIEvent, schemas.KindHTTPRequest, schemas.KindHTTPResponse,
	schemas.KindTLSHandshake, schemas.KindTLSCertificate, schemas.KindDNSLookup, schemas.KindLoginAuth,
	schemas.KindLoginConfig, schemas.KindConfigChange, schemas.KindConfigValue, schemas.KindCDRCall,
	schemas.KindCDRMedia, schemas.KindLogHead, schemas.KindLogMarker,
}

// kindCode returns the index of k in kindNames, 0 when k is not kept.
func kindCode(k schemas.Kind) uint8 {
	if k == schemas.KindSIPMessage {
		return 1
	}
	return uint8(max(0, slices.Index(kindNames[:], k)))
}

func familyOf(k schemas.Kind) family {
	switch k {
	case schemas.KindSIPMessage, schemas.KindSIPSummary, schemas.KindCallSetup:
		return sipFamily
	case schemas.KindMobilityLookup, schemas.KindMobilityMiss, schemas.KindMobilityFound,
		schemas.KindMobilityRemDest, schemas.KindDigitsTransform:
		return lookupFamily
	case schemas.KindAXLRequest, schemas.KindAXLResponse:
		return axlFamily
	case schemas.KindLoginStage:
		return loginFamily
	}
	if k.Family() == "dialback" {
		return dialbackFamily
	}
	return factFamily
}

// familyOfEvent returns the family of e.
func familyOfEvent(e *schemas.Event) family {
	if isExchange(e) {
		return mraFamily
	}
	return familyOf(e.Kind)
}

// joins reports whether a key of type t makes one unit of the events of
// family f and class c that carry it.
func joins(f family, c class, t schemas.KeyType) bool {
	switch f {
	case sipFamily:
		switch t {
		case schemas.KeyCallID:
			return true
		case schemas.KeyCI, schemas.KeyCallSerial, schemas.KeyTag:
			return c == classCall || c == classUnsaid
		case schemas.KeySessionID, schemas.KeyGlobalCallID:
			return c == classCall
		}
	case lookupFamily:
		return t == schemas.KeySequence
	case dialbackFamily:
		return t == schemas.KeyDialbackKey
	case axlFamily:
		return t == keyProvisioning
	case loginFamily:
		return t == schemas.KeyLogin
	case mraFamily:
		return t == schemas.KeyTrackingID || t == keyExchange || t == keyClient
	case factFamily:
		switch t {
		case schemas.KeyCallID, schemas.KeyCI, schemas.KeyCallSerial, schemas.KeyTag, schemas.KeyGlobalCallID, schemas.KeyLogin:
			return true
		}
	}
	return false
}

// keeps reports whether the store keeps a key of e. A correlation tag matters
// on the message that started the work, which is an incoming request.
func keeps(e *schemas.Event, f family, k schemas.Key) bool {
	switch k.Type {
	case schemas.KeyCorrelationTag:
		// 0,0,0,0.0 stands for no tag.
		return strings.Trim(k.Value, "0,.") != "" && (f != sipFamily || starts(e))
	case schemas.KeyConnection:
		return strings.Trim(k.Value, "0-") != ""
	}
	return k.Value != ""
}

// starts reports whether e is an incoming request that makes CUCM look
// numbers up: an INVITE, or the NOTIFY that brings dialled digits (KPML).
func starts(e *schemas.Event) bool {
	return e.Kind == schemas.KindSIPMessage && e.SIP != nil && e.SIP.Status == 0 && e.SIP.Direction != schemas.Out &&
		(e.SIP.Method == "INVITE" || e.SIP.Method == "NOTIFY")
}

// ownKeys appends the correlator's own keys of e to dst.
func ownKeys(dst []schemas.Key, e *schemas.Event, f family) []schemas.Key {
	switch f {
	case factFamily:
		// What a client's log says belongs to the client's sign-in.
		if e.Source == schemas.JabberCSF || e.Source == schemas.XMPPClient {
			scope := e.ID.Fingerprint()
			dst = append(dst, schemas.Key{Type: schemas.KeyLogin, Value: "client", Scope: scope.String()})
		}
	case mraFamily:
		dst = exchangeKeys(dst, e)
	case axlFamily:
		dst = append(dst, schemas.Key{Type: keyProvisioning, Value: placeOf(e)})
	case dialbackFamily:
		if d := resolvedDomain(e); d != "" {
			dst = append(dst, schemas.Key{Type: keyResolver, Value: strings.ToLower(d), Scope: placeOf(e)})
		}
		if s, t := e.Attr("sender"), e.Attr("target"); s != "" || t != "" {
			dst = append(dst, schemas.Key{Type: keyTowards, Value: s + "\x00" + t})
		}
	}
	return dst
}

// resolvedDomain returns the domain that the server of e has to look up: the
// sender's when it is asked to accept a key, the target's when it sends one
// (XEP-0220 section 2.1). A resolver line names nothing but that domain.
func resolvedDomain(e *schemas.Event) string {
	switch {
	case e.Kind == schemas.KindDialbackResolve:
		return e.Attr("host")
	case e.Kind == schemas.KindDialbackTimer:
		return e.Attr("target")
	case e.XMPP == nil:
		return ""
	case e.XMPP.Role == schemas.Receiving:
		return e.Attr("sender")
	case e.XMPP.Role == schemas.Initiating:
		return e.Attr("target")
	}
	return ""
}

// placeOf names where e was logged: the host, or the file when nothing names
// the host. Products write the name of one host in upper and lower case.
func placeOf(e *schemas.Event) string {
	if e.Node != "" {
		return e.Cluster + "/" + strings.ToLower(e.Node)
	}
	return e.ID.Fingerprint().String()
}

// joinFact makes one unit of the units that the joining keys of a fact name,
// without making the fact a part of it.
func (c *Correlator) joinFact(e *schemas.Event) {
	root, found := uint32(0), false
	calls := slices.ContainsFunc(e.Keys, func(k schemas.Key) bool {
		return k.Type != schemas.KeyLogin && joins(factFamily, classUnsaid, k.Type) && k.Value != ""
	})
	for i := range e.Keys {
		k := &e.Keys[i]
		if k.Value == "" || !joins(factFamily, classUnsaid, k.Type) || calls && k.Type == schemas.KeyLogin {
			continue
		}
		fam := sipFamily
		if k.Type == schemas.KeyLogin {
			fam = loginFamily
		}
		x := c.store.keys.at(c.store.keys.add(keyCode(k.Type), k.Value, k.Scope))
		if x.node == 0 {
			if !found {
				root, found = c.forest.grow(fam), true
			}
			x.node = root + 1
			continue
		}
		other := c.forest.find(x.node - 1)
		if found && root != other {
			other = c.union(root, other)
			c.forest.touch(other)
		}
		root, found = other, true
	}
}
