package correlator

// edgeScenarios are clients that ask Expressway-E, whose requests Expressway-C
// passes on.
var edgeScenarios = []scenario{
	{
		name: "two clients at the edge, whose requests share the connection to Expressway-C",
		log: `file e expressway.traffic node=expe
0 http.request direction=in number=1 trk=t1 peer=192.0.2.80:50314 client=192.0.2.80:50314 dom=example.net url=/x/get_edge_config
0.1 http.request direction=out number=1 trk=t1 peer=10.0.1.1:8443
0.2 http.request direction=in number=2 trk=t2 peer=192.0.2.90:1111 client=192.0.2.90:1111 dom=example.net url=/x/get_edge_config
0.3 http.request direction=out number=2 trk=t2 peer=10.0.1.1:8443
0.5 http.response direction=out number=1 status=401 peer=192.0.2.80:50314
0.6 http.response direction=out number=2 status=403 peer=192.0.2.90:1111
1 http.request direction=in number=3 trk=t3 peer=192.0.2.80:50314 client=192.0.2.80:50314 dom=example.net url=/x/get_edge_config
1.5 http.response direction=out number=3 status=200 peer=192.0.2.80:50314
file c expressway.traffic node=expc
0.15 http.request direction=in number=71 trk=t1 peer=10.0.2.2:4000
0.35 http.request direction=in number=72 trk=t2 peer=10.0.2.2:4000
1.2 http.request direction=in number=73 trk=t3 peer=10.0.2.2:4000
1.4 http.response direction=out number=73 status=200 peer=10.0.2.2:4000`,
		say: []string{
			"mra ok events=8 | mobile and remote access of 192.0.2.80 to example.net, 2 requests, the last answer is 200",
			"mra failed events=4 | mobile and remote access of 192.0.2.90 to example.net, 1 request, the last answer is 403",
		},
	},
	{
		name: "a client at the edge, whose log came by syslog and in an archive",
		log: `file syslog expressway.traffic node=expe
0 http.request direction=in number=1 trk=t1 peer=192.0.2.80:50314 client=192.0.2.80:50314 dom=example.net url=/x/get_edge_config
0.5 http.response direction=out number=1 status=200 peer=192.0.2.80:50314
file archive expressway.traffic node=expe
0 http.request direction=in number=1 trk=t1 peer=192.0.2.80:50314 client=192.0.2.80:50314 dom=example.net url=/x/get_edge_config
0.1 http.request direction=out number=1 trk=t1 peer=10.0.1.1:8443
0.5 http.response direction=out number=1 status=200 peer=192.0.2.80:50314`,
		say: []string{"mra ok events=3 | mobile and remote access of 192.0.2.80 to example.net, 1 request, the last answer is 200"},
	},
	{
		name: "an exchange that names neither client nor domain",
		log: `file c expressway.traffic node=expc
0 http.request direction=out number=9 trk=t9 peer=10.0.1.5:6972 url=/CSFAMY.cnf.xml
1 http.response direction=in number=9 status=200`,
	},
}
