package correlator

import (
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// appendNamed appends the keys of the other dialogs that a SIP message names: the
// one that it takes the place of (RFC 3891), the one that it enters (RFC 3911),
// the legs that a recorder is told it records, and the call that a gateway, a
// border element or Customer Voice Portal passes on under the identifier it had.
//
//	Cisco-Guid: 1766213308-0488837607-2832368234-3409041498
//	Replaces: 0818b7a0-1@10.1.0.2;to-tag=7744;from-tag=6655
//	Join: 34241a00-d6514bed-327f-526300e@10.1.0.2;from-tag=6c41;to-tag=104952~…-19301625
//	From: <sip:1001@10.1.0.2;x-nearend;x-refci=19301625;…;x-farendrefci=19301624;…>;tag=…
func appendNamed(dst []schemas.Key, e *schemas.Event) []schemas.Key {
	for i := range e.Attrs {
		a := &e.Attrs[i]
		switch len(a.Name) {
		case len(attrJoin):
			switch a.Name {
			case attrJoin:
				dst = append(dst, schemas.Key{Type: schemas.KeyCallID, Value: a.Value})
			case attrGuid:
				if guid := guidOf(e.SIP, a.Value); guid != "" {
					dst = append(dst, schemas.Key{Type: keyGuid, Value: guid})
				}
			}
		case len(attrReplaces):
			if a.Name == attrReplaces {
				dst = append(dst, schemas.Key{Type: schemas.KeyCallID, Value: a.Value})
			}
		case len(attrRecorded):
			if a.Name == attrRecorded && ownFrom(e.SIP) {
				dst = append(dst, schemas.Key{Type: schemas.KeyCI, Value: a.Value, Scope: e.Cluster})
			}
		case len(attrRecordedFar):
			if a.Name == attrRecordedFar && ownFrom(e.SIP) {
				dst = append(dst, schemas.Key{Type: schemas.KeyCI, Value: a.Value, Scope: e.Cluster})
			}
		}
	}
	return dst
}

// The attributes of a SIP message that name another dialog.
const (
	attrGuid        = "guid"
	attrJoin        = "join"
	attrReplaces    = "replaces"
	attrRecorded    = "recording_ci"
	attrRecordedFar = "recording_far_ci"
)

// ownFrom reports whether the side that logs m wrote its From: the identifiers in
// it are those of its cluster.
func ownFrom(m *schemas.SIP) bool {
	return m.Direction != "" && (m.Direction == schemas.Out) == (m.Status == 0)
}

// guidOf returns the Cisco-Guid of m when it names a call: an INVITE begins one,
// and zeros stand for none.
func guidOf(m *schemas.SIP, guid string) string {
	if m.Method != "INVITE" || m.Status != 0 || strings.Trim(guid, "0-") == "" {
		return ""
	}
	return guid
}
