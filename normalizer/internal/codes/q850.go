package codes

// Q850 returns the name of a release cause of ITU-T Q.850 (1 to 127), as in
// the header Reason: Q.850;cause=47 and in the last field of a CC|RELEASE row.
// Causes 122 to 126 are of CUCM's own making (Cisco Unified Communications
// Manager Call Detail Records Administration Guide, call termination cause
// codes). 0 is no cause: "".
//
//	47  →  Resource unavailable, unspecified
func Q850(cause int) string { return q850.at(cause) }

// Q850Of splits the 32-bit cause of a CUCM call detail record or of a
// CC|REJECT row. The low byte is the Q.850 cause; the high byte, when there is
// one, tells the SIP response that made it. A value without low byte is of
// CUCM's own: cause is 0 and name says what it means.
//
//	16          →  16, Normal call clearing
//	1459617833  →  41, Temporary failure (SIP 503 Service Unavailable)
//	393216      →   0, Call split
func Q850Of(value uint32) (cause int, name string) {
	if value&0xFF000000 == 0 && value > 0xFF {
		// 262144, 393216, 458752: the causes of releases before 5.0,
		// 124, 126 and 128, moved out of the way of Q.850.
		switch value {
		case 0x40000:
			return 0, "Conference full"
		case 0x60000:
			return 0, "Call split"
		case 0x70000:
			return 0, "Conference drop any party or last party"
		}
		return int(value & 0xFF), Q850(int(value & 0xFF))
	}
	cause = int(value & 0xFF)
	name = Q850(cause)
	if status := sipOf(value); SIP(status) != "" {
		if name != "" {
			name += " "
		}
		name += "(SIP " + string([]byte{'0' + byte(status/100), '0' + byte(status/10%10), '0' + byte(status%10)}) +
			" " + SIP(status) + ")"
	}
	return cause, name
}

// sipOf returns the SIP status in the high byte of value, 0 for none. The
// values of the guide are in rows: 0x01000029 is 400, 0x40000012 is 480,
// 0x54000029 is 500. What the guide does not list is nothing.
func sipOf(value uint32) int {
	switch value {
	case 0x0500007F: // out of its row, and printed so in the guide
		return 420
	case 0xA700003F: // a second 503
		return 503
	}
	switch high := int(value >> 24); high {
	case 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 14, 15, 16, 17, 22, 24, 25, 30:
		return 399 + high
	case 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4B, 0x4D:
		return 480 + high - 0x40
	case 0x54, 0x56, 0x57, 0x58, 0x59:
		return 500 + high - 0x54
	case 0x5A:
		return 513
	case 0xA1:
		return 600
	case 0xA2, 0xA3:
		return 601 + high - 0xA0
	case 0xA4:
		return 606
	}
	return 0
}

var q850 = table{
	1:   "Unallocated (unassigned) number",
	2:   "No route to specified transit network",
	3:   "No route to destination",
	4:   "Send special information tone",
	5:   "Misdialled trunk prefix",
	6:   "Channel unacceptable",
	7:   "Call awarded and being delivered in an established channel",
	8:   "Preemption",
	9:   "Preemption - circuit reserved for reuse",
	14:  "QoR: ported number",
	16:  "Normal call clearing",
	17:  "User busy",
	18:  "No user responding",
	19:  "No answer from user (user alerted)",
	20:  "Subscriber absent",
	21:  "Call rejected",
	22:  "Number changed",
	23:  "Redirection to new destination",
	24:  "Call rejected due to feature at the destination",
	25:  "Exchange routing error",
	26:  "Non-selected user clearing",
	27:  "Destination out of order",
	28:  "Invalid number format (address incomplete)",
	29:  "Facility rejected",
	30:  "Response to STATUS ENQUIRY",
	31:  "Normal, unspecified",
	34:  "No circuit/channel available",
	38:  "Network out of order",
	39:  "Permanent frame mode connection out of service",
	40:  "Permanent frame mode connection operational",
	41:  "Temporary failure",
	42:  "Switching equipment congestion",
	43:  "Access information discarded",
	44:  "Requested circuit/channel not available",
	46:  "Precedence call blocked",
	47:  "Resource unavailable, unspecified",
	49:  "Quality of service not available",
	50:  "Requested facility not subscribed",
	53:  "Outgoing calls barred within CUG",
	55:  "Incoming calls barred within CUG",
	57:  "Bearer capability not authorized",
	58:  "Bearer capability not presently available",
	62:  "Inconsistency in designated outgoing access information and subscriber class",
	63:  "Service or option not available, unspecified",
	65:  "Bearer capability not implemented",
	66:  "Channel type not implemented",
	69:  "Requested facility not implemented",
	70:  "Only restricted digital information bearer capability is available",
	79:  "Service or option not implemented, unspecified",
	81:  "Invalid call reference value",
	82:  "Identified channel does not exist",
	83:  "A suspended call exists, but this call identity does not",
	84:  "Call identity in use",
	85:  "No call suspended",
	86:  "Call having the requested call identity has been cleared",
	87:  "User not member of CUG",
	88:  "Incompatible destination",
	90:  "Non-existent CUG",
	91:  "Invalid transit network selection",
	95:  "Invalid message, unspecified",
	96:  "Mandatory information element is missing",
	97:  "Message type non-existent or not implemented",
	98:  "Message not compatible with call state or message type non-existent or not implemented",
	99:  "Information element/parameter non-existent or not implemented",
	100: "Invalid information element contents",
	101: "Message not compatible with call state",
	102: "Recovery on timer expiry",
	103: "Parameter non-existent or not implemented, passed on",
	110: "Message with unrecognized parameter, discarded",
	111: "Protocol error, unspecified",
	122: "Precedence level exceeded",
	123: "Device not preemptable",
	124: "Conference full",
	125: "Out of bandwidth",
	126: "Call split",
	127: "Interworking, unspecified",
	// Beyond Q.850, from the same guide.
	129: "Precedence out of bandwidth",
	131: "Call control discovery PSTN failover",
}
