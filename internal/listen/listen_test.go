package listen_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/listen"
)

func TestAddresses(t *testing.T) {
	for _, tt := range []struct {
		address         string
		valid, loopback bool
	}{
		{"off", true, true},
		{"127.0.0.1:8080", true, true},
		{"localhost:0", true, true},
		{"[::1]:8080", true, true},
		{"127.8.0.1:1", true, true},
		{":8080", true, false},
		{"0.0.0.0:8080", true, false},
		{"[::]:8080", true, false},
		{"10.0.0.1:65535", true, false},
		{"logs.example:8080", true, false},
		{"127.0.0.1:65536", false, true},
		{"127.0.0.1:http", false, true},
		{"127.0.0.1", false, true},
		{"", false, true},
	} {
		if got := listen.Valid(tt.address); got != tt.valid {
			t.Errorf("Valid(%q) = %v", tt.address, got)
		}
		if got := listen.Loopback(tt.address); got != tt.loopback {
			t.Errorf("Loopback(%q) = %v", tt.address, got)
		}
	}
}
