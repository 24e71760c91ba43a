package detect

import (
	"slices"
	"time"
)

// loginStep is a stage in the graph of a sign-in. Stages run side by side: the
// messenger and the phone do not wait for each other.
type loginStep struct {
	name string
	// behind are the stages that ended well when this one does.
	behind []string
	// limit is how long the stage may take.
	limit time.Duration
	// end is the line that ends it, next what the client does then.
	end, next string
	cause     string
	fix       []string
}

const (
	noAnswer  = "the server of this stage does not answer the client's HTTP request"
	noPerson  = "the client waits for itself, or for a person to answer a certificate dialog"
	noDNS     = "the DNS servers of the client do not answer"
	noControl = "CTIManager does not answer, or the device cannot be controlled"
)

var (
	fixHTTP = []string{"check that the client reaches the host of this stage (name, firewall, proxy)", "take the server's Tomcat log for the same time"}
	fixDNS  = []string{"on the client: nslookup -type=SRV _cisco-uds._tcp.<domain>", "check the DNS servers that the network (VPN) gives the client"}
	fixCTI  = []string{"CUCM, Cisco Unified Serviceability: check the Cisco CTIManager", "CUCM, User Management: check the CTI groups of the user and Allow Control of Device from CTI"}
)

// loginSteps are the stages of schemas.LoginStages.
var loginSteps = []loginStep{
	{"start", nil, 30 * time.Second, "“Initializing plugin runtime”", "the client's parts start (stack), or the DNS SRV query follows (discovery-srv)", noPerson, fixHTTP},
	{"stack", []string{"start"}, 30 * time.Second, "“StackManager::initialise …Initialized”", "the search for the servers (discovery-srv)", noPerson, fixHTTP},
	{"network", []string{"start"}, 30 * time.Second, "“makeCasLookupForDomain result”", "the DNS SRV query (discovery-srv)", noAnswer, fixHTTP},
	{"discovery-srv", []string{"stack"}, 15 * time.Second, "the answer to the DNS SRV query", "the result of service discovery (discovery), or the sign-in to the cached server (imp-soap)", noDNS, fixDNS},
	{"discovery", []string{"discovery-srv", "network"}, 30 * time.Second, "“ServiceDiscoveryHandlerResult return code SUCCESS”", "the request to UDS (uds-reach), outside the one to Expressway (edge)", noDNS, fixDNS},
	{"edge", []string{"discovery"}, 30 * time.Second, "the answer to get_edge_config", "the request to UDS through Expressway (uds-reach)", "Expressway-E does not answer the client, or the servers behind it do not answer Expressway-C", []string{
		"check TCP 8443 from the client to Expressway-E", "Expressway-C, Status > Unified Communications: check the Unified CM servers and the traversal zone", "take the diagnostic log of Expressway-C and Expressway-E for the same time",
	}},
	{"uds-reach", []string{"discovery"}, 30 * time.Second, "the HTTP answer to /cucm-uds/version", "the question for the home cluster (home-cluster)", noAnswer, fixHTTP},
	{"home-cluster", []string{"uds-reach"}, 30 * time.Second, "the HTTP answer to /cucm-uds/clusterUser", "the authentication (uds-auth, sso)", noAnswer, fixHTTP},
	{"uds-auth", []string{"home-cluster", "sso"}, 30 * time.Second, "the HTTP answer to /cucm-uds/user", "the sign-in to IM and Presence (imp-soap) and the download of the configuration (tftp)", noAnswer, fixHTTP},
	{"certificate", []string{"start"}, 30 * time.Second, "the result of the certificate check", "the answer to the request whose server was checked", noPerson, fixHTTP},
	{"sso", []string{"discovery"}, 300 * time.Second, "“OnNavigationCompleted( Success )”", "the requests with the token (uds-auth)", "the page of the identity provider was not completed", fixHTTP},
	{"imp-soap", []string{"uds-auth", "certificate", "edge"}, 30 * time.Second, "“CLoginCup::OnGetAllConfig”", "the XMPP connection (xmpp)", noAnswer, fixHTTP},
	{"xmpp", []string{"imp-soap"}, 30 * time.Second, "the bound resource, the answer to <bind>", "the configuration from IM and Presence (config)", "the IM and Presence server accepts the connection or the login and then says nothing, or TCP 5222 is filtered", []string{
		"check TCP 5222 from the client to the IM and Presence node", "IM and Presence, Cisco Unified Serviceability: check the XCP Connection Manager and the XCP Authentication Service", "take the client-cm log of the node for the same time",
	}},
	{"config", []string{"xmpp"}, 30 * time.Second, "“Config Retrieved from Presence Server”", "the download of the configuration files (tftp)", noAnswer, fixHTTP},
	{"tftp", []string{"uds-auth"}, 30 * time.Second, "the HTTP answer to the configuration file", "the registration of the softphone (sip-register)", noAnswer, fixHTTP},
	{"sip-register", []string{"tftp"}, 32 * time.Second, "the 200 to REGISTER", "the telephony service (telephony)", "the REGISTER gets no answer from CUCM: TCP 5060, 5061 or 5090 is filtered, or the device is not configured", []string{
		"check TCP 5060, 5061 and 5090 from the client to the CUCM nodes of its group", "CUCM, Device > Phone: check that the device exists and has the right security profile", "take the SDL trace of the node for the same Call-ID",
	}},
	{"cti", []string{"uds-auth"}, 32 * time.Second, "“PROVIDER_OPEN_COMPLETED_EVENT”", "the control of the desk phone (telephony)", noControl, fixCTI},
	{"telephony", []string{"uds-auth"}, 32 * time.Second, "“changed from [Connecting] to [Connected]”", "the user works", noControl, fixCTI},
	{"voicemail", []string{"uds-auth"}, 30 * time.Second, "the HTTP answer of Unity Connection", "the user works", noAnswer, fixHTTP},
}

func stepOf(stage string) *loginStep {
	i := slices.IndexFunc(loginSteps, func(s loginStep) bool { return s.name == stage })
	if i < 0 {
		return &loginStep{name: stage, limit: 30 * time.Second, end: "its end", next: "the next stage", cause: noAnswer, fix: fixHTTP}
	}
	return &loginSteps[i]
}

// Behind reports whether stage is behind the sign-in: it, or one that comes
// only behind it, ended well. Outside the enterprise (MRA) all that talks to a
// server stands behind Expressway's answer.
func (l *Login) Behind(stage string) bool {
	seen := map[string]bool{}
	var reach func(name string) bool
	reach = func(name string) bool {
		if name == stage {
			return true
		}
		if seen[name] {
			return false
		}
		seen[name] = true
		step := stepOf(name)
		if l.MRA && name == "uds-reach" && reach("edge") {
			return true
		}
		return slices.ContainsFunc(step.behind, reach)
	}
	return slices.ContainsFunc(l.Passed, reach)
}
