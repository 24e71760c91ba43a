package correlator

import (
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
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
	switch e.Kind {
	case schemas.KindCallSetup, schemas.KindDigitsAnalysis:
		return classCall
	case schemas.KindDigitsSignal:
		if e.Attr("protocol") == "sccp" {
			return classUnsaid // announcers and conference bridges speak it too
		}
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
	return kindCodes[k]
}

var kindCodes = func() map[schemas.Kind]uint8 {
	m := make(map[schemas.Kind]uint8, len(kindNames))
	for i, k := range kindNames {
		m[k] = uint8(i)
	}
	return m
}()

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

// familyOfEvent returns the family of e. A step of a call that is no SIP, the
// signal of a gateway or the analysis of what was dialled, belongs to the
// call when it names one.
func familyOfEvent(e *schemas.Event) family {
	if isExchange(e) {
		return mraFamily
	}
	switch e.Kind {
	case schemas.KindDigitsSignal, schemas.KindDigitsAnalysis, schemas.KindMediaLeg:
		if _, causes := causedBy(e); causes || e.Key(schemas.KeyCI) != "" {
			return sipFamily
		}
	}
	return familyOf(e.Kind)
}

// joins reports whether a key of type t makes one unit of the events of
// family f and class c that carry it.
func joins(f family, c class, t schemas.KeyType) bool {
	switch f {
	case sipFamily:
		switch t {
		case schemas.KeyCallID, keyCaused, keyAction, keyGuid:
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
		case schemas.KeyCallID, schemas.KeyCI, schemas.KeyCallSerial, schemas.KeyTag, schemas.KeyGlobalCallID, schemas.KeyLogin, keyAction:
			return true
		}
	}
	return false
}

// ownerOf returns the family of the unit that an event of family f begins. A
// fact begins none but that of a client's sign-in, whose first step is yet to
// come; the others it joins, see joinFact.
func ownerOf(f family) family {
	if f == factFamily {
		return loginFamily
	}
	return f
}

// keeps reports whether the store keeps a key of e. A correlation tag matters
// on the SIP message that started the work, which is an incoming request.
func keeps(e *schemas.Event, f family, k *schemas.Key) bool {
	switch k.Type {
	case schemas.KeyCorrelationTag:
		// 0,0,0,0.0 stands for no tag.
		return strings.Trim(k.Value, "0,.") != "" && (f != sipFamily || e.SIP == nil || starts(e))
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
	case sipFamily:
		if e.SIP != nil {
			return appendNamed(dst, e)
		}
		if k, ok := causedBy(e); ok {
			dst = append(dst, k)
		}
		dst = appendAction(dst, e)
	case factFamily:
		dst = appendAction(dst, e)
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

// appendAction appends the key of the action of CUCM that e is about. The
// lines of one action have one number, and only some of them name the call.
//
//	33308546.002 MediaTerminationPointControl(7)::getResourcesAllocated -- DeviceName=XCODE_1 Ci=42684271 …
//	33308546.014 MediaTerminationPointControl(7)::waiting_AllocateMtpResourceReq - MTP usage (1) >= configured …
func appendAction(dst []schemas.Key, e *schemas.Event) []schemas.Key {
	switch e.Kind {
	case schemas.KindMediaResource, schemas.KindMediaError, schemas.KindDigitsAnalysis:
		if e.Source != schemas.CUCMSDL {
			return dst // SDI prints no number: its lines share an instant
		}
		for _, k := range e.Keys {
			if k.Type == schemas.KeySequence {
				return append(dst, schemas.Key{Type: keyAction, Value: k.Value, Scope: k.Scope})
			}
		}
	}
	return dst
}

// causedBy returns the key that a call's first message from a gateway shares
// with what call control makes of it. The message comes before the call has an
// identifier, but what it causes has its correlation tag; the end of the
// called number tells apart the calls that came in one read.
//
//	IsdnMsgData1 … Setup        2,100,14,52187.5   called 5251003
//	DaReq … CI=49611469         2,100,14,52187.5   called 1003
func causedBy(e *schemas.Event) (k schemas.Key, ok bool) {
	number := e.Attr("called")
	switch e.Kind {
	case schemas.KindDigitsSignal:
		if e.Attr("message") != "Setup" || e.Attr("direction") != "in" {
			return k, false
		}
	case schemas.KindDigitsAnalysis:
		if e.Key(schemas.KeyCI) == "" {
			return k, false
		}
	case schemas.KindCallSetup:
		if e.Attr("row") != "SETUP" {
			return k, false
		}
	default:
		return k, false
	}
	tail := detect.NumberTail(number)
	if tail == "" {
		return k, false
	}
	for _, t := range e.Keys {
		if t.Type == schemas.KeyCorrelationTag && strings.Trim(t.Value, "0,.") != "" {
			return schemas.Key{Type: keyCaused, Value: t.Value + " " + tail, Scope: t.Scope}, true
		}
	}
	return k, false
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
