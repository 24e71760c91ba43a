// Package alarm reads the alarms and audit events that CUCM and IM&P write to
// syslog: CiscoLog messages as a syslog server stores them, the files
// syslog/CiscoSyslog and syslog/messages of a node, alerts of RTMT, the
// application audit log, and the event log text of CallManager 4.
//
//	<189>8103: Oct 14 2015 05:50:19 AM.484 UTC :  %UC_AUDITLOG-5-AdministrativeEvent: %[ UserID =administrator][…]: Audit Event …
//	Jul 5 12:02:29 cucm-sub1 local7 2 ccm: 6838: cucm-sub1: Jul 05 2016 16:02:29.795 UTC : %UC_CALLMANAGER-2-SignalCongestionEntry: %[…]: …
//	17: Apr 21 19:01:35.638 UTC : %CCM_RTMT-RTMT-2-RTMT-ERROR-ALERT: RTMT Alert Name:SyslogSeverityMatchFound Detail: …
//
// The format is that of "Cisco Unified Serviceability Alarms and CiscoLog
// Messages" in the Cisco Unified Communications Manager Managed Services
// Guide. Alarms differ from release to release in the names, the order and the
// number of their parameters, so nothing here depends on those.
package alarm
