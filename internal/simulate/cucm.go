package simulate

import (
	"fmt"
	"strings"
	"time"
)

const (
	sdiFile = "cucm/cucm-pub_1/cm/trace/ccm/sdi/ccm00000001.txt"
	sdlFile = "cucm/cucm-sub_2/cm/trace/ccm/sdl/SDL002_100_000017.txt"
)

// sdi writes a record of a CUCM 8 trace:
//
//	04/17/2013 15:53:55.370 CCM|DbMobility: …|<CLID::…><NID::…><CT::…><IP::…><DEV::…>
func (s *script) sdi(at time.Time, tag, msg string) {
	s.write(at, sdiFile, fmt.Sprintf("%s CCM|%s|<CLID::StandAloneCluster><NID::10.10.96.18><CT::%s><IP::10.10.6.102><DEV::>",
		at.UTC().Format("01/02/2006 15:04:05.000"), msg, tag))
}

// sdl writes a record of a CUCM 9 or later trace; the first one of the file
// is its FileHead.
func (s *script) sdl(at time.Time, kind, msg string) {
	if s.seq == 0 {
		s.seq = 2523379
		s.sdlRecord(at, "FileHead", fmt.Sprintf("UTC:+00:00,Date: %s, AppName: CCM, AppId: 100, AppNodeId: 2, AppVersion: CUCM Install=12.5.1.14900-63 Build=12.5.1.14900-63, HostName: cucm-sub, HostIPAddress: 10.10.96.19, AppStartTime: 2026/01/02 15:42:41, FileNumber: 17, TraceVer: 3.0",
			at.UTC().Format("2006/01/02")))
	}
	s.sdlRecord(at, kind, msg)
}

func (s *script) sdlRecord(at time.Time, kind, msg string) {
	s.seq++
	s.write(at, sdlFile, fmt.Sprintf("%08d.000 |%s |%-9s|%s", s.seq, at.UTC().Format("15:04:05.000"), kind, msg))
}

// lookup writes the lines of one remote destination lookup, which share a
// sequence number.
func (s *script) lookup(at time.Time, number string) {
	s.sdl(at, "SdlSig", "DaReq |wait |Da(2,100,216,1) |Cdcc(2,100,224,16) |2,100,14,9.1^10.10.6.7^* |[R:N-H:0,N:0,L:0,V:0,Z:0,D:0]")
	for i, msg := range []string{
		"SPROC  getCtrlPid - callingNum=" + number + ", inputCtrlPid=(2,100,220,1)",
		"DbMobility: getMatchedRemDest starts: cnumber = " + number,
		"DbMobility: getMatchedRemDest: full match case",
		"DbMobility: can't find remdest " + number + " in map",
	} {
		s.write(at, sdlFile, fmt.Sprintf("%08d.%03d |%s |AppInfo  |%s", s.seq, i+1, at.UTC().Format("15:04:05.000"), msg))
	}
}

// sip writes a SIP message over TCP as SDL prints it.
func (s *script) sip(at time.Time, incoming bool, peer string, message string) {
	s.net++
	head := "SIPTcp - wait_SdlSPISignal: Outgoing SIP TCP message to " + peer + " on port 5060 index 51 "
	if incoming {
		head = fmt.Sprintf("SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from %s on port 5060 index 51 with %d bytes:", peer, len(message))
	}
	s.sdl(at, "AppInfo", fmt.Sprintf("%s\n[%d,NET]\n%s", head, s.net, message))
}

// dialog is one side of a SIP call.
type dialog struct{ callID, from, to, local, peer string }

func (d dialog) request(method string, cseq int) string {
	return d.message(fmt.Sprintf("%s sip:%s@%s:5060 SIP/2.0", method, d.to, d.local), fmt.Sprintf("%d %s", cseq, method))
}

func (d dialog) response(line, method string, cseq int) string {
	return d.message("SIP/2.0 "+line, fmt.Sprintf("%d %s", cseq, method))
}

func (d dialog) message(start, cseq string) string {
	return strings.Join([]string{
		start,
		"Via: SIP/2.0/TCP " + d.peer + ":5060;branch=z9hG4bK" + d.callID[:8],
		"From: <sip:" + d.from + "@" + d.peer + ">;tag=f" + d.callID[:6],
		"To: <sip:" + d.to + "@" + d.local + ">",
		"Call-ID: " + d.callID + "@" + d.peer,
		"CSeq: " + cseq,
		"Max-Forwards: 70",
		"User-Agent: Aastra 400",
		"Contact: <sip:" + d.from + "@" + d.peer + ":5060>",
		"Content-Length: 0",
		"", "",
	}, "\r\n")
}

