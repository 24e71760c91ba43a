// Package jabber reads csf-unified.log and jabber.log of Cisco Jabber for
// Windows, Mac, iPhone and Android, 9.x to 15, and lines quoted from them. It
// tells the stages of a sign-in (schemas.LoginStages), the configuration the
// client receives, and the SIP messages of its softphone.
//
//	2013-12-01 00:27:31,448 INFO  [0x000003c8] [esets\adapters\imp\StackManager.cpp(118)] [csf-unified.imp.stackManager] [IMPStackCap::StackManager::initialise] - BuddyList started
//
// The time is the client's local time without zone. Levels say little: many
// failures are INFO or DEBUG, many ERROR lines stand in healthy logs, so the
// rules go by text. The strings come from Cisco documents 116306, 118798,
// 212081, 215572, 217615, 220225, 220616, 221845, 223101 and from logs of 9.x
// to 14.3.
package jabber
