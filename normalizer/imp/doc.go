// Package imp reads the traces of the IM and Presence components that Cisco
// calls XCP (Router rtr-jsm, Connection Managers client-cm, xmpp-cm and sip-cm,
// Authentication auth-svc, Text Conference txt-conf) and of the SIP Proxy esp
// and the Presence Engine epe beside them.
//
// All print the time of day, a bar and the text, most of them without a date;
// readHead lists the shapes. The date comes from the first line that prints one
// (a banner, the SIP Proxy's second stamp) or from the configuration, the zone
// from the configuration.
//
// What is read: server dialback (XEP-0220), SASL (RFC 6120 section 6) as the
// server sees it, resource binding and stream errors, refused chat rooms,
// connections between components, certificate and name checks, SIP messages.
// The XCP components of Expressway print the same texts in another record head,
// see package expressway.
package imp
