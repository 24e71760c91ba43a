package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// The outcomes of a route: a member is tried, no further one is left.
var (
	outcomeTry       = []byte("try")
	outcomeExhausted = []byte("exhausted")
)

// route appends the event of a line in which a route list or a hunt list
// chooses a member, or has none left. Hunt lists and route lists print the
// same texts under their own names.
//
//	RouteListControl::idle_CcSetupReq - RouteList(SJ_HL), numberSetup=0 numberMember=10 vmEnabled=0
//	HuntListCdrc::routeAction -- current device name=747e9c25-9a91-83d9-f0fe-c962bffa39e6, idle or available
//	HuntListCdrc::distributeCall CI=45136602 BRANCH=0
//	RouteListCdrc::distributeCall ccSetupReq CI=51140857 BRANCH=0
//	RouteListCdrc::HUNT_TERMINATED CI = 45136602
//	HuntListCdrc::terminateCall - No more Routes in RouteListName = SJ_HL.  Rejecting the call
//	RouteListCdrc::terminateCall - no more destinations in list
//	LineCdpc(20): -dispatchToAllDevices-, sigName=CcSetupReq, device=SEP001122334455
func (t *trace) route(dst []schemas.Event) ([]schemas.Event, bool) {
	line := t.words()
	f := t.newFact(schemas.KindDigitsRoute)
	switch {
	case hasPrefix(line, "LineCdpc("):
		v, ok := behind(line, "sigName=CcSetupReq, device=", len("sig"))
		if !ok {
			return dst, false
		}
		f.try(word(v))
		f.key(schemas.KeyDevice, f.value("member"))
	case hasPrefix(line, "RouteListControl::"):
		v, ok := after(line, "CcSetupReq - RouteList(")
		if !ok {
			return dst, false
		}
		name, rest, _ := bytes.Cut(v, []byte{')'})
		f.with("list", name)
		f.with("outcome", outcomeTry)
		f.with("detail", bytes.TrimLeft(rest, ", "))
	default:
		if !f.cdrc(line) {
			return dst, false
		}
	}
	return t.line(dst, f), true
}

// cdrc reads a line of RouteListCdrc or HuntListCdrc.
func (f *fact) cdrc(line []byte) bool {
	i := bytes.Index(line, []byte("ListCdrc"))
	if i < 0 {
		return false
	}
	line = line[i+len("ListCdrc"):]
	if v, ok := behind(line, "current device name=", len("current de")); ok {
		f.try(word(v))
		if _, detail, ok := bytes.Cut(v, []byte(", ")); ok {
			f.with("detail", bytes.TrimSpace(detail))
		}
		return true
	}
	if i = text.Index(line, "istributeCall ", len("istribute")); i > 0 {
		// The line before told the member; this one tells the call.
		v, ok := after(line, " CI=")
		if !ok {
			return false
		}
		f.with("detail", word(line[i-1:]))
		f.ci(v)
		return true
	}
	if v, ok := behind(line, "HUNT_TERMINATED CI", 0); ok {
		f.with("outcome", outcomeExhausted)
		f.ci(bytes.TrimLeft(v, " ="))
		return true
	}
	if i = text.Index(line, "o more Routes in ", len("o more ")); i >= 0 {
		if v, ok := after(line, "RouteListName = "); ok {
			f.with("list", bytes.TrimRight(word(v), "."))
		}
	} else if i = text.Index(line, "o more destinations in list", len("o more ")); i < 0 {
		return false
	}
	f.with("outcome", outcomeExhausted)
	f.with("detail", bytes.TrimSpace(line[i-min(i, 1):]))
	return true
}

// try sets the member that is tried.
func (f *fact) try(member []byte) {
	f.with("member", member)
	f.with("outcome", outcomeTry)
}
