package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// mediaScenarios are about transcoders, audio and what else a call needs.
var mediaScenarios = []Scenario{
	{Name: "transcoder-mismatch", Title: "no transcoder can do the codecs that a call needs", Rules: []string{"cucm.transcoder-unavailable"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called))
		c.ring(b)
		a := c.transcoder(s.newCI(s.site), "XCODE_"+upper(s.hex(4)))
		a.info("MRM::waiting_AllocateMtpResourceErr - ERROR - no resources are available -- ci = " + fmt.Sprint(c.ciB))
		a.info(fmt.Sprintf("SIG-MediaManager-(%d)::disconnOnResourceAllocationFailure, CI(%d,%d)", c.globalCall, c.ciA, c.ciB))
		s.signal(c.node, c.tag, "MediaConnectErrorInd", "wait", fmt.Sprintf("Cdcc(%d,100,224,1)", c.node.id), fmt.Sprintf("MediaManager(%d,100,142,1)", c.node.id), flags+fmt.Sprintf("CI1=%d CI2=%d Cause=1", c.ciA, c.ciB))
		b.cseq = 102
		s.send(b, c.tag, s.message(b, true, fmt.Sprintf("BYE sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "BYE", ""))
		s.receive(b, s.answerTo(b, false, "SIP/2.0 200 OK", "BYE"))
		c.fail("SIP/2.0 503 Service Unavailable", 47, "Reason: Q.850;cause=47")
		s.expect("cucm.transcoder-unavailable", schemas.High)
	}},
	{Name: "transcoder-second", Title: "the first transcoder cannot, the second can", Often: 3, Like: []string{"cucm.transcoder-unavailable"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called))
		c.ring(b)
		ci := s.newCI(s.site)
		a := c.transcoder(ci, "XCODE_"+upper(s.hex(4)))
		a.info(fmt.Sprintf("MediaResourceCdpc(%d)::resource_rsvp_AllocateMtpResourceRes CI=%d, DeviceName=XCODE_B", c.globalCall, ci))
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
	}},
	{Name: "transcoder-none", Title: "no transcoder is configured", Rules: []string{"cucm.transcoder-unavailable"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called))
		c.ring(b)
		a := s.signal(c.node, c.tag, "MrmAllocateXcoderResourceReq", "waiting", fmt.Sprintf("MediaResourceManager(%d,100,138,1)", c.node.id), fmt.Sprintf("MediaManager(%d,100,142,1)", c.node.id), flags+fmt.Sprintf("CI=%d", c.ciB))
		a.info("MediaResourceManager::sendAllocationResourceErr - ERROR - no transcoder device configured")
		s.traceAlarm(a, "CallManager", "MediaResourceListExhausted", "Warning", 4, "Media Resource List Exhausted", []string{"MediaResourceType:2", "MediaResourceListName:NULL_LIST"})
		s.signal(c.node, c.tag, "MediaConnectErrorInd", "wait", fmt.Sprintf("Cdcc(%d,100,224,1)", c.node.id), fmt.Sprintf("MediaManager(%d,100,142,1)", c.node.id), flags+fmt.Sprintf("CI1=%d CI2=%d Cause=1", c.ciA, c.ciB))
		b.cseq = 102
		s.send(b, c.tag, s.message(b, true, fmt.Sprintf("BYE sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "BYE", ""))
		s.receive(b, s.answerTo(b, false, "SIP/2.0 200 OK", "BYE"))
		c.fail("SIP/2.0 503 Service Unavailable", 47, "Reason: Q.850;cause=47")
		s.expect("cucm.transcoder-unavailable", schemas.High)
	}},
	{Name: "transcoder-throttled", Title: "the transcoders are throttled and none is left", Rules: []string{"cucm.transcoder-throttled"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called))
		c.ring(b)
		a := c.request(c.ciB)
		a.info("MediaTerminationPointControl(7)::waiting_AllocateMtpResourceReq - MTP usage (1) >= configured throttle percent (95) of Total Resources (2). Attempt to allocate a different MTP.")
		a.info(fmt.Sprintf("MediaTerminationPointControl(7)::SendMTPResourceErrToSender - ERROR  AllocateMtpResourceReq failed -- Ci=%d, errBitset=0x2", c.ciB))
		s.signal(c.node, c.tag, "MediaConnectErrorInd", "wait", fmt.Sprintf("Cdcc(%d,100,224,1)", c.node.id), fmt.Sprintf("MediaManager(%d,100,142,1)", c.node.id), flags+fmt.Sprintf("CI1=%d CI2=%d Cause=1", c.ciA, c.ciB))
		b.cseq = 102
		s.send(b, c.tag, s.message(b, true, fmt.Sprintf("BYE sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "BYE", ""))
		s.receive(b, s.answerTo(b, false, "SIP/2.0 200 OK", "BYE"))
		c.fail("SIP/2.0 503 Service Unavailable", 47, "Reason: Q.850;cause=47")
		s.expect("cucm.transcoder-throttled", schemas.High)
		s.allow("cucm.transcoder-unavailable")
	}},
	{Name: "transcoder-throttled-once", Title: "one transcoder is throttled, another takes the call", Often: 2, Like: []string{"cucm.transcoder-throttled"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called))
		c.ring(b)
		a := c.request(c.ciB)
		a.info("MediaTerminationPointControl(7)::waiting_AllocateMtpResourceReq - MTP usage (1) >= configured throttle percent (95) of Total Resources (2). Attempt to allocate a different MTP.")
		a.info(fmt.Sprintf("MediaTerminationPointControl(7)::SendMTPResourceErrToSender - ERROR  AllocateMtpResourceReq failed -- Ci=%d, errBitset=0x2", c.ciB))
		a.info(fmt.Sprintf("MediaTerminationPointControl(8)::getResourcesAllocated -- DeviceName=XCODE_B Ci=%d ResourceCount=1", c.ciB))
		a.info(fmt.Sprintf("MediaResourceCdpc(%d)::resource_rsvp_AllocateMtpResourceRes CI=%d, DeviceName=XCODE_B", c.globalCall, c.ciB))
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
	}},
	{Name: "dtmf", Title: "the two sides cannot exchange digits", Rules: []string{"cucm.dtmf-impossible"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called))
		c.ring(b)
		s.signal(c.node, c.tag, "MediaExchangeOfferReq", "wait", fmt.Sprintf("MediaManager(%d,100,142,1)", c.node.id), fmt.Sprintf("Cdcc(%d,100,224,1)", c.node.id), flags+fmt.Sprintf("CI=%d", c.ciA)).
			info(fmt.Sprintf("DET-MediaManager-(%d)::preCheckCapabilities, No DTMF is possible for call since one (or both) party does not support any DTMF cap", c.globalCall))
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
		s.expect("cucm.dtmf-impossible", schemas.Medium)
	}},
	{Name: "session-timer", Title: "the refresh of a call gets no answer and CUCM ends it", Rules: []string{"cucm.session-timer-drop"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called))
		c.ring(b)
		b.extra = []string{"Session-Expires: 1800;refresher=uac", "Min-SE: 1800"}
		c.answer(b)
		s.wait(900 * time.Second)
		b.cseq = 102
		s.send(b, c.tag, s.message(b, true, fmt.Sprintf("INVITE sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "INVITE", ""))
		s.wait(32 * time.Second)
		b.extra, b.cseq = nil, 103
		s.send(b, c.tag, s.message(b, true, fmt.Sprintf("BYE sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "BYE", ""))
		c.a.cseq = 102
		s.send(c.a, c.tag, s.message(c.a, true, fmt.Sprintf("BYE sip:%s@%s:%d SIP/2.0", c.a.their, c.a.ip, c.a.port), "BYE", ""))
		s.receive(c.a, s.answerTo(c.a, false, "SIP/2.0 200 OK", "BYE"))
		c.release(41)
		s.expect("cucm.session-timer-drop", schemas.High)
	}},
	{Name: "fifteen-minutes", Title: "somebody hangs up after exactly a quarter of an hour", Like: []string{"cucm.session-timer-drop"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called))
		c.ring(b)
		c.answer(b)
		s.wait(900 * time.Second)
		c.hangUp(c.a, b)
	}},
	{Name: "slow-ringing", Title: "it takes long until it rings", Rules: []string{"cucm.long-post-dial-delay"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called))
		s.wait(14 * time.Second)
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
		s.expect("cucm.long-post-dial-delay", schemas.Medium)
	}},
}

