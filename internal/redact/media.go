package redact

// crypto masks the keys of an SDP crypto attribute (RFC 4568 section 6.1) and
// keeps suite, lifetime and MKI.
//
//	a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:…|2^31|1:1
func (t *text) crypto(at int) {
	const far = 200 // the name of the suite is shorter
	if !t.is(at, "crypto:") {
		return
	}
	for {
		inline := t.find(at, at+far, "inline:")
		if inline < 0 {
			return
		}
		at = t.bare(inline+len("inline:"), false)
		t.star(mediaKey, inline+len("inline:"), at)
		if next := t.find(at, at+far, "crypto:"); next >= 0 && next < t.lineEnd(at) {
			continue // another attribute glued to this one
		}
		if t.at(at) != ';' && t.at(at) != '|' {
			return
		}
	}
}

// keyLine masks the key of a k= line (RFC 4566 section 5.12).
func (t *text) keyLine(at int) {
	if nameChar(t.at(at-1)) && !t.is(at-2, "\\n") {
		return
	}
	for _, method := range [...]string{"clear:", "base64:", "uri:"} {
		if from := at + len("k=") + len(method); t.is(at+len("k="), method) {
			t.star(mediaKey, from, t.bare(from, true))
		}
	}
}

// keyMgmt masks the message of a key management protocol (RFC 4567 section 3).
//
//	a=key-mgmt:mikey AQAF…
func (t *text) keyMgmt(at int) {
	if !t.is(at-len("key-"), "key-mgmt:") {
		return
	}
	from := t.blanks(t.name(t.blanks(at + len("mgmt:"))))
	t.star(mediaKey, from, t.bare(from, false))
}

// digits masks pressed digits: PINs and numbers typed into a call.
//
//	<kpml-response version="1.0" code="200" text="OK" digits="4711" tag="dtmf"/>
func (t *text) digits(at int) {
	to := at + len("digit")
	if !t.is(at, "digit") {
		return
	}
	if fold(t.at(to)) == 's' {
		to++
	}
	if letter(t.at(to)) {
		return
	}
	from, n, _, _, ok := t.assigned(to)
	if ok && (n > 0 || t.at(from-1) == '=' && t.typed(at)) {
		t.pressed(from, n > 0)
	}
}

// typed reports whether what stands before i is about pressed keys. Dialled
// numbers are called digits, too, and are no secret:
//
//	Digit Analysis: star_DaReq: Matching Legacy Numeric, digits=2003
func (t *text) typed(i int) bool {
	const near = 160
	from := max(0, i-near)
	return t.find(from, i, "dtmf") >= 0 || t.find(from, i, "kpml") >= 0
}

// button masks the key that a phone with SCCP reports.
//
//	StationInit - InboundStim - KeypadButtonMessageID kpButton: 1 tcpHandle=0x6b88028
func (t *text) button(at int) {
	if !t.is(at, "kpbutton") {
		return
	}
	if from, n, _, _, ok := t.assigned(at + len("kpbutton")); ok {
		t.pressed(from, n > 0)
	}
}

// signal masks the digit of a SIP INFO with application/dtmf-relay.
//
//	Signal=5
//	Duration=160
func (t *text) signal(at int) {
	from := at - len("s")
	if !t.is(from, "signal") || nameChar(t.at(from-1)) && !t.is(from-2, "\\n") {
		return
	}
	if v, n, _, _, ok := t.assigned(from + len("signal")); ok && t.at(v-n-1) != ':' {
		t.pressed(v, n > 0)
	}
}

// pressed masks the digits at i. Without quotation marks they end with
// themselves: digits=tn=0 is something else.
func (t *text) pressed(i int, quoted bool) {
	to := i
	for c := t.at(to); digit(c) || c >= 'A' && c <= 'D' || c == '*' || c == '#' || quoted && (blank(c) || c == ','); c = t.at(to) {
		to++
	}
	if quoted || !nameChar(t.at(to)) {
		t.star(digits, i, to)
	}
}
