package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// The states of a media resource.
var (
	stateRequested = []byte("requested")
	stateMismatch  = []byte("mismatch")
	stateThrottled = []byte("throttled")
	stateNone      = []byte("none")
	stateAllocated = []byte("allocated")
	stateFailed    = []byte("failed")
	stateReleased  = []byte("released")
)

// The kinds of media resources.
var (
	resourceXcoder      = []byte("xcoder")
	resourceMTP         = []byte("mtp")
	resourceAnnunciator = []byte("annunciator")
	resourceConference  = []byte("conference")
	resourceMOH         = []byte("moh")
)

// resource appends the event of a line in which the media resource manager, or
// the control of a device, gives or refuses a resource. A request passes
// through the manager, its child for the request, and the devices it asks:
//
//	MediaResourceCdpc(128507)::waiting_MrmAllocateMtpResourceReq - CI=42684271 Count=1 TryPassThru=0
//	MediaTerminationPointControl(7)::getResourcesAllocated -- DeviceName=XCODE_BR1 Ci=42684271 ResourceCount=1
//	MediaTerminationPointControl(7)::SendMTPResourceErrToSender - ERROR  AllocateMtpResourceReq failed -- Ci=42684271, errBitset=0x2
//	MediaResourceCdpc(3)::resource_rsvp_AllocateAnnResourceRes CI=45136603, DeviceName=ANN_4
//	MediaResourceManager::sendAllocationResourceErr - ERROR - no transcoder device configured
func (t *trace) resource(dst []schemas.Event) []schemas.Event {
	line := t.words()
	process, words, ok := bytes.Cut(line, []byte("::"))
	if !ok {
		return t.mediaDevice(dst, line)
	}
	state, detail := t.resourceState(process, words)
	if state == nil {
		return dst
	}
	f := fact{kind: schemas.KindMediaResource}
	f.with("resource", resourceName(process, words))
	f.with("state", state)
	device := param(words, "DeviceName=")
	f.with("device", device)
	f.with("code", param(words, "errBitset="))
	f.with("detail", bytes.TrimRight(detail, "| "))
	f.key(schemas.KeyDevice, device)
	for _, name := range [...]string{"CI=", "Ci=", "CI =", "Ci =", "ci =", "ci=", "TransactionId="} {
		if v, ok := after(words, name); ok {
			f.ci(bytes.TrimLeft(v, " "))
			break
		}
	}
	return t.line(dst, &f)
}

// throttled appends the event of a device that refuses because of its throttle,
// of which an excerpt has the words alone.
//
//	MTP usage (1) >= configured throttle percent (95) of Total Resources (2). Attempt to allocate a different MTP.
func (t *trace) throttled(dst []schemas.Event) []schemas.Event {
	line := t.words()
	if !bytes.Contains(line, []byte("throttle percent")) {
		return dst
	}
	f := fact{kind: schemas.KindMediaResource}
	f.with("resource", resourceMTP)
	f.with("state", stateThrottled)
	f.with("detail", bytes.TrimRight(line, "| "))
	return t.line(dst, &f)
}

// mediaDevice appends the event of a conference bridge, a transcoder or a media
// termination point that has registered, as releases to 8.6 print it.
//
//	UnicastBridgeControl - wait_capabilities_StationCapRes - Device= CFB00107B000FB0 - Registered - ConfBridges= 5, Streams= 16, tcpHandle=4f19d64
//	MediaTerminationPointControl - Capabilities Received - Device= MTP_2. - Registered - Supports 24 calls
func (t *trace) mediaDevice(dst []schemas.Event, line []byte) []schemas.Event {
	v, ok := after(line, "Device= ")
	device, rest, registered := bytes.Cut(v, []byte(" - Registered - "))
	if device = bytes.TrimRight(device, ". "); !ok || !registered || len(device) == 0 {
		return dst
	}
	f := fact{kind: schemas.KindRegistrationState}
	f.with("state", stateRegistered)
	f.with("device", device)
	f.with("protocol", protocolSCCP)
	f.with("detail", bytes.TrimRight(rest, "| "))
	f.key(schemas.KeyDevice, device)
	return t.line(dst, &f)
}

// resourceState returns what words, which process printed, say of a resource,
// and what they say beyond that; nil for nothing.
func (t *trace) resourceState(process, words []byte) (state, detail []byte) {
	if _, after, ok := bytes.Cut(words, []byte("ERROR")); ok {
		reason := bytes.TrimLeft(after, " -")
		detail = upTo(reason, " -- ")
		switch {
		case hasPrefix(reason, "no ") && (bytes.Contains(detail, []byte("available")) || bytes.Contains(detail, []byte("configured"))):
			return stateNone, detail
		case bytes.Contains(detail, []byte("ResourceReq failed")):
			return stateFailed, detail
		}
		return nil, nil // an allocation that is not known any more, a counter below zero
	}
	switch {
	case hasPrefix(words, "waiting_MrmAllocate") && t.tail && bytes.HasSuffix(process, []byte(")")) && bytes.Contains(words, []byte("Req - CI")):
		// SDL has a signal for it, and the manager, which has no number,
		// prints it too.
		return stateRequested, nil
	case hasPrefix(words, "getResourcesAllocated -- DeviceName=") && bytes.Contains(words, []byte(" ResourceCount=")):
		return stateRequested, nil
	case hasPrefix(words, "resource_rsvp_Allocate") && bytes.Contains(words, []byte("ResourceRes ")):
		return stateAllocated, nil
	case hasPrefix(words, "waiting_MrmDeallocate") && !bytes.Contains(words, []byte("unknown")):
		return stateReleased, nil
	case bytes.Contains(words, []byte("throttle percent")):
		_, detail, _ = bytes.Cut(words, []byte(" - "))
		return stateThrottled, detail
	case bytes.Contains(words, []byte("Codec Mismatch")):
		return stateMismatch, words
	}
	return nil, nil
}

