// Package jabber reads csf-unified.log and jabber.log of Cisco Jabber for
// Windows, Mac, iPhone and Android, 9.x to 15, of its virtual desktop client
// and of the Webex app that has the same stack inside, the log of a problem
// report (PRT.txt), and lines quoted from all of them. It tells the stages of a
// sign-in (schemas.LoginStages), the configuration that the client receives,
// its DNS queries, HTTP requests and certificate checks, what CTI Manager
// answers, and the SIP messages of its softphone.
//
//	2013-12-01 00:27:31,448 INFO  [0x000003c8] [esets\adapters\imp\StackManager.cpp(118)] [csf-unified.imp.stackManager] [IMPStackCap::StackManager::initialise] - BuddyList started
//
// Desk phones of the 7800 and 8800 series log the same SIP stack behind
// another head. A phone has no sign-in: its records give SIP messages,
// connections and registration states.
//
//	1773 DEB Nov 09 12:59:23.449563 JAVA-sipio-sent---> REGISTER sip:10.10.10.1 SIP/2.0^M
//
// The time is the client's local time without zone. Levels say little: many
// failures are INFO or DEBUG, many ERROR lines stand in healthy logs, so the
// rules go by text. The strings come from Cisco documents 116306, 118798,
// 200850, 200903, 212081, 212180, 215572, 217294, 217615, 220225, 220616,
// 221845 and 223101, from the Expressway MRA guide, and from logs of 9.x to
// 14.3.
package jabber
