package ruleset_test

import (
	"slices"
	"testing"

	"github.com/uctrace/uctrace/internal/ruleset"
)

// public are the ids that rules may have: each is a promise to dashboards,
// alert rules and tickets, and never changes its meaning.
var public = []string{
	"cucm.remote-destination-unmatched", "cucm.transcoder-unavailable", "cucm.transcoder-throttled",
	"cucm.trunk-unreachable", "cucm.unknown-source", "cucm.register-device-closing", "cucm.sccp-registration-rejected",
	"cucm.device-type-mismatch", "cucm.endpoint-unregistered", "cucm.number-unallocated", "cucm.partition-blocked",
	"cucm.hunt-no-answer", "cucm.no-common-codec", "cucm.out-of-bandwidth", "cucm.sip-message-too-large",
	"cucm.malformed-phone-message", "cucm.carrier-rejects-diversion", "cucm.session-timer-drop", "cucm.mgcp-gateway-lost",
	"cucm.sdl-link-lost", "cucm.overload", "cucm.service-crash", "cucm.login-failed", "cucm.registration-refused",
	"cucm.tls-failed", "cucm.udp-send-failed", "cucm.retries-exhausted", "cucm.route-list-exhausted", "cucm.call-loop",
	"cucm.long-post-dial-delay", "cucm.one-way-audio-hint", "cucm.db-replication", "cucm.recording-failed",
	"cucm.dtmf-impossible", "jabber.srv-missing", "jabber.host-unresolved", "jabber.uds-unreachable",
	"jabber.cucm-certificate", "jabber.certificate-name", "jabber.no-home-cluster", "jabber.credentials-rejected",
	"jabber.permission-missing", "jabber.refresh-token-failed", "jabber.sso-page-failed", "jabber.imp-certificate",
	"jabber.imp-unreachable", "jabber.imp-auth", "jabber.client-too-old", "jabber.imdb", "jabber.xmpp-certificate",
	"jabber.xmpp-auth", "jabber.bind-conflict", "jabber.stream-replaced", "xmpp.sasl-silent", "xmpp.sasl-refused",
	"jabber.tftp-config-missing", "sip.oauth-port-mismatch", "sip.register-on-trunk", "sip.socket-lost", "sip.tls-failed",
	"sip.register-timeout", "cti.ldap-timeout", "cti.permission-missing", "cti.device-or-line-closed", "cti.no-device",
	"jabber.directory-unavailable", "mra.edge-config-failed", "mra.locked-out", "mra.user-id-case", "mra.sasl-query-failed",
	"mra.ssh-tunnel", "mra.inside-url", "mra.voicemail-forbidden", "jabber.webex-discovery-wins", "imp.room-not-found",
	"imp.push-token", "imp.xcp-config-undecryptable", "imp.duplicate-user", "imp.ha-failover", "imp.certificate-untrusted",
	"imp.axl-slow", "imp.presence-stale", "xmpp.client-srv-missing", "login.stuck",
	"expressway.tls-untrusted-ca", "expressway.tls-identity", "expressway.tls-peer-rejects-us", "expressway.tls-reset",
	"expressway.tls-no-client-cert", "expressway.tcp-connect-failed", "expressway.dns-unresolved",
	"expressway.zone-auth-failed", "expressway.zone-neighbour-down", "expressway.cluster-peer-down",
	"expressway.call-rejected", "expressway.call-not-found", "expressway.call-policy-reject",
	"expressway.call-upstream-5xx", "expressway.call-timeout", "expressway.licence-limit", "expressway.call-loop",
	"expressway.media-olc-reject", "expressway.media-no-rx", "expressway.registration-rejected", "mra.domain-forbidden",
	"mra.user-auth", "mra.401-no-upstream", "mra.service-408", "mra.cookie-domain", "mra.uds-missing", "mra.tls-cucm",
	"mra.ptr-missing", "expressway.time-skew", "xmpp.router-7400", "xmpp.dialback-timeout", "xmpp.dialback-invalid",
	"xmpp.dialback-error", "xmpp.dialback-srv", "xmpp.dialback-unreachable", "xmpp.dialback-tls", "xmpp.dialback-denied",
	"xmpp.axl-401", "xmpp.axl-no-restart", "expressway.ssh-tunnel", "expressway.certificate-expiry", "expressway.app-crash",
	"expressway.config-change", "expressway.debug-left-on", "trace.clock-skew", "trace.gap", "agent.silent",
	"agent.lagging",
	// Ours: failures that the catalogues of formats do not name.
	"cucm.call-rejected-by-peer", "cucm.trunk-credentials", "cucm.service-down", "cucm.certificate-expiry", "cucm.time-server",
	"cucm.ils-authentication", "expressway.tls-no-common-version", "cucm.d-channel-down", "xmpp.sasl-server-fault",
	"xmpp.sasl-mechanism", "xmpp.axl-failed", "xmpp.configuration-error", "mra.token-undecryptable", "expressway.intrusion-protection",
	"imp.xcp-overload", "imp.xcp-startup", "imp.xcp-database", "mra.next-hop-failed",
}

// TestCatalogue holds the catalogue against the public ids.
func TestCatalogue(t *testing.T) {
	rules, err := ruleset.All(nil)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, d := range ruleset.Catalogue(rules) {
		switch {
		case !slices.Contains(public, d.Name):
			t.Errorf("%s is no public rule id", d.Name)
		case slices.Contains(seen, d.Name):
			t.Errorf("%s is there twice", d.Name)
		}
		seen = append(seen, d.Name)
	}
	for _, id := range public {
		if !slices.Contains(seen, id) {
			t.Logf("not built: %s", id)
		}
	}
}
