package redact

// pivot says which rule three bytes belong to.
type pivot uint8

const (
	none pivot = iota
	inAuthorization
	inNonce
	inOpaque
	inResponse
	inCookie
	inSession
	inSessionPath
	inXAuth
	inToken
	inSAML
	inCode
	inJWT
	inPass
	inPwd
	inSecret
	inPin
	inDigestElement
	inURL
	inCrypto
	inKeyLine
	inKeyMgmt
	inSASL
	inBody
	inDialback
	inDialbackEnd
	inDigits
	inButton
	inSignal
	inPEM
	inConfiguration
)

const pivotLen = 3

// pivots are chosen so that their pairs are rare in the logs of all products.
// Names of XML, of SIP parameters and of SDP are matched as they are spelled,
// the others in any case.
var pivots = [...]struct {
	bytes   string
	anyCase bool
	pivot   pivot
}{
	{"iza", true, inAuthorization}, // Authorization
	{"nce", false, inNonce},        // nonce, cnonce
	{"aqu", false, inOpaque},       // opaque
	{"spo", false, inResponse},     // <response>, response=, calculatedResponse=
	{"ook", true, inCookie},        // Cookie, Set-Cookie
	{"ESS", false, inSession},      // JSESSIONID, JSESSIONIDSSO
	{";js", false, inSessionPath},  // ;jsessionid=
	{"X-A", false, inXAuth},        // X-Auth
	{"oke", true, inToken},         // token
	{"mlr", true, inSAML},          // SAMLResponse
	{"?co", false, inCode},
	{"&co", false, inCode},
	{";co", false, inCode},
	{"eyJ", false, inJWT},
	{"eyA", false, inJWT}, // Base64 of {" and of {, blank, "
	{"pas", true, inPass},
	{"pwd", true, inPwd},
	{"ecr", true, inSecret},
	{"<pi", true, inPin},
	{":pi", true, inPin},
	{";pi", true, inPin},
	{"\"pi", true, inPin},
	{"?pi", true, inPin},
	{"&pi", true, inPin},
	{"<di", false, inDigestElement},
	{":di", false, inDigestElement},
	{";di", false, inDigestElement},
	{"://", false, inURL},
	{":\\/", false, inURL},
	{"cry", false, inCrypto}, // a=crypto:
	{"k=c", false, inKeyLine},
	{"k=b", false, inKeyLine},
	{"k=u", false, inKeyLine},
	{"mgm", false, inKeyMgmt}, // key-mgmt
	{"<au", false, inSASL},
	{":au", false, inSASL},
	{";au", false, inSASL},
	{"<ch", false, inSASL},
	{":ch", false, inSASL},
	{";ch", false, inSASL},
	{"<su", false, inSASL},
	{":su", false, inSASL},
	{";su", false, inSASL},
	{"<bo", false, inBody},
	{";bo", false, inBody},
	{"db:", false, inDialback},
	{"/db", false, inDialbackEnd},
	{"dig", true, inDigits}, // digit, digits
	{"kpb", true, inButton}, // kpButton
	{"ign", true, inSignal}, // Signal
	{"ey-", true, inPEM},    // KEY-----
	{"igu", true, inConfiguration},
}

// pairs says which pairs of bytes, the first in the low byte, a pivot begins
// with or ends in.
var pairs = pairTable()

const (
	opens uint8 = 1 << iota
	closes
)

func pairTable() *[1 << 16]uint8 {
	var t [1 << 16]uint8
	for _, p := range pivots {
		for i := range 2 {
			for _, first := range cases(p.bytes[i], p.anyCase) {
				for _, second := range cases(p.bytes[i+1], p.anyCase) {
					t[uint16(first)|uint16(second)<<8] |= opens << i
				}
			}
		}
	}
	return &t
}

func cases(c byte, anyCase bool) []byte {
	if anyCase && c >= 'a' && c <= 'z' {
		return []byte{c, c &^ 0x20}
	}
	return []byte{c}
}

// slots is a hash table of pivots, probed linearly. An empty slot has key 0.
var slots = slotTable()

type slot struct {
	key   uint32
	pivot pivot
}

const slotBits = 9

func slotTable() *[1 << slotBits]slot {
	var t [1 << slotBits]slot
	for _, p := range pivots {
		key := pivotKey(p.bytes[0], p.bytes[1], p.bytes[2])
		i := slotOf(key)
		for t[i].key != 0 {
			i = (i + 1) % uint32(len(t))
		}
		t[i] = slot{key, p.pivot}
	}
	return &t
}

// pivotKey folds case, and a few bytes that are no letters, which the rules
// look at again.
func pivotKey(a, b, c byte) uint32 {
	return (uint32(a) | uint32(b)<<8 | uint32(c)<<16) | 0x202020
}

func slotOf(key uint32) uint32 { return key * 0x9E3779B1 >> (32 - slotBits) }

func pivotOf(a, b, c byte) pivot {
	key := pivotKey(a, b, c)
	for i := slotOf(key); ; i = (i + 1) % (1 << slotBits) {
		s := slots[i]
		if s.key == key || s.key == 0 {
			return s.pivot
		}
	}
}
