package detect

import "github.com/uctrace/uctrace/schemas"

// Gap documents what the correlator finds by looking at what was logged, not
// at what happened.
func Gap() Detector {
	return Detector{
		Name:     "trace.gap",
		Title:    "A part of what happened cannot be seen",
		Severity: schemas.Info,
		Doc: `"Nothing found" and "could not see" differ. A log that has a hole, or that was written at a level which leaves out what the rules
look at, is named, so that nobody takes it for a clean one. Topics of which no log was given stand in the coverage of the report.

**Needs:** an SDL trace whose numbers jump by more than a thousand over fewer bytes than their lines take, within a file or from one to
the next of the same node and start of the service (FileHead: AppStartTime, FileNumber); an Expressway log that goes on for
a second behind a SIP message that it only summarises, without any message.

**Severity:** low for a hole, info for a level.

**Silent for:** files that are missing for more than twelve hours, which are two collections; numbers that run ahead or behind by some dozens, as the threads of CUCM write them; a log of which other parts have the level.

**Strings:** numbers of SDL traces of CUCM 10.5 and 11.5, levels of Expressway X8 logs, both seen.

**References:** Cisco document 213360, Collect Expressway diagnostic logs.`,
	}
}
