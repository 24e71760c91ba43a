package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// lookup appends the event of a cluster whose certificate the Intercluster
// Lookup Service does not take. What stands before it, that no certificate is
// found by its subject, is written for those that are taken, too.
//
//	IlsD Ils::VerifyCertificateInfo(): certificate is not in the local store and the FQDN (cucm9.example.net) is not in the peer info vector, closing the connection
//	IlsD Ils::VerifyCertificateInfo(): peer certificates are in certificate store
func (t *trace) lookup(dst []schemas.Event) []schemas.Event {
	line := t.words()
	_, said, ok := bytes.Cut(line, []byte("VerifyCertificateInfo(): "))
	if !ok || !bytes.Contains(said, []byte("closing the connection")) {
		return dst
	}
	f := fact{kind: schemas.KindTLSCertificate}
	f.with("outcome", []byte("fail"))
	if _, host, ok := bytes.Cut(said, []byte("FQDN (")); ok {
		host, _, _ = bytes.Cut(host, []byte(")"))
		f.with("host", host)
	}
	f.with("reason", []byte("certificate is not in the local store"))
	f.with("detail", bytes.TrimRight(said, "| "))
	return t.line(dst, &f)
}
