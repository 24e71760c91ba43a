// Package redact masks the secrets that UC products print into their logs:
// passwords, tokens, digest answers, media keys, pressed digits, message
// texts. It runs where the logs are read, so that no secret leaves the host.
//
// Masking keeps every length: a secret character becomes '*', line breaks and
// the indentation behind them stay. So offsets, ids, line numbers and the shape
// of a record are what they were, and an analysis of masked text finds what an
// analysis of the clear text finds.
//
// XMPP dialback keys (XEP-0220) are the one secret that joins the logs of
// different hosts. Each becomes a hex digest of the same length (see Masker).
//
// What identifies a call, a stream or a user is not touched: Call-IDs, tags,
// branches, session ids, user names, realms, URIs, Base64 path segments of
// Mobile and Remote Access.
package redact

import (
	"sync/atomic"

	"github.com/uctrace/uctrace/schemas"
)

// Masker masks batches and counts what it masks. The zero value is ready, a
// nil Masker leaves everything as it is. It may be used by several goroutines.
//
// A dialback key of 40 or 64 hex digits, or of 27 to 63 characters in another form, becomes
//
//	hex(SHA-256("uctrace dialback key\x00" + lower-case key))
//
// cut to the length of the key. The digest needs no secret of its own: a
// dialback key is the output of a keyed hash, so with at least 160 bits nobody
// can guess it. Equal keys give equal digests on every host, so the logs of the
// two sides of a dialback still join. A shorter key, and parts of a damaged one, which
// might be guessed, become '*'.
//
// Masking twice masks the same bytes as masking once, except that the digest
// of a dialback key is taken for a key again: a batch is to be masked once.
type Masker struct {
	counts [rules]atomic.Uint64
}

// Mask masks the text of b in place: Blob, and with it the Text of the records,
// which are parts of it. What it does to a record depends on that record
// alone, so the same file gives the same text however it is cut into batches.
func (m *Masker) Mask(b *schemas.RecordBatch) {
	if m == nil {
		return
	}
	s := scanner{blob: b.Blob, records: b.Records}
	s.tails()
	s.scan()
	for r, n := range s.text.hits {
		if n > 0 {
			m.counts[r].Add(n)
		}
	}
}

// Counts returns how many secrets were masked so far, by the name of the rule;
// rules that met none are left out.
func (m *Masker) Counts() map[string]uint64 {
	counts := make(map[string]uint64, rules)
	if m == nil {
		return counts
	}
	for r := range m.counts {
		if n := m.counts[r].Load(); n > 0 {
			counts[ruleNames[r]] = n
		}
	}
	return counts
}

// rule is why something is masked.
type rule uint8

const (
	authorization rule = iota
	digest
	cookie
	token
	password
	mediaKey
	sasl
	dialback
	digits
	messageText
	privateKey
	configuration
	tail
	rules
)

var ruleNames = [rules]string{
	authorization: "authorization",
	digest:        "digest",
	cookie:        "cookie",
	token:         "token",
	password:      "password",
	mediaKey:      "media-key",
	sasl:          "sasl",
	dialback:      "dialback",
	digits:        "digits",
	messageText:   "message-text",
	privateKey:    "private-key",
	configuration: "configuration",
	tail:          "tail",
}
