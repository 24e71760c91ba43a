package fleet

// expressway is an Expressway-C or -E.
type expressway struct {
	*host
	pid    int // of its XMPP connection manager
	syslog int
}
