package fleet

import (
	"fmt"
	"time"
)

// steps are the stages of a sign-in on premises, in order, as a client that
// gets through writes them.
var steps = []struct {
	name string
	do   func(c *client)
}{
	{"launch", (*client).launch},
	{"discovery", (*client).discover},
	{"uds", (*client).reachUDS},
	{"auth", (*client).authenticate},
	{"soap", (*client).soap},
	{"xmpp", (*client).xmpp},
	{"config", (*client).config},
	{"tftp", (*client).tftp},
	{"register", (*client).register},
}

// until signs in up to, and without, the stage called name; "" is all of it.
func (c *client) until(name string) *client {
	for _, step := range steps {
		if step.name == name {
			return c
		}
		step.do(c)
	}
	return c
}

// discover finds the site by DNS. Two of the three names are missing, which is
// right inside, and the first results only say that nobody has logged in yet.
func (c *client) discover() {
	c.say(atCAS, "makeCasLookupForDomain result is 'Code: IS_NOT_WEBEX_CUSTOMER; Server: ; Url: '")
	c.dns("_cisco-uds._tcp", true)
	c.dns("_cuplogin._tcp", false)
	c.dns("_collab-edge._tls", false)
	c.say(atDiscovery, "ServiceDiscoveryHandlerResult return code FAILED_UCM90_CREDENTIALS_NOT_SET")
}

func (c *client) reachUDS() {
	c.get(c.uds("version"), 200)
	c.say(atCert, "finalResult: SUCCESS")
	c.get(c.uds("clusterUser?username="+c.u.id), 200)
}

func (c *client) authenticate() {
	c.get(c.uds("user/"+c.u.id), 200)
	c.say(atAuth, "doAuthenticate() succeeded with user='"+c.entered+"'")
	c.say(atDiscovery, "ServiceDiscoveryHandlerResult return code SUCCESS")
}

func (c *client) soap() {
	c.soapAsked()
	c.s.pause(100*time.Millisecond, time.Second)
	c.say(atAllConfig, "@LoginMgr: #0, CLoginCup::OnGetAllConfig")
}

func (c *client) soapAsked() {
	c.say(atSoap, "@CupSoapCli: login cup async, server:"+c.imp+", user:****, ver:14.2.0.58008")
	c.say(atEndpoint, "@CupSoapCli: soap,endpoint:https://"+c.imp+":8443/EPASSoap/service/v80")
}

// wire writes a stanza.
func (c *client) wire(p place, verb, stanza string) {
	c.say(p, fmt.Sprintf("@XmppSDK: #0, %d, %s:%s", len(stanza), verb, stanza))
}

func (c *client) connect() {
	c.say(atXMPP, "@XmppSDK: #0, CXmppClient::Connect , connecting to server by TCP connection......")
	c.say(atXMPP, "@XmppSDK: #0, CXmppClient::onStreamEvent, SessionState_Connecting")
	c.wire(atSend, "Send", "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls' cookie=\"0\"/>")
	c.say(atXMPP, "@XmppSDK: #0, starting TLS handshake...")
}

func (c *client) sendAuth() {
	c.wire(atSend, "Send", `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism="CISCO-VTG-TOKEN">****</auth>`)
}

func (c *client) xmpp() {
	c.connect()
	c.sendAuth()
	c.s.pause(20*time.Millisecond, 900*time.Millisecond)
	c.wire(atRecv, "Recv", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
	c.wire(atRecv, "Recv", fmt.Sprintf("<iq id='uid:%s:%s:00000000' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>%s/jabber_%d</jid></bind></iq>",
		c.s.hex(8), c.s.hex(8), c.u.jid(), 1000+c.s.w.next()%9000))
}

func (c *client) config() {
	c.say(atConfig, "Retrieving config from Presence Server")
	c.s.pause(50*time.Millisecond, 500*time.Millisecond)
	c.say(atConfig, "Config Retrieved from Presence Server")
	c.say(atBuddies, "User jid: "+c.u.jid())
}

func (c *client) tftp() {
	c.download("jabber-config.xml", 200)
	c.download(c.u.csf()+".cnf.xml", 200)
	c.say(atDevice, "fetchDeviceConfig() retrieved config for "+c.u.csf())
}

func (c *client) download(file string, status int) {
	url := "https://" + c.u.node.ip + ":6972/" + file
	c.request++
	c.say(atDownload, "*-----* Downloading file from: "+url+" with a timeout of 10 seconds.")
	c.s.pause(10*time.Millisecond, 200*time.Millisecond)
	c.say(atResponse, fmt.Sprintf("*-----* HTTP response code %d connect code 0 for request #%d to PII_CED_Exception{%s}", status, c.request, url))
}

// register registers the softphone; the messages are in the client's log and
// in CUCM's trace, and belong to the sign-in and to the registration.
func (c *client) register() {
	c.say(atSipState, "SIP_REG_STATE_IDLE ---> SIP_REG_STATE_REGISTERING")
	l := c.registration()
	c.exchange(l, "SIP/2.0 200 OK", "Expires: 120")
	c.say(atSipState, "SIP_REG_STATE_REGISTERING ---> SIP_REG_STATE_REGISTERED")
	c.say(atStatus, "Telephony Service Device Connection Status changed from [Connecting] to [Connected]")
}
