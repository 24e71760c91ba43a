package expressway

// field numbers the pairs that rules read.
type field uint8

// The fields, named after the pairs. Of a pair that stands several times the
// first is kept; Node is the exception, see peerNode.
const (
	unread field = iota
	passed       // a pair of many records that no rule reads
	fEvent
	fService
	fReason
	fDetail
	fSrcIP
	fSrcPort
	fDstIP
	fDstPort
	fLocalIP
	fLocalPort
	fRemoteIP
	fRemotePort
	fSrcAlias
	fDstAlias
	fProtocol
	fLevel
	fCode
	fCause
	fSerial
	fTag
	fCallID
	fMethod
	fAOR
	fContact
	fCommonName
	fUser
	fID
	fUUID
	fSeverity
	fStatus
	fName
	fType
	fAction
	fURL
	fTxn
	fTracking
	fMessage
	fUsername
	fServer
	fClientID
	fNode
	fPeerNode
	fContext
	fResponse
	fRef
	fLicence
	fTokens
	fMsgHash
	fFunction
	fAuth
	fLastVia
	fieldCount
)

// fieldOf returns the field of a pair's name.
func fieldOf(name []byte) field {
	if len(name) < 2 {
		return unread
	}
	switch name[0] {
	case 'S':
		return fieldS(name)
	case 'D':
		return fieldD(name)
	case 'C':
		return fieldC(name)
	case 'R':
		return fieldR(name)
	case 'U', 'M', 'T':
		return fieldUMT(name)
	case 'L', 'N', 'P':
		return fieldLNP(name)
	}
	return fieldOther(name)
}

func fieldS(name []byte) field {
	switch string(name) {
	case "Service":
		return fService
	case "Src-ip":
		return fSrcIP
	case "Src-port":
		return fSrcPort
	case "Src-alias":
		return fSrcAlias
	case "Src-alias-type":
		return passed
	case "Severity":
		return fSeverity
	case "Status":
		return fStatus
	case "Server":
		return fServer
	}
	return unread
}

func fieldD(name []byte) field {
	switch string(name) {
	case "Detail":
		return fDetail
	case "Dst-ip":
		return fDstIP
	case "Dst-port":
		return fDstPort
	case "Dst-alias":
		return fDstAlias
	case "Dst-alias-type":
		return passed
	}
	return unread
}

func fieldC(name []byte) field {
	switch string(name) {
	case "Call-serial-number":
		return fSerial
	case "Call-id", "Call-Id", "Call-ID":
		return fCallID
	case "Contact":
		return fContact
	case "Common-name":
		return fCommonName
	case "Context":
		return fContext
	case "Cause":
		return fCause
	case "ClientId":
		return fClientID
	case "Code":
		return fCode
	case "CodeLocation":
		return passed
	}
	return unread
}

func fieldR(name []byte) field {
	switch string(name) {
	case "Reason":
		return fReason
	case "Response-code":
		return fCode
	case "Response":
		return fResponse
	case "Remote-ip":
		return fRemoteIP
	case "Remote-port":
		return fRemotePort
	case "Ref":
		return fRef
	case "Request-url":
		return fURL
	}
	return unread
}

func fieldUMT(name []byte) field {
	switch string(name) {
	case "User":
		return fUser
	case "Username":
		return fUsername
	case "URL":
		return fURL
	case "UUID":
		return fUUID
	case "UTCTime", "Module", "Thread", "ThreadID":
		return passed
	case "Method":
		return fMethod
	case "Msg", "Message":
		return fMessage
	case "Msg-Hash":
		return fMsgHash
	case "Tag":
		return fTag
	case "Txn-id":
		return fTxn
	case "TrackingID":
		return fTracking
	case "Type":
		return fType
	}
	return unread
}

func fieldLNP(name []byte) field {
	switch string(name) {
	case "Level":
		return fLevel
	case "Local-ip":
		return fLocalIP
	case "Local-port":
		return fLocalPort
	case "Last-via-addr":
		return fLastVia
	case "Name":
		return fName
	case "Node":
		return fNode
	case "Protocol":
		return fProtocol
	}
	return unread
}

func fieldOther(name []byte) field {
	switch string(name) {
	case "Event":
		return fEvent
	case "Action":
		return fAction
	case "AOR":
		return fAOR
	case "Auth":
		return fAuth
	case "Function":
		return fFunction
	case "Id":
		return fID
	case "lic_type":
		return fLicence
	case "tokens":
		return fTokens
	}
	return unread
}
