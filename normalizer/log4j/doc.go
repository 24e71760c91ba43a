// Package log4j reads the logs of the Java services of CUCM and of IM and
// Presence: Tomcat security, single sign-on, Extension Mobility, AXL, XCP
// Config Manager, Intercluster Sync Agent and the others that log4j writes, and
// the access logs of Tomcat.
//
//	2018-04-14 19:10:51,961 DEBUG [http-bio-8080-exec-23] authentication.AuthenticationImpl - login: Entering login
//	2024-07-16 15:09:50,514 DEBUG [Timer-144] ccmpns.CCMPNServer (CCMPNServer.java:306) - …
//
// Times are local, without a zone. XML answers and stack traces go on in the
// lines that follow.
package log4j
