package fleet

import (
	"fmt"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// incoming begins a call whose first leg is not SIP.
func (s *story) incoming(n *node, caller, called, device string) *call {
	c := &call{s: s, node: n, session: s.begin(schemas.SessionCall), a: &leg{node: n, device: device}, caller: caller, called: called, deviceA: device}
	c.newIDs()
	return c
}

// element is a Q.931 information element as a trace prints it.
func element(name string, first byte, head []byte, digits string) string {
	body := append(append([]byte{}, head...), digits...)
	var b strings.Builder
	fmt.Fprintf(&b, "Ie - %s -- IEData= %02X %02X ", name, first, len(body))
	for _, c := range body {
		fmt.Fprintf(&b, "%02X ", c)
	}
	return b.String()
}

// isdn is the raw message of a call reference.
func isdn(number int, reference int, typ byte, rest string) string {
	return fmt.Sprintf("IsdnMsgData%d= 08 02 %02X %02X %02X %s", number, byte(reference>>8), byte(reference), typ, rest)
}

func hexDigits(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%02X ", s[i])
	}
	return b.String()
}

// parties are the elements of the calling and the called number.
func parties(caller, called string) string {
	return fmt.Sprintf("6C %02X 21 80 %s70 %02X C1 %s", 2+len(caller), hexDigits(caller), 1+len(called), hexDigits(called))
}

// pri begins a call that an MGCP gateway takes from an ISDN line.
func (s *story) pri(n *node, gateway, caller, called string) *call {
	c := s.incoming(n, caller, called, "S0/SU2/DS1-0@"+gateway)
	ref := s.w.next() & 0x7fff
	tag := n.inbound(s.gateway(), 2428)
	a := s.signal(n, tag, "SdlDataInd", "wait", fmt.Sprintf("MGCPBhHandler(%d,100,170,1)", n.id), fmt.Sprintf("SdlTCPConnection(%d,100,14,%d)", n.id, n.connection(s.gateway()+":2428")), "*TraceFlagOverrode")
	a.info("MGCPBhHandler " + s.gateway() + " - TCP msg available from Device")
	a.info(" ")
	a.info("In  Message -- PriSetupMsg -- Protocol= PriNi2Protocol")
	a.info("Ie - Ni2BearerCapabilityIe -- IEData= 04 03 80 90 A2 ")
	a.info(element("Q931CallingPartyIe", 0x6c, []byte{0x41, 0x80}, caller))
	a.info(element("Q931CalledPartyIe", 0x70, []byte{0xc1}, called))
	a.info("MMan_Id= 0. (iep=  0 dsl= A000 sapi=  0 ces= 0 IpAddr=fe00000a IpPort=2427)")
	a.info(isdn(1, ref, 0x05, "04 03 80 90 A2 18 03 A9 83 81 "+parties(caller, called)))
	s.tick()
	a = s.signal(n, tag, "CcCiRes", "restart0", fmt.Sprintf("MGCPpn9d(%d,100,150,1)", n.id), fmt.Sprintf("Cc(%d,100,220,1)", n.id), flags+fmt.Sprintf("CI=%d CI.branch=0  ci=%d callIns=0", c.ciA, c.ciA))
	a.info(fmt.Sprintf("MGCPpn9d - initPortInfo:\n portInfo[00] endpoint=S0/SU2/DS1-0/1@%s, ci=%d, globalCallId=%d", gateway, c.ciA, c.globalCall))
	c.tag = tag
	return c
}

// endPRI writes how CUCM ends the ISDN side.
func (c *call) endPRI() {
	s, n := c.s, c.node
	s.signal(n, c.tag, "CcDisconnReq", "active10", fmt.Sprintf("MGCPpn9cuser(%d,100,151,1)", n.id), fmt.Sprintf("MGCPpn9d(%d,100,150,1)", n.id), flags+fmt.Sprintf("CI=%d CI.branch=0  clearType=0 c.l=1 c.cid=8 c.cs=0 c.lc=0 c.r=0 cv=16", c.ciA)).
		info("Out Message -- PriDisconnectMsg -- Protocol= PriNi2Protocol").
		info("IsdnMsgData2= 08 02 80 82 45 08 02 80 90 ")
}

