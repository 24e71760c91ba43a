package jabber

import (
	"bytes"
	"strconv"

	"github.com/uctrace/uctrace/normalizer/internal/codes"
	"github.com/uctrace/uctrace/schemas"
)

// cti appends an event of the conversation with CTI Manager. code is as
// printed, its name comes from the table.
func (s *statement) cti(dst []schemas.Event, kind schemas.Kind, name, code, number, detail []byte) []schemas.Event {
	dst = s.event(dst, kind)
	var meaning []byte
	if n, err := strconv.ParseUint(string(code), 0, 32); err == nil {
		meaning = []byte(codes.CTI(uint32(n)))
	}
	s.set(dst, fields{{"name", name}, {"code", code}, {"text", meaning}, {"number", number}, {"detail", detail}})
	return dst
}

// readPDU reads which message came. The client repeats it in another line,
// which readReceivedPDU takes for those that end something. That an opened
// device or line is a success is concluded from the name: documents show
// failures only.
//
//	[id=0] CDPProvider::DispatchTheMessage, nPduNum=126, pduName=PROVIDER_OPEN_COMPLETED_EVENT
func readPDU(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	name := field(s.message, "pduName=")
	switch {
	case bytes.HasSuffix(name, []byte("_CLOSED_EVENT")), string(name) == "FAILURE_RESPONSE":
	case bytes.HasSuffix(name, []byte("_RESPONSE")):
		dst = s.cti(dst, schemas.KindCTIResponse, name, nil, nil, nil)
	case bytes.HasSuffix(name, []byte("_EVENT")):
		dst = s.cti(dst, schemas.KindCTIEvent, name, nil, nil, nil)
	}
	switch {
	case string(name) == "PROVIDER_OPEN_COMPLETED_EVENT":
		return s.stage(dst, &fact{stage: r.stage, outcome: enter, detail: name})
	case bytes.HasSuffix(name, []byte("_OPENED_EVENT")), bytes.HasSuffix(name, []byte("_IN_SERVICE_EVENT")):
		return s.stage(dst, &fact{stage: r.stage, outcome: ok, detail: name})
	}
	return dst
}

// readReceivedPDU reads a message that ends something: the line is closed, a
// request failed.
//
//	[id=0] Received: , pdunames[nPduNum]=LINE_CLOSED_EVENT
//	[id=0] Received , pdunames[nPduNum]= FAILURE_RESPONSE , seqNum=4
func readReceivedPDU(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	name := field(s.message, "pdunames[nPduNum]=")
	switch string(name) {
	case "LINE_CLOSED_EVENT", "DEVICE_CLOSED_EVENT", "PROVIDER_CLOSED_EVENT":
		dst = s.cti(dst, schemas.KindCTIEvent, name, nil, nil, nil)
		if string(name) != "PROVIDER_CLOSED_EVENT" {
			dst = s.stage(dst, &fact{stage: r.stage, outcome: fail, detail: name})
		}
	case "FAILURE_RESPONSE":
		if number := digits(after(s.message, "seqNum=")); len(number) > 0 {
			dst = s.cti(dst, schemas.KindCTIResponse, name, nil, number, nil)
		}
	}
	return dst
}

// readCTIRequest reads a request that was sent.
//
//	[id=0] SendRequest Succeed., pdunames[msg.msgID]=DEVICE_OPEN_REQUEST, msg.sequenceNumber=4
func readCTIRequest(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	name := field(s.message, "pdunames[msg.msgID]=")
	if !bytes.HasSuffix(name, []byte("_REQUEST")) {
		return dst
	}
	dst = s.event(dst, schemas.KindCTIRequest)
	s.set(dst, fields{{"name", name}, {"number", digits(after(s.message, "sequenceNumber="))}})
	if string(name) == "PROVIDER_OPEN_REQUEST" {
		dst = s.stage(dst, &fact{stage: "cti", outcome: enter, detail: name})
	}
	return dst
}

// readProviderOpen reads why CTI Manager refused the user.
//
//	ProviderOpen failed: reason: 0x8ccc005f, Directory login failed - User not present in Standard CTI Users group.
func readProviderOpen(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	code, why, _ := bytes.Cut(after(s.message, "reason:"), []byte(","))
	dst = s.cti(dst, schemas.KindCTIResponse, []byte("ProviderOpen"), hexCode(code), nil, why)
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: s.message})
}

// readFailureResponse reads why CTI Manager refused a request.
//
//	FailureResponse , result= 0x8ccc00d2 , ( CTIERR_DEVICE_RESTRICTED )
func readFailureResponse(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	why := bytes.TrimSpace(until(after(s.message, "("), ")"))
	dst = s.cti(dst, schemas.KindCTIResponse, []byte(r.needle), hexCode(field(s.message, "result=")), nil, why)
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: s.message})
}

// hexCode returns the code that b is, nil when it is none.
func hexCode(b []byte) []byte {
	b = bytes.ToLower(bytes.TrimSpace(b))
	if digits, found := bytes.CutPrefix(b, []byte("0x")); !found || !isHex(digits) {
		return nil
	}
	return b
}

// readOpenFailed reads the states in which the client gave up.
//
//	[id=1] state:2login state:3error:8
func readOpenFailed(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.message, "error:") {
		return dst
	}
	return readText(s, dst, r)
}

// readDevicesTimeout reads that CTI Manager named no device in time: the user
// controls none.
//
//	[id=1] Devices timeout
func readDevicesTimeout(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	dst = s.cti(dst, schemas.KindCTIEvent, []byte("GetDevices"), nil, nil, s.message)
	return readText(s, dst, r)
}

// readConnectionFailure reads why a device could not be controlled, or a
// softphone not be started.
//
//	Service Start Result: [eDeskPhone], Connection Failure code: [eDeviceRegSelectedDeviceNotFound]
func readConnectionFailure(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	code := boxed(s.message, "code:")
	switch string(code) {
	case "", "eNone", "eNoError", "eNoFailure", "eSuccess":
		return dst
	}
	f := fact{stage: r.stage, outcome: r.outcome, detail: code}
	if string(boxed(s.head.message, "Service Start Result:")) == "eSoftPhone" {
		f.stage = "telephony"
	}
	return s.stage(dst, &f)
}

// readControllable reads that the user controls no device.
//
//	TotalControllableDevices =0
func readControllable(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	n := digits(bytes.TrimLeft(s.message[len(r.needle):], " =:"))
	if string(n) != "0" {
		return dst
	}
	return readText(s, dst, r)
}
