package codes_test

import (
	"testing"

	"github.com/uctrace/uctrace/normalizer/internal/codes"
)

func TestQ850Of(t *testing.T) {
	for _, test := range []struct {
		value uint32
		cause int
		name  string
	}{
		{0, 0, ""},
		{16, 16, "Normal call clearing"},
		{47, 47, "Resource unavailable, unspecified"},
		{127, 127, "Interworking, unspecified"},
		{33, 33, ""},
		{262144, 0, "Conference full"},
		{393216, 0, "Call split"},
		{458752, 0, "Conference drop any party or last party"},
		{16777257, 41, "Temporary failure (SIP 400 Bad Request)"},
		{83886081, 1, "Unallocated (unassigned) number (SIP 404 Not Found)"},
		{83886207, 127, "Interworking, unspecified (SIP 420 Bad Extension)"},
		{150995046, 102, "Recovery on timer expiry (SIP 408 Request Timeout)"},
		{503316501, 21, "Call rejected (SIP 429 Provide Referrer Identity)"},
		{1073741842, 18, "No user responding (SIP 480 Temporarily Unavailable)"},
		{1174405137, 17, "User busy (SIP 486 Busy Here)"},
		{1207959583, 31, "Normal, unspecified (SIP 488 Not Acceptable Here)"},
		{1291845649, 17, "User busy (SIP 493 Undecipherable)"},
		{1442840614, 38, "Network out of order (SIP 502 Bad Gateway)"},
		{1459617833, 41, "Temporary failure (SIP 503 Service Unavailable)"},
		{1509949567, 127, "Interworking, unspecified (SIP 513 Message Too Large)"},
		{2701131793, 17, "User busy (SIP 600 Busy Everywhere)"},
		{2717909013, 21, "Call rejected (SIP 603 Decline)"},
		{2734686209, 1, "Unallocated (unassigned) number (SIP 604 Does Not Exist Anywhere)"},
		{2751463455, 31, "Normal, unspecified (SIP 606 Not Acceptable)"},
		{2801795135, 63, "Service or option not available, unspecified (SIP 503 Service Unavailable)"},
		{0x55000029, 41, "Temporary failure"}, // 501 is not in the guide
		{0xFF000010, 16, "Normal call clearing"},
		{0x57000000, 0, "(SIP 503 Service Unavailable)"},
	} {
		if cause, name := codes.Q850Of(test.value); cause != test.cause || name != test.name {
			t.Errorf("%d: got %d, %q; want %d, %q", test.value, cause, name, test.cause, test.name)
		}
	}
}

func TestNames(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{codes.Q850(1), "Unallocated (unassigned) number"},
		{codes.Q850(0), ""},
		{codes.Q850(-1), ""},
		{codes.Q850(1 << 20), ""},
		{codes.Unregister(6), "ConnectivityError"},
		{codes.Unregister(13), "KeepAliveTimeout"},
		{codes.Unregister(29), "DeviceSwitch"},
		{codes.Unregister(27), ""},
		{codes.Transient(29), "AutoRegisterDBError"},
		{codes.Transient(32), "DeviceTypeMismatch"},
		{codes.Transient(19), ""},
		{codes.Transient(34), ""},
		{codes.TrunkReason(true, 1), "Request timed out"},
		{codes.TrunkReason(true, 503), ""},
		{codes.TrunkReason(false, 503), "Service Unavailable"},
		{codes.TrunkReason(false, 1), ""},
		{codes.SIP(199), ""},
		{codes.SIP(699), ""},
		{codes.SIP(484), "Address Incomplete"},
		{codes.CTI(0x8ccc005f), "Directory login failed - User not present in Standard CTI Users group"},
		{codes.CTI(2362179794), "CTIERR_DEVICE_RESTRICTED"},
		{codes.CTI(0x8ccc0000), ""},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
	// The signed notation of an alarm is the same number.
	reason := int32(-1932787595)
	if got := codes.CTI(uint32(reason)); got != "Directory login failed - timeout" {
		t.Errorf("-1932787595: got %q", got)
	}
}

func TestCTICode(t *testing.T) {
	const users = "Directory login failed - User not present in Standard CTI Users group"
	for _, tt := range []struct {
		printed, code, text string
		ok                  bool
	}{
		{"2362179679", "0x8ccc005f", users, true},
		{"-1932787617", "0x8ccc005f", users, true},
		{"0x8CCC005F", "0x8ccc005f", users, true},
		{"8.", "0x00000008", "", true},
		{"0", "", "", true},
		{"0x0", "", "", true},
		{"", "", "", false},
		{"Success", "", "", false},
		{"99999999999", "", "", false},
	} {
		if code, text, ok := codes.CTICode(tt.printed); code != tt.code || text != tt.text || ok != tt.ok {
			t.Errorf("%q: %q, %q, %v", tt.printed, code, text, ok)
		}
	}
}
