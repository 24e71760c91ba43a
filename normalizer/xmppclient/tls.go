package xmppclient

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// tls reads how the TLS handshake ended, and whose certificate the server has.
//
//	nss: SSL version 3.3 using 128-bit AES with 160-bit SHA1 MAC
//	nss: subject=CN=imp1.example.com,… issuer=CN=imp1.example.com,…
//	gnutls: Handshake complete
//	gnutls: Handshake failed. Error: A TLS fatal alert has been received.
func (s *statement) tls(dst []schemas.Event, msg []byte) []schemas.Event {
	outcome := ""
	switch {
	case bytes.HasPrefix(msg, []byte("SSL version ")), bytes.HasPrefix(msg, []byte("Handshake complete")):
		outcome = ok
	case bytes.HasPrefix(msg, []byte("Handshake failed")):
		outcome = fail
	case bytes.HasPrefix(msg, []byte("subject=")):
		return s.names(dst, msg)
	default:
		return dst
	}
	e := s.event(schemas.KindTLSHandshake, 0)
	s.word(&e, "outcome", outcome)
	s.attr(&e, "detail", msg)
	dst = append(dst, e)
	if outcome == fail {
		return s.stage(dst, 0, "xmpp", fail, msg, nil)
	}
	return dst
}

// names reads subject and issuer of the server's certificate.
func (s *statement) names(dst []schemas.Event, msg []byte) []schemas.Event {
	subject, issuer, found := bytes.Cut(msg[len("subject="):], []byte(" issuer="))
	if !found {
		return dst
	}
	e := s.event(schemas.KindTLSCertificate, 0)
	host := commonName(subject)
	s.attr(&e, "host", host)
	s.attr(&e, "subject", subject)
	s.attr(&e, "issuer", issuer)
	s.key(&e, schemas.KeyAddr, host)
	return append(dst, e)
}

// commonName returns the CN of a distinguished name.
func commonName(name []byte) []byte {
	for part := range bytes.SplitSeq(name, []byte(",")) {
		if cn, found := bytes.CutPrefix(bytes.TrimSpace(part), []byte("CN=")); found {
			return cn
		}
	}
	return nil
}

// certificate reads the verdict on the server's certificate, and why it is
// refused. The steps on the way are no verdicts.
//
//	certificate: Successfully verified certificate for imp1.example.com
//	certificate: Failed to verify certificate for imp1.example.com
func (s *statement) certificate(dst []schemas.Event, msg []byte) []schemas.Event {
	outcome := fail
	switch {
	case bytes.HasPrefix(msg, []byte("Successfully verified certificate")):
		outcome = ok
	case bytes.HasPrefix(msg, []byte("Failed to verify certificate")), bytes.Contains(msg, []byte("User REJECTED")):
	default:
		return dst
	}
	_, host, _ := bytes.Cut(msg, []byte(" for "))
	host = bytes.TrimRight(host, ". ")
	e := s.event(schemas.KindTLSCertificate, 0)
	s.word(&e, "outcome", outcome)
	s.attr(&e, "host", host)
	if outcome == fail {
		s.attr(&e, "reason", msg)
	}
	s.key(&e, schemas.KeyAddr, host)
	dst = append(dst, e)
	if outcome == ok {
		msg = nil
	}
	return s.stage(dst, 0, "certificate", outcome, msg, host)
}
