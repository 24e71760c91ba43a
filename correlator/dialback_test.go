package correlator

import "strings"

// dialbackScenarios take the dialback of two domains apart, line by line.
var dialbackScenarios = []scenario{
	{
		name: "a dialback whose lines came by syslog and in an archive",
		log: healthyDialback + `
file syslog expressway.xcp node=e2
0.2 dialback.result receiving k=K pair=coluc.com>vngtp.lab xc=05E295A2B
0.3 dialback.resolve host=coluc.com outcome=enter
0.4 dialback.resolve host=coluc.com outcome=ok conn=g sender=coluc.com target=vngtp.lab
0.8 dialback.verify receiving k=K pair=coluc.com>vngtp.lab conn=g type=valid
upto 60`,
		say: []string{"federation ok events=10"},
	},
	{
		name: "dialback, all roles",
		log:  healthyDialback,
		say:  []string{"federation ok events=10 | dialback coluc.com → vngtp.lab, valid (verified; the final db:result", "seen from initiating, receiving, authoritative", "key-sent=ok resolve=ok verify=ok"},
	},
	{
		name:  "dialback without dates and answer",
		log:   undate(without(healthyDialback, "type=valid")),
		say:   []string{"federation open"},
		blind: "dialback coluc.com → vngtp.lab|carry no date",
	},
	{
		name: "dialback, the answer is missing and the log goes on",
		log:  without(healthyDialback, "type=valid"),
		want: []string{"xmpp.dialback-timeout high"},
		say:  []string{"federation failed", "stage=verify n=1 | dialback coluc.com → vngtp.lab: no answer within 30 s"},
	},
	{
		name:  "dialback, the answer is missing and the log ends",
		log:   strings.ReplaceAll(without(healthyDialback, "type=valid"), "upto 60", "upto 20"),
		blind: "dialback coluc.com → vngtp.lab|the log of e1 does not go on for 35 s",
	},
	{
		name: "dialback, the log ends and says that the time ran out",
		log: strings.Replace(strings.ReplaceAll(without(healthyDialback, "type=valid"), "upto 60", "upto 31"),
			"upto 31", "30 dialback.stream state=failed xc=34A9B60C8 detail=Timeout\nupto 31", 1),
		want: []string{"xmpp.dialback-timeout high"},
	},
	{
		name:  "dialback, quoted in a document",
		log:   strings.ReplaceAll(without(healthyDialback, "type=valid"), "expressway.xcp", "unknown"),
		blind: "dialback coluc.com → vngtp.lab|does not go on",
	},
	{
		name: "dialback, invalid",
		log:  strings.ReplaceAll(healthyDialback, "type=valid", "type=invalid"),
		want: []string{"xmpp.dialback-invalid high"},
		say:  []string{"federation failed"},
	},
	{
		name: "dialback, error",
		log:  strings.ReplaceAll(healthyDialback, "type=valid", "type=error"),
		want: []string{"xmpp.dialback-error high"},
	},
	{
		name: "dialback, the sender's domain is not resolved",
		log:  without(healthyDialback, "type=valid", "receiving k=K pair=coluc.com>vngtp.lab conn=g", "outcome=ok", "authoritative", "dialback.stream"),
		want: []string{"xmpp.dialback-srv high"},
		say:  []string{"_xmpp-server._tcp.coluc.com was looked up and 30 s later"},
	},
	{
		name: "dialback, the sender's server is found and not reached",
		log:  without(healthyDialback, "dialback.verify", "dialback.stream"),
		want: []string{"xmpp.dialback-unreachable high"},
		say:  []string{"e2 found the address of coluc.com and could not ask it within 30 s"},
	},
	{
		name:  "dialback, the sender's server is found and the log ends",
		log:   strings.ReplaceAll(without(healthyDialback, "dialback.verify", "dialback.stream"), "upto 60", "upto 20"),
		blind: "dialback coluc.com → vngtp.lab|the log of e2 does not go on for 30 s",
	},
	{
		name: "the initiating server's own lookup is no lookup of the sender",
		log: `file e1 expressway.xcp node=e1
0 dialback.resolve host=b.com outcome=ok sender=a.com target=b.com conn=g
0 dialback.result initiating k=K pair=a.com>b.com xc=1 conn=g
1 dialback.result initiating type=valid pair=a.com>b.com xc=1
upto 90`,
		say: []string{"dialback a.com → b.com, valid"},
	},
	{
		name: "the resolver says no before any key",
		log: `file e1 expressway.xcp node=e1
0 dialback.resolve host=vngtp.lab outcome=enter
1 dialback.resolve host=vngtp.lab outcome=fail`,
		want: []string{"xmpp.dialback-srv high"},
	},
	{
		name: "only INFO records at the initiating server",
		log: `file e1 expressway.xcp node=e1
0 dialback.result initiating k=K pair=a.com>b.com xc=1
upto 90`,
		blind: "dialback a.com → b.com|no VBOSE or DEBUG record",
	},
	{
		name: "another dialback shows that debug records are on",
		log: `file e1 expressway.xcp node=e1
0 dialback.result initiating k=K pair=a.com>b.com xc=1
5 dialback.result initiating k=L pair=a.com>c.com xc=2
5 dialback.timer seconds=30 pair=a.com>c.com xc=2
6 dialback.result initiating type=valid pair=a.com>c.com xc=2
upto 90`,
		want: []string{"xmpp.dialback-timeout high"},
		say:  []string{"dialback a.com → b.com: no answer within 30 s, last seen stage key-sent"},
	},
	{
		name: "the connection comes up, the log does not say whose",
		log: `file e1 expressway.xcp node=e1
0 dialback.result initiating k=K pair=a.com>b.com xc=1
0 dialback.timer seconds=30 pair=a.com>b.com xc=1
1 dialback.stream state=connected
upto 90`,
		blind: "dialback a.com → b.com|does not say whose",
	},
	{
		name: "the same, but the receiving server's log shows that nobody answered",
		log:  without(strings.Replace(healthyDialback, "upto", "1 dialback.stream state=connected\nupto", 1), "type=valid"),
		want: []string{"xmpp.dialback-timeout high"},
	},
	{
		name: "one key in both directions",
		log: `file e1 expressway.xcp node=e1
0 dialback.result initiating k=K pair=a.com>b.com xc=1
0.1 dialback.result receiving k=K pair=b.com>a.com xc=2
1 dialback.result initiating type=valid pair=a.com>b.com xc=1`,
		say:   []string{"federation ok events=2 | dialback a.com → b.com", "federation open events=1 | dialback b.com → a.com"},
		blind: "dialback b.com → a.com|no line of its initiating",
	},
	{
		name: "the connection of the pair comes up",
		log: `file e1 expressway.xcp node=e1
0 dialback.result initiating k=K pair=a.com>b.com xc=1
0 dialback.timer seconds=30 pair=a.com>b.com xc=1
1 dialback.stream pair=a.com>b.com state=connected
upto 90`,
		say: []string{"federation ok events=3 | dialback a.com → b.com, connected"},
	},
	{
		name: "two directions, two dialbacks",
		log: `file e1 expressway.xcp node=e1
0 dialback.result initiating k=K1 pair=a.com>b.com xc=1
0 dialback.timer seconds=30 pair=a.com>b.com xc=1
0.1 dialback.result receiving k=K2 pair=b.com>a.com xc=2
1 dialback.result initiating type=valid pair=a.com>b.com xc=1
1 dialback.result receiving type=valid pair=b.com>a.com xc=2`,
		say: []string{"events=3 | dialback a.com → b.com, valid,", "events=2 | dialback b.com → a.com, valid,"},
	},
	{
		name: "piggybacking: one stream, two pairs, one answer",
		log: `file e1 expressway.xcp node=e1
0 dialback.result initiating k=K1 pair=a.com>b.com xc=1
0 dialback.timer seconds=30 pair=a.com>b.com xc=1
0.1 dialback.result initiating k=K2 pair=a.com>c.com xc=1
0.1 dialback.timer seconds=30 pair=a.com>c.com xc=1
1 dialback.result initiating type=valid pair=a.com>b.com xc=1
upto 60`,
		want: []string{"xmpp.dialback-timeout high"},
		say:  []string{"dialback a.com → b.com, valid", "dialback a.com → c.com: no answer within 30 s"},
	},
}
