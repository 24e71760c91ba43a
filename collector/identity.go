package collector

import (
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// entryOf returns the entry of the file that begins with head, nil when more
// of it, or of its node, must be seen first. begin returns the first bytes of
// the file, or all there are; head need not be valid behind its call.
func (r *run) entryOf(path string, head []byte, end ending, begin func(size int) []byte) (*entry, error) {
	head = head[:min(len(head), wideBytes)]
	if end == hold && len(head) < schemas.FingerprintBytes || end != final && len(head) == 0 {
		return nil, nil
	}
	if e := r.journal.lookup(path, head); e != nil {
		return e, nil
	}
	k := r.Options.identify(path, head)
	if r.journal.taken(k.file.Fingerprint) { // by a log that begins alike and goes on otherwise
		k.covers, k.file.Fingerprint = wideBytes, widePrint(head)
	}
	if end == hold && len(head) < k.covers {
		return nil, nil // what tells may still come
	}
	e := &entry{
		File: k.file, Mode: modeOf(k, r.Options.Source), Check: checkOf(head[:min(len(head), k.covers)]),
		Short: len(head) < k.covers, Wide: k.covers == wideBytes, State: startState(k.file.Source),
	}
	if r.Options.Zone == nil {
		if !r.tellZone(&k, end, begin) {
			return nil, nil
		}
		e.File = k.file
	}
	if k.zone != r.Options.Zone || !k.date.Equal(r.Options.Date) {
		e.Seed = moment(schemas.Seed(k.date, k.zone))
	}
	if k.binary != "" {
		e.Notes = append(e.Notes, schemas.Problem{File: path, Message: "not a log: " + k.binary})
	}
	if k.fault != nil {
		e.Notes = append(e.Notes, *k.fault)
	}
	return e, r.journal.add(e)
}

// modeOf names how a file of kind k is framed.
func modeOf(k kind, forced schemas.Source) string {
	switch {
	case k.parser != nil:
		return string(k.parser.Source())
	case k.binary != "" || forced != "":
		return modeRaw
	}
	return modeDocument
}

// headsOf returns what decides where the records of e begin.
func (r *run) headsOf(e *entry) heads {
	k := kind{}
	switch e.Mode {
	case modeDocument:
	case modeRaw:
		k.binary = modeRaw
	default:
		k.parser = r.Options.parserFor(schemas.Source(e.Mode))
	}
	seed := schemas.Seed(r.Options.Date, r.Options.Zone)
	switch told := time.Time(e.Seed); {
	case told.IsZero():
	case r.Options.Zone == nil:
		seed = told
	case r.Options.Date.IsZero() && schemas.Dated(told):
		seed = schemas.Seed(told, r.Options.Zone)
	}
	switch {
	case k.parser != nil:
		return newHeads([]schemas.Parser{k.parser}, false, seed)
	case e.Mode == modeDocument:
		return newHeads(r.Options.Parsers, true, seed)
	}
	return newHeads(nil, false, seed)
}
