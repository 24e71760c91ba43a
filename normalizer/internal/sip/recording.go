package sip

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/schemas"
)

// recording are the parameters of the From address by which CUCM tells a
// recorder which call it records, and the names of their attributes.
//
//	From: <sip:9110001@10.48.32.90;x-nearend;x-refci=49613638;x-nearenddevice=SEP001795BDD16B;…;x-farendrefci=49613637;…>
var recording = [...]struct{ param, attr string }{
	{";x-refci=", "recording_ci"},
	{";x-farendrefci=", "recording_far_ci"},
	{";x-nearenddevice=", "recording_device"},
}

// recordingAttrs is how many attributes appendRecording may add.
const recordingAttrs = len(recording) + 1

// appendRecording appends the recorded call's identifiers, when from has them,
// and which of its ends is recorded.
func appendRecording(a *arena.Arena, attrs []schemas.Attr, from []byte) []schemas.Attr {
	const least = 64 // the parameters alone are longer
	if len(from) < least || !bytes.Contains(from, []byte(recording[0].param)) {
		return attrs
	}
	for _, r := range recording {
		if _, v, ok := bytes.Cut(from, []byte(r.param)); ok {
			if i := bytes.IndexAny(v, ";>, \t\r\n"); i >= 0 {
				v = v[:i]
			}
			if len(v) > 0 {
				attrs = append(attrs, schemas.Attr{Name: r.attr, Value: a.String(v)})
			}
		}
	}
	switch {
	case bytes.Contains(from, []byte(";x-nearend;")):
		attrs = append(attrs, schemas.Attr{Name: "recording_side", Value: "near"})
	case bytes.Contains(from, []byte(";x-farend;")):
		attrs = append(attrs, schemas.Attr{Name: "recording_side", Value: "far"})
	}
	return attrs
}
