// Package xmppclient reads what XMPP clients other than Jabber write when they
// are asked to: the debug output of Pidgin and Adium, XML consoles (Psi, Gajim,
// Swift), the debug logs of Smack, slixmpp, xmpppy, libstrophe (Profanity),
// XMPPFramework, XML::Stream (sendxmpp) and of Cisco's attendant console. Such a
// client signs in to the XCP Connection Manager of IM and Presence on port 5222.
//
// The stages of a sign-in are discovery-srv, certificate and xmpp; the steps of
// xmpp, from the connection to the bound resource, stand in the detail. SASL
// payloads, passwords and message texts stay out of the events.
package xmppclient
