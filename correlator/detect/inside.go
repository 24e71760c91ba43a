package detect

import (
	"net/netip"

	"github.com/uctrace/uctrace/schemas"
)

// inside reports whether addr, a host:port in e, is no stranger's: a private
// address, one of the network that this side is in, or no address (a name that
// somebody configured, or a masked one). Everybody on the internet can talk to an Expressway-E, and many do.
func inside(addr string, e *schemas.Event) bool {
	host := Host(addr)
	if host == "" {
		return false
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return true
	}
	if ip = ip.Unmap(); ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return true
	}
	return beside(ip, e)
}

// beside reports whether ip is in the network of this side, which is taken to
// have 24 bits, or 64 in IPv6.
func beside(ip netip.Addr, e *schemas.Event) bool {
	local := e.Attr("local")
	if local == "" && e.SIP != nil {
		local = e.SIP.Local
	}
	own, err := netip.ParseAddr(Host(local))
	if err != nil {
		return false
	}
	bits := 24
	if own.Is6() {
		bits = 64
	}
	network, err := own.Prefix(bits)
	return err == nil && network.Contains(ip)
}
