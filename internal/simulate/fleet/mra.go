package fleet

import (
	"fmt"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// outside is a sign-in over the Expressways.
type outside struct {
	*client
	mra      int // the session of its requests at the Expressways
	peer     address
	tracking string
}

// outside begins a sign-in from outside: of the three names only the edge's is
// found, which is right there.
func (s *story) outside() *outside {
	u := s.user()
	u.ip = fmt.Sprintf("198.51.100.%d", 1+s.w.next()%250)
	o := &outside{client: s.client(u), tracking: fmt.Sprintf("CSF_%s", s.uuid())}
	o.peer = s.address(u.ip)
	o.client.mra = true
	o.launch()
	o.say(atCAS, "makeCasLookupForDomain result is 'Code: IS_NOT_WEBEX_CUSTOMER; Server: ; Url: '")
	o.dns("_cisco-uds._tcp", false)
	o.dns("_cuplogin._tcp", false)
	o.dns("_collab-edge._tls", true)
	o.say(atDiscovery, "ServiceDiscoveryHandlerResult return code FAILED_EDGE_CREDENTIALS_NOT_SET")
	o.mra = s.begin(schemas.SessionMRA)
	s.key(o.mra, schemas.KeyTrackingID, o.tracking)
	s.key(o.mra, schemas.KeyUser, u.id)
	s.in(o.session)
	return o
}

// url is the request for the edge's configuration.
func (o *outside) url() string {
	return fmt.Sprintf("https://%s:8443/%s/get_edge_config/?service_name=_cisco-uds&service_name=_cuplogin", o.u.site.edge.fqdn(), base64Path(o.u.site.domain))
}

func (o *outside) path() string { return o.url()[strings.Index(o.url(), ":8443/")+5:] }

// asked writes the request for the configuration, from the client to the edge.
// The lines at the Expressways belong to the request and to the sign-in.
func (o *outside) asked(authorized bool) int {
	s, site := o.s, o.u.site
	n := o.ask("GET", o.url())
	head := []string{"GET " + o.path() + " HTTP/1.1", "Host: " + site.edge.fqdn() + ":8443", "TrackingID: " + o.tracking, "User-Agent: Jabber-Win-14.3.0"}
	if authorized {
		head = append(head, "Authorization: <CONCEALED>")
	}
	s.with([]int{o.mra, o.session}, func() {
		site.edge.txn++
		s.http(site.edge, "Receive Request", o.tracking, o.peer, head...)
	})
	return n
}

// passed writes the request's way from Expressway-E to C.
func (o *outside) passed() {
	s, site := o.s, o.u.site
	s.with([]int{o.mra, o.session}, func() {
		s.http(site.edge, "Sending Request", o.tracking, address{site.core.ip, 8443}, "GET "+o.path()+" HTTP/1.1", "TrackingID: "+o.tracking, "Via: https/1.1 vcs["+s.uuid()+"] (ATS)")
		site.core.txn++
		s.http(site.core, "Receive Request", o.tracking, address{site.edge.ip, 31000}, "GET "+o.path()+" HTTP/1.1", "TrackingID: "+o.tracking, "Via: https/1.1 vcs["+s.uuid()+"] (ATS)")
	})
}

// provision writes what Expressway-C asks CUCM about the user.
func (o *outside) provision(status string) {
	s, site := o.s, o.u.site
	url := fmt.Sprintf("https://%s:8443/cucm-uds/user/%s/devices", o.u.node.ip, o.u.id)
	s.with([]int{o.mra, o.session}, func() {
		x := site.core
		iso, utc := x.stamp(s.t)
		s.write(x.log(), fmt.Sprintf("%s %s edgeconfigprovisioning UTCTime=\"%s\" Module=\"network.http.edgeconfigprovisioning\" Level=\"DEBUG\" Action=\"Send\" Request-url=\"%s\"\n HTTPMSG:\n |GET /cucm-uds/user/%s/devices HTTP/1.1\n Host: %s:8443\n TrackingID: %s\n \n |\n", iso, x.name, utc, url, o.u.id, o.u.node.ip, o.tracking))
		s.pause(20*time.Millisecond, 90*time.Millisecond)
		iso, utc = x.stamp(s.t)
		s.write(x.log(), fmt.Sprintf("%s %s edgeconfigprovisioning UTCTime=\"%s\" Module=\"network.http.edgeconfigprovisioning\" Level=\"DEBUG\" Action=\"Received\" Request-url=\"%s\"\n HTTPMSG:\n |HTTP/1.1 %s\n Content-Type: text/html;charset=utf-8\n TrackingID: %s\n \n |\n", iso, x.name, utc, url, status, o.tracking))
		if strings.HasPrefix(status, "401") {
			s.lineOf(x, "edgeconfigprovisioning", "developer.edgeconfigprovisioning.server", "DEBUG", fmt.Sprintf(`CodeLocation="edgeprotocol(1018)" Detail="Failed to authenticate user against server" Username="%s" Server="('https', '%s', 8443)" Reason="%s"`, o.u.id, o.u.node.ip, status))
		}
	})
}

func (s *story) lineOf(x *expressway, process, module, level, rest string) {
	iso, utc := x.stamp(s.t)
	s.write(x.log(), fmt.Sprintf(`%s %s %s UTCTime="%s" Module="%s" Level="%s" %s`, iso, x.name, process, utc, module, level, rest))
}

// returned writes the answer's way back to the client.
func (o *outside) returned(number int, status string, headers ...string) {
	s, site := o.s, o.u.site
	head := append([]string{"HTTP/1.1 " + status}, headers...)
	head = append(head, "TrackingID: "+o.tracking)
	s.with([]int{o.mra, o.session}, func() {
		if strings.Contains(strings.Join(headers, " "), "CE_C") {
			s.http(site.core, "Sending Response", o.tracking, address{site.edge.ip, 31000}, head...)
			s.http(site.edge, "Receive Response", o.tracking, address{site.core.ip, 8443}, head...)
		}
		s.http(site.edge, "Sending Response", o.tracking, o.peer, head...)
	})
	s.pause(10*time.Millisecond, 60*time.Millisecond)
	o.say(atResponse, fmt.Sprintf("*-----* HTTP response code %s connect code 0 for request #%d to PII_CED_Exception{%s}", status[:3], number, o.url()))
}

// challenge is the first request, which is answered with 401 as it carries no
// credentials.
func (o *outside) challenge() {
	n := o.asked(false)
	o.passed()
	o.returned(n, "401 Unauthorized", `WWW-Authenticate: Basic realm="Cisco"`, "Server: CE_C ECS")
}

// configured is the sign-in up to the edge's configuration.
func (o *outside) configured() *outside {
	o.challenge()
	n := o.asked(true)
	o.passed()
	o.provision("200 OK")
	o.returned(n, "200 OK", "Server: CE_C ECS", "Set-Cookie: X-Auth=<CONCEALED>; Domain=."+o.u.site.domain+"; Path=/; Secure")
	o.say(atTransform, fmt.Sprintf("Transformed Urls:https://%s:8443/%s/cucm-uds/user/%s", o.u.site.edge.fqdn(), base64Path(o.u.site.domain+"/https/"+o.u.node.fqdn()+"/8443"), o.u.id))
	o.say(atAuth, "doAuthenticate() succeeded with user='"+o.entered+"'")
	o.say(atDiscovery, "ServiceDiscoveryHandlerResult return code SUCCESS")
	return o
}
