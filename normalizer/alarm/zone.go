package alarm

import "github.com/uctrace/uctrace/normalizer/internal/stamp"

// zoneOffset returns the offset from UTC, in seconds, of a zone as a stamp
// prints it: UTC, +0200, +02:00, GMT+02:00 as Java prints a zone without a name,
// or an abbreviation that has one meaning among the zones that CUCM offers.
func zoneOffset(b []byte) (seconds int, ok bool) {
	if len(b) > 3 && (b[3] == '+' || b[3] == '-') && (string(b[:3]) == "GMT" || string(b[:3]) == "UTC") {
		b = b[3:]
	}
	if len(b) == 0 || len(b) > 6 {
		return 0, false
	}
	if b[0] != '+' && b[0] != '-' {
		seconds, ok = zones[string(b)]
		return seconds * 60, ok
	}
	h, ok := stamp.Two(b[1:])
	i := 3
	if len(b) > i && b[i] == ':' {
		i++
	}
	if !ok || len(b) != i+2 || h > 14 {
		return 0, false
	}
	m, ok := stamp.Two(b[i:])
	if !ok || m > 59 {
		return 0, false
	}
	if seconds = h*3600 + m*60; b[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

// zones are the offsets of abbreviations, in minutes. Those of several zones, as
// CST and IST, are left out: their times count as local.
var zones = map[string]int{
	"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MET": 60, "MEST": 120,
	"EET": 120, "EEST": 180, "MSK": 180, "JST": 540, "KST": 540, "SGT": 480, "HKT": 480, "AWST": 480, "AEST": 600,
	"AEDT": 660, "NZST": 720, "NZDT": 780, "HST": -600, "AKST": -540, "AKDT": -480, "PST": -480, "PDT": -420,
	"MST": -420, "MDT": -360, "CDT": -300, "EST": -300, "EDT": -240, "ADT": -180, "BRT": -180,
}