// call writes a whole call: offered, ringing, answered, ended.
func (s *script) call(at time.Time, d dialog) {
	steps := []struct {
		after    time.Duration
		incoming bool
		message  string
	}{
		{0, true, d.request("INVITE", 101)},
		{5 * time.Millisecond, false, d.response("100 Trying", "INVITE", 101)},
		{300 * time.Millisecond, false, d.response("180 Ringing", "INVITE", 101)},
		{4 * time.Second, false, d.response("200 OK", "INVITE", 101)},
		{4100 * time.Millisecond, true, d.request("ACK", 101)},
		{20 * time.Second, true, d.request("BYE", 102)},
		{20010 * time.Millisecond, false, d.response("200 OK", "BYE", 102)},
	}
	for _, step := range steps {
		s.sip(at.Add(step.after), step.incoming, d.peer, step.message)
	}
}

var cucmScenarios = []Scenario{
	{"PBX sends the short number", "cucm.remote-destination-unmatched", func(s *script, t time.Time) {
		s.pbxCall(t, "1,100,14,7.1", "AIBD1912FE6B7F68@10.10.6.102", "5737")
		ms := t.Add(2 * time.Millisecond)
		s.sdi(ms, "1,100,14,7.1", "DbMobility: can't find remdest 5737 in map")
	}},
	{"PBX sends the whole number", "", func(s *script, t time.Time) {
		s.pbxCall(t, "1,100,14,8.1", "AIC245C802CF7BDC@10.10.6.102", "875737")
		ms := t.Add(2 * time.Millisecond)
		s.sdi(ms, "1,100,14,8.1", "DbMobility:initRemDest: device pkid [97c71d1f-24f7-1f82-107d-4c77053bc79f]")
		s.sdi(ms, "1,100,14,8.1", "DbMobility: found DN association for remdest [875737]")
		s.sdi(ms, "1,100,14,8.1", "DbMobility: found remdest cnumber = 875737, devicepkid = 97c71d1f-24f7-1f82-107d-4c77053bc79f")
		s.sdi(ms, "1,100,14,8.1", "97c71d1f-24f7-1f82-107d-4c77053bc79f found in RemoteDeviceInfo hashmap - PID(s)=2 Name=875737:RDP-marko-5737 is Active=1 Protocol=Remote Destination")
	}},
	{"Outside caller who is nobody's remote destination", "", func(s *script, t time.Time) {
		d := dialog{callID: "7c1f0a2290b14d6c", from: "4085251015", to: "2003", local: "10.10.96.19", peer: "10.10.6.7"}
		s.call(t, d)
		s.lookup(t.Add(time.Millisecond), "+14085251015")
	}},
	{"Phone calls phone", "", func(s *script, t time.Time) {
		s.call(t, dialog{callID: "f0b2e57940ee0056", from: "2003", to: "2015", local: "10.10.96.19", peer: "10.10.38.109"})
	}},
}

// pbxCall writes the beginning of a call from a SIP PBX up to the lookup of
// its calling number.
func (s *script) pbxCall(t time.Time, tag, callID, number string) {
	id, peer, _ := strings.Cut(callID, "@")
	d := dialog{callID: id, from: number, to: "3250", local: "10.10.96.18", peer: peer}
	s.sdi(t, tag, "//SIP/SIPUdp/wait_SdlDataInd: Incoming SIP UDP message size 539 from 10.10.6.102:[5060]:\n"+strings.ReplaceAll(d.request("INVITE", 1), "TCP", "UDP"))
	ms := t.Add(2 * time.Millisecond)
	s.sdi(ms, tag, "//SIP/SIPCdpc(0,0,0)/ci=0/ccbId=0/scbId=0/globalize: Performing stripAndPrependDigits - Prefix data = , Strip Data = 0")
	s.sdi(ms, tag, "//SIP/SIPCdpc(0,0,0)/ci=0/ccbId=0/scbId=0/globalize: CallingNumber after stripAndPrependDigits "+number)
	s.sdi(ms, tag, "SPROC getCtrlPid - callingNum="+number+", inputCtrlPid=(5,100,175,1)")
	s.sdi(ms, tag, "DbMobility: getMatchedRemDest starts: cnumber = "+number)
	s.sdi(ms, tag, "DbMobility: getMatchedRemDest: full match case")
	for _, step := range []struct {
		after time.Duration
		line  string
	}{{10 * time.Millisecond, "100 Trying"}, {200 * time.Millisecond, "180 Ringing"}, {3 * time.Second, "200 OK"}} {
		s.sdi(t.Add(step.after), tag, "//SIP/SIPUdp/wait_SdlSPISignal: Outgoing SIP UDP message to 10.10.6.102:[5060]:\n"+strings.ReplaceAll(d.response(step.line, "INVITE", 1), "TCP", "UDP"))
	}
}
