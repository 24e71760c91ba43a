// Package cdr reads the flat files of the CDR repository: call detail records
// and call management records.
//
//	"cdrRecordType","globalCallID_callManagerId","globalCallID_callId","origLegCallIdentifier","dateTimeOrigination",…
//	INTEGER,INTEGER,INTEGER,INTEGER,INTEGER,…
//	1,2,25447,47874239,1744993928,2,0,239138826,"2001","alice",…
//
// A file begins with a row of names and a row of types. Releases add columns at
// the end, so a row is read by the order that the names have had since 5.0, and
// by the names when a file has another one. The fields are described in the Call Detail Records
// Administration Guide for Cisco Unified Communications Manager.
package cdr