// h225 begins a call from an H.323 gateway.
func (s *story) h225(n *node, gateway, caller, called string) *call {
	c := s.incoming(n, caller, called, gateway)
	ref := s.w.next() & 0x7fff
	tag := n.inbound(s.gateway(), 11285)
	a := s.signal(n, tag, "SdlDataInd", "wait", fmt.Sprintf("H225Handler(%d,100,193,1)", n.id), fmt.Sprintf("SdlTCPConnection(%d,100,14,%d)", n.id, n.connection(s.gateway()+":11285")), "*TraceFlagOverrode")
	a.info("In  Message -- H225SetupMsg -- Protocol= H225Protocol")
	a.info("Ie - H225BearerCapabilityIe -- IEData= 04 03 80 90 A3 ")
	a.info(element("H225CallingPartyIe", 0x6c, []byte{0x21, 0x80}, caller))
	a.info(element("Q931CalledPartyIe", 0x70, []byte{0xc1}, called))
	a.info(isdn(1, ref, 0x05, "04 03 80 90 A3 "+parties(caller, called)))
	a.info("value H323-UserInformation ::= ")
	a.info("SPROCRas - {\n  h323-uu-pdu \n  {\n    h323-message-body setup : \n      {\n        protocolIdentifier { 0 0 8 2250 0 4 },\n        callType pointToPoint : NULL\n      }\n  }\n}")
	s.tick()
	s.signal(n, tag, "CcSetupInd", "wait", fmt.Sprintf("Cc(%d,100,220,1)", n.id), fmt.Sprintf("H225Cdpc(%d,100,195,1)", n.id), flags+fmt.Sprintf("CI=%d CI.branch=0", c.ciA)).
		info(fmt.Sprintf("H225Cdpc::sendPolicyAndCACRegisterReq, ci=%d, branch=0", c.ciA))
	c.tag = tag
	return c
}

// h225Out writes a message of CUCM to the gateway.
func (c *call) h225Out(signal, message string, typ string) {
	s, n := c.s, c.node
	s.signal(n, c.tag, signal, "call_delivered4", fmt.Sprintf("H225Cdpc(%d,100,195,1)", n.id), fmt.Sprintf("H225D(%d,100,194,1)", n.id), flags+fmt.Sprintf("CI=%d CI.branch=0", c.ciA)).
		info("Out Message -- " + message + " -- Protocol= H225Protocol").
		info("IsdnMsgData2= 08 02 80 01 " + typ + " ")
}

// sccp begins a call from an SCCP phone, digit by digit.
func (s *story) sccp(u *user, called string) *call {
	c := s.incoming(u.node, u.dn, called, u.phone())
	n := u.node
	instance := 100 + s.w.next()%9000
	line := func(name, text string) {
		c.tag = n.inbound(u.ip, u.port)
		s.signal(n, c.tag, name, "wait", fmt.Sprintf("StationInit(%d,100,62,1)", n.id), fmt.Sprintf("SdlTCPConnection(%d,100,14,%d)", n.id, n.connection(fmt.Sprintf("%s:%d", u.ip, u.port))), "*TraceFlagOverrode").
			info(fmt.Sprintf("StationInit: (%07d) %s", instance, text))
		s.pause(100_000_000, 400_000_000)
	}
	line("SdlDataInd", "SoftKeyEvent softKeyEvent=2(NewCall) lineInstance=0 callReference=0.")
	s.info(n, fmt.Sprintf("StationD:    (%07d) CallState callState=1 lineInstance=1 callReference=%d", instance, c.ciA))
	for _, digit := range called {
		line("SdlDataInd", fmt.Sprintf("KeypadButton kpButton=%c.", digit))
	}
	return c
}

// sccpMedia writes that the phone's audio is opened.
func (c *call) sccpMedia() {
	c.s.info(c.node, fmt.Sprintf("StationD:    (0000%03d) OpenReceiveChannel conferenceID=%d passThruPartyID=16777225 msecPacketSize=20 compressionType=4(Media_Payload_G711Ulaw64k)", c.ciA%1000, c.ciA))
}
