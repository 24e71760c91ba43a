// Package flow runs the stages of the server between the streams: Normalizer
// (records → events), Correlator (events → sessions and findings), Store (any
// of these → a sink) and Raw (the text of records → a sink). Each stage is a
// loop that a person can read: read by sequence, work, wait until the next
// stage has stored the result, move the cursor. Data first, then the cursor: a
// stage that dies at any moment does its last step again, and the ids of what
// it makes are functions of content, so doing it again changes nothing.
package flow