// request has the call ask for a transcoder.
func (c *call) request(ci int) *action {
	n := c.node
	return c.s.signal(n, c.tag, "AllocateMtpResourceReq", "waiting", fmt.Sprintf("MediaTerminationPointControl(%d,100,133,7)", n.id), fmt.Sprintf("MediaResourceCdpc(%d,100,139,%d)", n.id, c.globalCall),
		flags+fmt.Sprintf("CI=%d", ci))
}

// transcoder has a transcoder refuse the call because of its codecs; ci is the
// identifier of the media resource.
func (c *call) transcoder(ci int, device string) *action {
	a := c.request(ci)
	a.info(fmt.Sprintf("MediaTerminationPointControl(7)::getResourcesAllocated -- DeviceName=%s Ci=%d ResourceCount=1", device, ci))
	a.info(fmt.Sprintf("DET-MediaManager-(%d)::preCheckCapabilities, caps mismatch! Xcoder Reqd. kbps(8), filtered A[capCount=3 (Cap,ptime)= (11,20) (12,20) (114,20)], B[capCount=0 (Cap,ptime)=] allowMTP=0 numXcoderRequired=1 xcodingSide=2", c.globalCall))
	a.info(fmt.Sprintf("MediaTerminationPointControl(7)::SendMTPResourceErrToSender - ERROR  AllocateMtpResourceReq failed -- Ci=%d, errBitset=0x46", ci))
	a.info(fmt.Sprintf("MediaResourceCdpc(%d)::adjustDeviceTblXcoder - Codec Mismatch", c.globalCall))
	return a
}
