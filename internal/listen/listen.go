// Package listen holds what the programs agree on about the addresses they
// listen on: their form, the word for none, and which of them other hosts can
// reach.
package listen

import (
	"context"
	"fmt"
	"net"
	"strconv"
)

// Off is the address that means none.
const Off = "off"

// Valid reports whether address is host:port with a port number, or Off.
func Valid(address string) bool {
	if address == Off {
		return true
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// Loopback reports whether other hosts cannot reach address. What is no
// address cannot be reached; it is another fault.
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err != nil || LoopbackHost(host)
}

// LoopbackHost reports whether host is this host and no other can reach it.
func LoopbackHost(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// TCP listens on address; key is the setting that gave it.
func TCP(ctx context.Context, key, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w (take another address, or \"off\")", key, err)
	}
	return l, nil
}
