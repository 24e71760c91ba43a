package codes

// SIP returns the reason phrase of a SIP response code of 4xx, 5xx or 6xx, as
// RFC 3261 section 21 and the RFCs after it print it.
func SIP(status int) string {
	switch {
	case status >= 600:
		return sip6.at(status - 600)
	case status >= 500:
		return sip5.at(status - 500)
	case status >= 400:
		return sip4.at(status - 400)
	}
	return ""
}

var sip4 = table{
	0:  "Bad Request",
	1:  "Unauthorized",
	2:  "Payment Required",
	3:  "Forbidden",
	4:  "Not Found",
	5:  "Method Not Allowed",
	6:  "Not Acceptable",
	7:  "Proxy Authentication Required",
	8:  "Request Timeout",
	9:  "Conflict",
	10: "Gone",
	11: "Length Required",
	12: "Conditional Request Failed",
	13: "Request Entity Too Large",
	14: "Request-URI Too Long",
	15: "Unsupported Media Type",
	16: "Unsupported URI Scheme",
	17: "Unknown Resource-Priority",
	20: "Bad Extension",
	21: "Extension Required",
	22: "Session Interval Too Small",
	23: "Interval Too Brief",
	24: "Bad Location Information",
	28: "Use Identity Header",
	29: "Provide Referrer Identity",
	30: "Flow Failed",
	33: "Anonymity Disallowed",
	36: "Bad Identity-Info",
	37: "Unsupported Certificate",
	38: "Invalid Identity Header",
	39: "First Hop Lacks Outbound Support",
	40: "Max-Breadth Exceeded",
	69: "Bad Info Package",
	70: "Consent Needed",
	80: "Temporarily Unavailable",
	81: "Call/Transaction Does Not Exist",
	82: "Loop Detected",
	83: "Too Many Hops",
	84: "Address Incomplete",
	85: "Ambiguous",
	86: "Busy Here",
	87: "Request Terminated",
	88: "Not Acceptable Here",
	89: "Bad Event",
	91: "Request Pending",
	93: "Undecipherable",
	94: "Security Agreement Required",
}

var sip5 = table{
	0:  "Server Internal Error",
	1:  "Not Implemented",
	2:  "Bad Gateway",
	3:  "Service Unavailable",
	4:  "Server Time-out",
	5:  "Version Not Supported",
	13: "Message Too Large",
	55: "Push Notification Service Not Supported",
	80: "Precondition Failure",
}

var sip6 = table{
	0: "Busy Everywhere",
	3: "Decline",
	4: "Does Not Exist Anywhere",
	6: "Not Acceptable",
	7: "Unwanted",
	8: "Rejected",
}
