package cdr

import (
	"bytes"
	"strings"
)

// column is a field that records are read for.
type column uint8

// The columns of call detail records and of call management records. Leg is
// the call identifier of the record's own leg.
const (
	manager column = iota
	callID
	leg
	originated
	origIP
	calling
	origCause
	destLeg
	destIP
	called
	final
	destCause
	connected
	disconnected
	redirect
	duration
	origDevice
	destDevice
	destConversation
	origConversation
	origAddr
	destAddr
	origSession
	destSession
	dn
	sent
	received
	lost
	jitter
	latency
	device
	metrics
	matter
	authCode
	columns // how many there are
)

// layout says at which index, from 0, a column of a record stands; -1 is
// nowhere. A layout that no row of names gave is standard.
type layout [columns]int16

// titles are the names of the columns as a row of names prints them; some
// changed their spelling.
var titles = map[string]column{
	"globalcallid_callmanagerid": manager, "globalcallid_callid": callID,
	"origlegcallidentifier": leg, "callidentifier": leg,
	"datetimeorigination": originated, "datetimestamp": originated,
	"origipaddr": origIP, "callingpartynumber": calling, "origcause_value": origCause,
	"destlegidentifier": destLeg, "destlegcallidentifier": destLeg, "destipaddr": destIP,
	"originalcalledpartynumber": called, "finalcalledpartynumber": final, "destcause_value": destCause,
	"datetimeconnect": connected, "datetimedisconnect": disconnected, "lastredirectdn": redirect, "duration": duration,
	"origdevicename": origDevice, "destdevicename": destDevice,
	"destconversationid": destConversation, "origconversationid": origConversation,
	"origipv4v6addr": origAddr, "destipv4v6addr": destAddr,
	"origdevicesessionid": origSession, "destdevicesessionid": destSession,
	"localsessionid": origSession, "remotesessionid": destSession,
	"directorynum": dn, "numberpacketssent": sent, "numberpacketsreceived": received, "numberpacketslost": lost,
	"jitter": jitter, "latency": latency, "devicename": device, "varvqmetrics": metrics,
	"clientmattercode": matter, "authorizationcodevalue": authCode,
}

// standard returns the layout of records since 5.0.
func standard(k kind) layout {
	if k == media {
		return mediaLayout
	}
	return callLayout
}

var callLayout, mediaLayout = layoutOf(callNames), layoutOf(mediaNames)

func layoutOf(names []place) layout {
	l := none()
	for _, p := range names {
		l[titles[strings.ToLower(p.name)]] = p.index
	}
	return l
}

func none() layout {
	var l layout
	for c := range l {
		l[c] = -1
	}
	return l
}

// isStandard reports whether the row of names gives the standard order of
// records of kind k: a release without a column ends before it.
func isStandard(row []byte, k kind) bool {
	row = bytes.TrimPrefix(row, []byte("\xef\xbb\xbf"))
	sep, want := separator(row), mediaNames
	if k == call {
		want = callNames
	}
	at := 0
	for i := int16(0); at < len(want); i++ {
		name, rest, more := next(row, sep)
		if i == want[at].index {
			if string(name) != want[at].name {
				return false
			}
			at++
		}
		if row = rest; !more {
			return at > 3
		}
	}
	return true
}

// place is a name and the index where the standard order has it.
type place struct {
	index int16
	name  string
}

var callNames = []place{
	{1, "globalCallID_callManagerId"},
	{2, "globalCallID_callId"},
	{3, "origLegCallIdentifier"},
	{4, "dateTimeOrigination"},
	{7, "origIpAddr"},
	{8, "callingPartyNumber"},
	{11, "origCause_value"},
	{25, "destLegIdentifier"},
	{28, "destIpAddr"},
	{29, "originalCalledPartyNumber"},
	{30, "finalCalledPartyNumber"},
	{33, "destCause_value"},
	{47, "dateTimeConnect"},
	{48, "dateTimeDisconnect"},
	{49, "lastRedirectDn"},
	{55, "duration"},
	{56, "origDeviceName"},
	{57, "destDeviceName"},
	{64, "destConversationId"},
	{70, "clientMatterCode"},
	{74, "origConversationId"},
	{77, "authorizationCodeValue"},
	{80, "origIpv4v6Addr"},
	{81, "destIpv4v6Addr"},
	{131, "origDeviceSessionID"},
	{132, "destDeviceSessionID"},
}

var mediaNames = []place{
	{1, "globalCallID_callManagerId"},
	{2, "globalCallID_callId"},
	{4, "directoryNum"},
	{5, "callIdentifier"},
	{6, "dateTimeStamp"},
	{7, "numberPacketsSent"},
	{9, "numberPacketsReceived"},
	{11, "numberPacketsLost"},
	{12, "jitter"},
	{13, "latency"},
	{17, "deviceName"},
	{18, "varVQMetrics"},
	{19, "duration"},
	{44, "localSessionID"},
	{45, "remoteSessionID"},
}

// readNames reads a row of names, and says which records it names.
func readNames(row []byte) (l layout, k kind) {
	row = bytes.TrimPrefix(row, []byte("\xef\xbb\xbf"))
	l = none()
	sep := separator(row)
	var lower [64]byte
	for i := int16(0); ; i++ {
		name, rest, more := next(row, sep)
		if len(name) < len(lower) {
			n := copy(lower[:], name)
			for j := range n {
				if c := lower[j]; c >= 'A' && c <= 'Z' {
					lower[j] = c + 'a' - 'A'
				}
			}
			if c, ok := titles[string(lower[:n])]; ok {
				l[c] = i
			}
		}
		if row = rest; !more || i > maxColumns {
			break
		}
	}
	if l[sent] >= 0 || l[metrics] >= 0 || l[dn] >= 0 {
		return l, media
	}
	return l, call
}

// maxColumns bounds the columns of a row.
const maxColumns = 1000

// fields are the values of one record by column.
type fields [columns][]byte

// read cuts row into the fields that l names, and returns the part of row that
// stands before codes that callers dial to be let through.
func (f *fields) read(row []byte, l *layout) (open []byte) {
	var byIndex [160]column
	for i := range byIndex {
		byIndex[i] = columns
	}
	for c, i := range l {
		if i >= 0 && int(i) < len(byIndex) {
			byIndex[i] = column(c)
		}
	}
	sep, open := separator(row), row
	for rest, n := row, 0; n < maxColumns; n++ {
		field, after, more := next(rest, sep)
		if n < len(byIndex) && byIndex[n] < columns {
			c := byIndex[n]
			f[c] = bytes.TrimSpace(field)
			if (c == matter || c == authCode) && len(f[c]) > 0 && len(open) == len(row) {
				open = row[:len(row)-len(rest)]
			}
		}
		if rest = after; !more {
			break
		}
	}
	return open
}
