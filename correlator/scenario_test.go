package correlator

import (
	"slices"
	"strings"
	"testing"
)

// scenarios are failing traces and their healthy look-alikes. want lists the
// findings, say a part of the outline, blind "subject|why" of the coverage.
type scenario struct {
	name, log string
	want      []string
	say       []string
	blind     string
}

var scenarios = slices.Concat(dialbackScenarios, edgeScenarios, otherScenarios)

var otherScenarios = []scenario{
	{
		name: "remote destination without its prefix",
		log: `file sdi cucm.sdi
- sip INVITE id=bad from=7 contact=5737 to=3250
0 digits.transform seq=1 number=5737
0 mobility.lookup seq=1 number=5737 by=calling
0 mobility.lookup seq=1 number=5737
0 mobility.lookup seq=1 match=full
0 mobility.miss seq=1 number=5737
- sip INVITE id=good from=875737 contact=875737 to=3250
90 mobility.lookup seq=2 number=875737 by=calling
90 mobility.found seq=2 number=875737
90 mobility.remdest seq=2 number=875737 name=RDP-marko-5737 dn=5737 active=1`,
		want: []string{"cucm.remote-destination-unmatched medium"},
		say:  []string{"5737 was looked up but the remote destination is 875737 (RDP-marko-5737)", "call open events=6", "call open events=4"},
	},
	{
		name: "a call between gateways, without SIP",
		log: `file sdl cucm.sdl node=n1
0 digits.signal tag=t1 protocol=q931 message=Setup direction=in calling=5550100 called=5552003
0.1 digits.analysis tag=t1 seq=7 ci=1 calling=5550100 called=2003
0.1 digits.analysis tag=t1 seq=7 outcome=match called=2003
0.2 media.leg ci=1 tag=t1 seq=8
0.2 digits.call tag=t1 ci=1 row=SETUP calling=5550100 called=2003
0.3 digits.signal protocol=mgcp message=CRCX ci=1
0.4 digits.signal protocol=sccp message=OpenReceiveChannel ci=2
9 digits.call ci=2 row=RELEASE cause=16
file rows cucm.calllog node=n1
0.2 digits.call ci=1 ci=2 row=SETUP calling=5550100 called=2003
9 digits.call ci=1 ci=2 row=RELEASE cause=16`,
		say: []string{"call ok events=9 | call from 5550100 to 5552003, released with cause 16, without SIP messages"},
	},
	{
		name: "two calls that came in one read",
		log: `file sdl cucm.sdl node=n1
0 digits.signal tag=t1 protocol=q931 message=Setup direction=in calling=5550100 called=5552003
0 digits.signal tag=t1 protocol=q931 message=Setup direction=in calling=5550101 called=5552004
0.1 digits.analysis tag=t1 seq=7 ci=1 calling=5550100 called=2003
0.1 digits.analysis tag=t1 seq=8 ci=3 calling=5550101 called=2004`,
		say: []string{"call unknown events=2 | call from 5550100 to 5552003, without SIP messages\n", "call unknown events=2 | call from 5550101 to 5552004"},
	},
	{
		name: "a phone that sends the digits one by one",
		log: `file sdl cucm.sdl node=n1
0 sip INVITE id=a from=1000 to=1 in
1 sip 183/INVITE id=a ci=1
2 digits.call ci=1 ci=2 row=SETUP calling=1000 called=1001
3 digits.call ci=1 ci=2 row=REJECT calling=1000 called=1001 cause=17 text=busy`,
		say: []string{"call from 1000 to 1001, no final answer"},
	},
	{
		name: "call control ends a call",
		log: `file rows cucm.calllog node=n1
0 digits.call ci=1 ci=2 row=SETUP calling=1000 called=1001
3 digits.call ci=1 ci=2 row=REJECT calling=1000 called=1001 cause=17 text=busy`,
		say: []string{"call failed events=2 | call from 1000 to 1001, ended with cause 17 (busy), without SIP messages"},
	},
	{
		name: "a miss without a known remote destination",
		log: `file sdl cucm.sdl node=n1
0 sip INVITE id=a from=4085251015 to=3250 in tag=t1
0.1 mobility.lookup seq=1 tag=t1 number=4085251015 by=calling
0.1 mobility.miss seq=1 tag=t1 number=4085251015
5 mobility.remdest seq=2 number=875737 name=RDP-marko-5737 dn=5737`,
		say: []string{"call open events=3"},
	},
	{
		name: "a lookup by called number",
		log: `file sdl cucm.sdl node=n1
0 sip INVITE id=a from=3000 to=5737 in tag=t1
0.1 mobility.lookup seq=1 tag=t1 number=5737 by=called
0.1 mobility.miss seq=1 tag=t1 number=5737
5 mobility.remdest seq=2 number=875737 name=RDP-marko-5737 dn=5737`,
	},
	{
		name: "the same call finds its destination",
		log: `file sdl cucm.sdl node=n1
0 sip INVITE id=a from=5737 to=3250 in tag=t1
0.1 mobility.lookup seq=1 tag=t1 number=5737 by=calling
0.1 mobility.miss seq=1 tag=t1 number=5737
0.2 mobility.lookup seq=2 tag=t1 number=875737 by=calling
0.2 mobility.found seq=2 tag=t1 number=875737
0.2 mobility.remdest seq=2 tag=t1 number=875737 name=RDP-marko-5737 dn=5737`,
	},
	{
		name: "a call from a phone of the cluster",
		log: `file sdl cucm.sdl node=n1
0 sip INVITE id=a from=5737 to=3250 in tag=t1 device=SEP001122334455
0.1 mobility.lookup seq=1 tag=t1 number=5737 by=calling
0.1 mobility.miss seq=1 tag=t1 number=5737
5 mobility.remdest seq=2 number=875737 name=RDP-marko-5737 dn=5737`,
	},
	{
		name: "a chance end of a full number",
		log: `file sdl cucm.sdl node=n1
0 sip INVITE id=a from=4085255737 to=3250 in tag=t1
0.1 mobility.lookup seq=1 tag=t1 number=4085255737 by=calling
0.1 mobility.miss seq=1 tag=t1 number=4085255737
5 mobility.remdest seq=2 number=5737 name=RDP-x-1 dn=1`,
	},
	{
		name: "the DN arrives, and the lookup has no call",
		log: `file sdl cucm.sdl node=n1
0.1 mobility.lookup seq=1 number=5737 by=calling
0.1 mobility.miss seq=1 number=5737
5 mobility.remdest seq=2 number=07578334371 name=RDP-marko-5737 dn=5737`,
		want: []string{"cucm.remote-destination-unmatched medium"},
		say:  []string{"other unknown events=2 | lookup of 5737, its call is not in these logs"},
	},
	{
		name: "the tag leads to the INVITE in another file",
		log: `file x cucm.sdl node=n1
0 sip INVITE id=a from=5737 to=3250 in tag=t1
5 mobility.remdest seq=2 number=875737 name=RDP-marko-5737 dn=5737
file y cucm.sdl node=n1
0.1 mobility.lookup seq=1 tag=t1 number=5737 by=calling
0.1 mobility.miss seq=1 tag=t1 number=5737`,
		want: []string{"cucm.remote-destination-unmatched medium"},
		say:  []string{"call open events=3"},
	},
	{
		name: "the nearer of two INVITEs, two lookups of one number",
		log: `file x cucm.sdi
0 sip INVITE id=a from=5737 to=3250 in
0.5 sip INVITE id=b from=5737 to=3251 in
1 mobility.lookup seq=1 number=5737 by=calling
1 mobility.miss seq=1 number=5737
1.1 mobility.lookup seq=2 number=5737 by=calling
1.1 mobility.miss seq=2 number=5737
5 mobility.remdest seq=3 number=875737 name=RDP-marko-5737 dn=5737`,
		want: []string{"cucm.remote-destination-unmatched medium"},
		say:  []string{"call open events=1", "call open events=5"},
	},
	{
		name: "a line that belongs to two lookups makes one of them",
		log: `file x cucm.sdi
0 sip INVITE id=a from=5737 to=3250 in
1 mobility.lookup seq=1 number=5737 by=calling
1.1 mobility.miss seq=2 number=5737
1.2 mobility.lookup seq=1 seq=2 number=5737
5 mobility.remdest seq=3 number=875737 name=RDP-marko-5737 dn=5737`,
		want: []string{"cucm.remote-destination-unmatched medium"},
		say:  []string{"call open events=4"},
	},
	{
		name: "an INVITE too far before the lookup",
		log: `file sdi cucm.sdi
0 sip INVITE id=a from=5737 to=3250
3 mobility.lookup seq=1 number=5737 by=calling
3 mobility.miss seq=1 number=5737`,
		say: []string{"call open events=1"},
	},
	{
		name: "AXL refused",
		log: `file c1 expressway.other node=c1
0 axl.request function=executeSQLQuery addr=cups.example.com
1 axl.response function=executeSQLQuery status=401
30 axl.request function=executeSQLQuery addr=cups.example.com
31 axl.response function=executeSQLQuery status=401`,
		want: []string{"xmpp.axl-401 high"},
		say:  []string{"n=2 | AXL to cups.example.com: 2 requests were refused with 401", "provisioning failed"},
	},
	{
		name: "AXL refused and mended",
		log: `file c1 expressway.other node=c1
0 axl.request function=executeSQLQuery addr=cups.example.com
1 axl.response function=executeSQLQuery status=401
2 axl.response function=executeSQLQuery status=200`,
		want: []string{"xmpp.axl-401 info"},
		say:  []string{"provisioning ok"},
	},
	{
		name: "sign-in",
		log: `file csf jabber.csf
- login.stage login=client stage=start outcome=enter
- login.stage login=client stage=start outcome=ok
- login.stage login=client stage=imp-soap outcome=enter user=user2
- login.stage login=client stage=xmpp outcome=enter
- login.stage login=client stage=config outcome=ok
- login.stage login=client stage=sip-register outcome=enter
- login.stage login=client stage=sip-register outcome=ok`,
		say: []string{"login ok events=7 | sign-in of user2"},
	},
	{
		name: "sign-in, two launches, the second stuck",
		log: `file csf jabber.csf
0 login.stage login=client stage=start outcome=enter
1 login.stage login=client stage=uds-auth outcome=ok
2 login.stage login=client stage=sip-register outcome=ok
100 login.stage login=client stage=start outcome=enter
101 login.stage login=client stage=uds-auth outcome=ok
102 login.stage login=client stage=xmpp outcome=enter user=user2
upto 140`,
		want: []string{"login.stuck high"},
		say:  []string{"login ok events=3", "login failed events=3", "stage=xmpp n=1 | sign-in of user2 is stuck at stage xmpp: entered and for 30 s neither an end nor a later stage; the last that ended well is uds-auth"},
	},
	{
		name: "sign-in, the log ends",
		log: `file csf jabber.csf
0 login.stage login=client stage=start outcome=enter
2 login.stage login=client stage=xmpp outcome=enter user=user2
upto 20`,
		say:   []string{"login open"},
		blind: "sign-in of user2|does not go on for 30 s",
	},
	{
		name: "sign-in, a repeat after success",
		log: `file csf jabber.csf
0 login.stage login=client stage=start outcome=enter
2 login.stage login=client stage=sip-register outcome=ok
50 login.stage login=client stage=config outcome=enter
upto 200`,
		say: []string{"login ok"},
	},
	{
		name: "sign-in, a later stage follows",
		log: `file csf jabber.csf
0 login.stage login=client stage=xmpp outcome=enter
2 login.stage login=client stage=config outcome=ok
upto 200`,
		say: []string{"login unknown"},
	},
	{
		name: "the same Expressway log by syslog and from an archive",
		log: `file syslog expressway.tvcs node=exp1
0 sip INVITE id=a in
0 sip 100/INVITE id=a out
1 sip 200/INVITE id=a out
9 sip BYE id=a in
file archive expressway.tvcs node=EXP1
0 sip INVITE id=a in
0 sip 100/INVITE id=a out
1 sip 200/INVITE id=a out
9 sip BYE id=a in
10 sip REGISTER id=r in
file other expressway.tvcs node=exp2
0 sip INVITE id=a out`,
		say: []string{"call ok events=5", "5 messages"},
	},
	{
		name: "a registration by two ways",
		log: `file syslog expressway.tvcs node=exp1
0 sip REGISTER id=r in
0 sip 200/REGISTER id=r out
60 sip REGISTER id=r in
60 sip 200/REGISTER id=r out
file archive expressway.tvcs node=exp1
0 sip REGISTER id=r in
0 sip 200/REGISTER id=r out
60 sip REGISTER id=r in
60 sip 200/REGISTER id=r out
61 sip REGISTER id=r in`,
		say: []string{"registration ok events=5"},
	},
}

func TestScenarios(t *testing.T) {
	for _, tt := range scenarios {
		t.Run(tt.name, func(t *testing.T) {
			r := resultOf(build(t, tt.log))
			if got := rules(r); !slices.Equal(got, tt.want) {
				t.Errorf("findings %q, want %q", got, tt.want)
			}
			for _, s := range tt.say {
				if !strings.Contains(outline(r), s) {
					t.Errorf("no %q", s)
				}
			}
			if subject, why, _ := strings.Cut(tt.blind, "|"); tt.blind != "" && !blind(r, subject, why) {
				t.Errorf("coverage %+v does not say %q", r.Coverage, tt.blind)
			}
			if t.Failed() {
				t.Log("\n" + outline(r))
			}
		})
	}
}