// resourceName returns the kind of resource that words are about, as CUCM
// names it between Allocate and Resource; else the kind that process controls.
func resourceName(process, words []byte) []byte {
	if bytes.Contains(words, []byte("transcoder")) || bytes.Contains(words, []byte("Xcoder")) {
		return resourceXcoder
	}
	_, v, _ := bytes.Cut(words, []byte("llocate"))
	if i := bytes.Index(v, []byte("Resource")); i > 0 && i < 16 && v[0] >= 'A' && v[0] <= 'Z' {
		switch string(v[:i]) {
		case "Ann":
			return resourceAnnunciator
		case "Ucb":
			return resourceConference
		}
		return bytes.ToLower(v[:i])
	}
	switch {
	case hasPrefix(process, "MediaTermination"):
		return resourceMTP
	case hasPrefix(process, "UnicastBridge"):
		return resourceConference
	case hasPrefix(process, "Ann"):
		return resourceAnnunciator
	case hasPrefix(process, "Moh"), hasPrefix(process, "MOH"):
		return resourceMOH
	}
	return nil
}

// mediaManager appends the event of a line of the media manager of one call.
// Every call prints many of these; a mismatch is no failure yet, because a
// transcoder may be found.
//
//	DET-MediaManager-(252214)::preCheckCapabilities, caps mismatch! Xcoder Reqd. kbps(8), filtered A[capCount=3 …], B[capCount=0 …] allowMTP=0 numXcoderRequired=1 xcodingSide=2
//	SIG-MediaManager-(9)::disconnOnResourceAllocationFailure, CI(49611469,49611470)
func (t *trace) mediaManager(dst []schemas.Event) []schemas.Event {
	_, words, ok := bytes.Cut(t.body, []byte(")::"))
	if !ok || len(words) < 12 {
		return dst
	}
	switch {
	case words[0] == 'p' && hasPrefix(words, "preCheckCapabilities, caps mismatch"):
		line := t.words()
		f := fact{kind: schemas.KindMediaResource}
		f.with("resource", resourceXcoder)
		f.with("state", stateMismatch)
		if i := bytes.Index(line, []byte("caps mismatch")); i >= 0 {
			f.with("detail", line[i:])
		}
		return t.line(dst, &f)
	case hasPrefix(words, "disconnOnResourceAllocationFailure"):
		return t.mediaFailure(dst, []byte("disconnOnResourceAllocationFailure"))
	}
	if i := bytes.Index(words[:min(len(words), 200)], []byte("No DTMF is possible")); i >= 0 {
		return t.mediaFailure(dst, []byte("No DTMF is possible"))
	}
	return dst
}

// mediaConnect appends the event of a line in which the media of two legs are
// connected. A leg may be that of an announcer, a bridge or a recorder.
// Releases before 9.0 have no other line that names both legs of a call.
//
//	ARBTRY-ConnectionManager-wait_MediaConnectRequest(51140856,51140857)
//	ConnectionManager - wait_AuConnectInfoInd, CI(16777217,16777218)
func (t *trace) mediaConnect(dst []schemas.Event) []schemas.Event {
	_, words, ok := bytes.Cut(t.body[:min(len(t.body), 160)], []byte("wait_"))
	if !ok || !hasPrefix(words, "MediaConnectRequest") && !hasPrefix(words, "AuConnect") {
		return dst
	}
	_, legs, ok := bytes.Cut(words, []byte{'('})
	first := leadingDigits(legs)
	if !ok || len(first) == 0 || len(legs) == len(first) || legs[len(first)] != ',' {
		return dst
	}
	f := fact{kind: schemas.KindMediaLeg}
	f.with("by", byMedia)
	f.ci(first)
	f.ci(bytes.TrimLeft(legs[len(first)+1:], " "))
	if f.k < 2 {
		return dst
	}
	return t.line(dst, &f)
}

// mediaFailure appends the event of a line that says that media failed, with
// the legs it names.
func (t *trace) mediaFailure(dst []schemas.Event, what []byte) []schemas.Event {
	line := t.words()
	f := fact{kind: schemas.KindMediaError}
	f.with("error", what)
	if _, after, ok := bytes.Cut(line, what); ok {
		f.with("detail", bytes.TrimLeft(after, " ,-:"))
	}
	f.legs(line)
	return t.line(dst, &f)
}

// legs adds the call identifiers of both legs.
//
//	CI(49611479,49611480)
//	CI1=49611479 CI2=49611480
func (f *fact) legs(b []byte) {
	if v, ok := after(b, "CI("); ok {
		f.ci(v)
		if first := leadingDigits(v); len(first) > 0 && len(v) > len(first) && v[len(first)] == ',' {
			f.ci(bytes.TrimLeft(v[len(first)+1:], " "))
		}
	}
	for _, name := range [...]string{"CI1=", "CI2=", "CI="} {
		if v, ok := after(b, name); ok {
			f.ci(bytes.TrimLeft(v, " "))
		}
	}
}
