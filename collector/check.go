package collector

import (
	"crypto/sha256"
	"math/bits"

	"github.com/uctrace/uctrace/schemas"
)

// wideBytes is how far the beginnings of two files are compared before they
// are taken for one. The Fingerprint of a file that no parser recognises covers
// as much: web pages, programs and images have their first KiB in common, while
// a log has the time of its beginning there.
const wideBytes = headBytes

// widePrint returns the Fingerprint over the first wideBytes of a file. For a
// file of up to FingerprintBytes it is schemas.FingerprintOf.
func widePrint(head []byte) schemas.Fingerprint {
	sum := sha256.Sum256(head[:min(len(head), wideBytes)])
	var f schemas.Fingerprint
	copy(f[:], sum[:])
	return f
}

// check identifies a piece of a file: its beginning, up to wideBytes, or what
// stands before an offset.
type check struct {
	Bytes int                 `json:"bytes"`
	Sum   schemas.Fingerprint `json:"sum"`
	// Steps are the sums of the first 1, 2, 4 … 32 KiB of a longer piece. They
	// tell a shorter file, and the first one most files, apart.
	Steps [6]schemas.Fingerprint `json:"steps,omitzero"`
}

func checkOf(head []byte) check {
	head = head[:min(len(head), wideBytes)]
	c := check{Bytes: len(head), Sum: widePrint(head)}
	for i := range c.Steps {
		if n := step(i); n < len(head) {
			c.Steps[i] = widePrint(head[:n])
		}
	}
	return c
}

// step returns how many bytes Steps[i] is the sum of.
func step(i int) int { return schemas.FingerprintBytes << i }

// tailOf returns the check of the end of text.
func tailOf(text []byte) check {
	return checkOf(text[max(0, len(text)-schemas.FingerprintBytes):])
}

// holds reports whether a file that begins with head begins as c says.
func (c check) holds(head []byte) bool { return len(head) >= c.Bytes && !c.differs(head) }

// differs reports whether a file that begins with head is another one for sure.
func (c check) differs(head []byte) bool {
	n := min(len(head), c.Bytes)
	if n > step(0) && widePrint(head[:step(0)]) != c.Steps[0] {
		return true
	}
	if n == c.Bytes {
		return widePrint(head[:n]) != c.Sum
	}
	last := bits.Len(uint(n/step(0))) - 1
	return last >= 0 && widePrint(head[:step(last)]) != c.Steps[last]
}
