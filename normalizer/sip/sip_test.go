package sip_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/sip"
)

func TestGolden(t *testing.T) { golden.Run(t, "testdata/*.txtar", sip.Parser{}) }

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		name, head string
		want       bool
	}{
		{"begins with a request", "INVITE sip:a@b SIP/2.0\r\nprose", true},
		{"mostly SIP", "# x\nSIP/2.0 200 OK\nVia: x\nFrom: x\nTo: x\nCall-ID: x\n", true},
		{"prose that quotes", "see\nthis\nSIP/2.0 200 OK\nand\nmore", false},
		{"empty", "", false},
	} {
		if got := (sip.Parser{}).Match("x.log", []byte(tt.head)); got > 0 != tt.want {
			t.Errorf("%s: %d", tt.name, got)
		}
	}
}
