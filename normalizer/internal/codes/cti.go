package codes

import (
	"strconv"
	"strings"
)

// CTICode reads an error code of CTI Manager in one of its three notations and
// returns it as Jabber prints it, and what it means. ok is false when printed is
// no code; no error is "".
//
//	2362179679   -1932787617   0x8ccc005f
func CTICode(printed string) (code, text string, ok bool) {
	printed = strings.TrimRight(printed, ".")
	n, err := strconv.ParseUint(printed, 0, 32)
	if err != nil {
		signed, err := strconv.ParseInt(printed, 10, 32)
		if err != nil {
			return "", "", false
		}
		n = uint64(uint32(signed))
	}
	if n == 0 {
		return "", "", true
	}
	return "0x" + strconv.FormatUint(1<<32|n, 16)[1:], CTI(uint32(n)), true
}

// CTI returns what an error code of CTI Manager means. CTI Manager and its
// clients print one number in three notations; the unsigned one is asked for.
//
//	0x8ccc005f  =  2362179679  =  -1932787617
//
// Sources: the texts that CTI Manager prints beside the code, the names that
// Jabber prints, and the reason codes of the alarm CtiProviderOpenFailure in
// Cisco Unified Communications Manager System Error Messages.
func CTI(code uint32) string {
	switch code {
	case 0x8CCC005E:
		return "Directory is unavailable"
	case 0x8CCC005F:
		return "Directory login failed - User not present in Standard CTI Users group"
	case 0x8CCC0060:
		return "Directory login failed"
	case 0x8CCC0075:
		return "Directory login failed - timeout"
	case 0x8CCC00D1:
		return "Non-secure port used by a user with security privileges"
	case 0x8CCC00D2:
		return "CTIERR_DEVICE_RESTRICTED"
	case 0x8CCC00D3:
		return "CTIERR_LINE_RESTRICTED"
	}
	return ""
}
