package jabber

import (
	"bytes"
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// certificate appends what a check of a certificate said, and the stage.
func (s *statement) certificate(dst []schemas.Event, outcome string, host, reason []byte) []schemas.Event {
	dst = s.event(dst, schemas.KindTLSCertificate, "outcome", outcome)
	f := fact{stage: "certificate", outcome: outcome, host: host}
	var detail []byte
	if outcome == fail {
		f.detail, detail = s.message, s.message
	}
	s.set(dst, fields{{"host", known(host)}, {"reason", reason}, {"detail", detail}})
	s.key(dst, schemas.KeyAddr, known(host))
	return s.stage(dst, &f)
}

// readVerdict reads the result of a certificate check.
//
//	finalResult: SUCCESS
//	*-----* Certificate Verification Result: FAILURE
//	Verification result : FAILURE reason : [CN_NO_MATCH UNKNOWN]
func readVerdict(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	switch verdict := until(after(s.message, ":"), " .,"); string(verdict) {
	case "SUCCESS":
		return s.certificate(dst, ok, nil, nil)
	case "FAILURE":
		return s.certificate(dst, fail, nil, boxed(s.message, "reason :"))
	}
	return dst
}

// readIdentity reads whether the name in a certificate is the one asked for.
//
//	Verification of identity: 'URL address'  failed.
func readIdentity(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.message, "failed") {
		return dst
	}
	host := unwrap(until(after(s.message, "'"), "'"))
	return s.certificate(dst, fail, host, []byte("identity"))
}

// readPolicy reads that a certificate could not be checked against its policy.
//
//	Policy verification failed, the urls of CRL Distribution Points and Authority Information Access might be unreachable, result=5
func readPolicy(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	reason := after(s.message, "result=")
	if len(reason) > 0 {
		reason = append([]byte("policy, result="), digits(reason)...)
	}
	return s.certificate(dst, fail, nil, reason)
}

// handshake appends a failed TLS handshake.
func (s *statement) handshake(dst []schemas.Event, service string, peer, detail []byte) []schemas.Event {
	dst = s.event(dst, schemas.KindTLSHandshake, "outcome", fail, "direction", string(schemas.Out), "service", service)
	s.set(dst, fields{{"peer", peer}, {"detail", detail}})
	s.key(dst, schemas.KeyAddr, peer)
	return dst
}

// readXMPPHandshake reads that TLS to the IM and Presence server failed.
//
//	@XmppSDK: #0, TLS handshake failed!
func readXMPPHandshake(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return readText(s, s.handshake(dst, "xmpp", nil, nil), r)
}

// readSSLAlert reads a TLS failure of the softphone's connection; the record
// may describe several connections, which end at the next "type=".
//
//	SSL alert read:fatal:handshake failure type=eSIP, isRelevant=true, server=URL server name:5061, … failureReason=eTLSFailure, SSLErrorCode=336151568 type=eSIP, …
func readSSLAlert(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	alert, rest, found := bytes.Cut(s.message, []byte("type=eSIP"))
	if !found {
		return dst
	}
	var host []byte
	for more := true; more; {
		var one []byte
		one, rest, more = bytes.Cut(rest, []byte("type=eSIP"))
		peer := bytes.TrimSpace(until(after(one, "server="), ","))
		switch why := field(one, "failureReason="); {
		case host == nil:
			host = peer
			dst = s.handshake(dst, "sip", peer, slices.Concat(bytes.TrimSpace(alert), one))
		case len(why) > 0 && string(why) != "eNone":
			dst = s.connection(dst, "failed", connection{peer: peer, reason: why})
		}
	}
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: s.message, host: hostOf(host)})
}

// readSSLError reads the end of a handshake that OpenSSL gave up; the other
// results say that it goes on.
//
//	SSL_do_handshake() returned : SSL_ERROR_SSL.
func readSSLError(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	result := until(after(s.message, ":"), " .,")
	switch string(result) {
	case "SSL_ERROR_SSL", "SSL_ERROR_SYSCALL":
		return s.handshake(dst, "", nil, result)
	}
	return dst
}

// readHandshakeOK reads that a phone's TLS connection is up.
//
//	SECUREAPP-Sec SSL Connection - Handshake successful.
func readHandshakeOK(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	return s.event(dst, schemas.KindTLSHandshake, "outcome", ok, "direction", string(schemas.Out))
}
