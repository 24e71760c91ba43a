package detect

import (
	"fmt"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

func remoteDestinationUnmatched() Detector {
	return Detector{
		Name:     "cucm.remote-destination-unmatched",
		Title:    "The caller's number is not the configured remote destination",
		Severity: schemas.Medium,
		Kinds:    []schemas.SessionKind{schemas.SessionCall, schemas.SessionOther},
		Doc: `CUCM looks the calling number of a call from a trunk or gateway up among the remote destinations (single number reach).
When the peer sends the number in another form than configured, the user's other phone is not recognised: no presence, no
handoff, no *mobile connect*. The call itself works.

**Needs:** the lookup by calling number (` + "`SPROC getCtrlPid - callingNum=N`" + `), its miss (` + "`DbMobility: can't find remdest N in map`" + `), and a
remote destination R of the same cluster that some line proves (` + "`found remdest cnumber = R`, `Name=R:RDP-user-DN … Protocol=Remote Destination`" + `)
with N equal to the DN of R, or one of N and R the end of the other.

**Silent for:** a miss without such an R (every normal call prints one), a lookup by called number (` + "`getDaRes`" + `), a call that
also found its remote destination, a call from a phone of the cluster (its Contact carries a device name), an end that could be
chance: fewer than four equal digits, or a full number that ends in an R shorter than six digits.

**Strings:** miss and found of 8.x and the miss of 10.5 and 11.5 are seen in real traces; "partial match case" and a found line
newer than 8.x are not.

**References:** Cisco Jabber feature configuration 12.6 (matching caller ID with remote destination); Cisco document 200788.`,
		Run: runRemoteDestination,
	}
}

func runRemoteDestination(s *Session, r *Report) {
	for i := range s.Lookups {
		if s.Lookups[i].Found != nil {
			return
		}
	}
	reported := map[string]bool{}
	for i := range s.Lookups {
		l := &s.Lookups[i]
		if l.Miss == nil || !l.Calling || l.Number == "" || reported[l.Number] || fromDevice(l.Invite) {
			continue
		}
		d, isDN, ok := nearest(l.Number, s.World.Destinations(s.Cluster, l.Number))
		if !ok {
			continue
		}
		reported[l.Number] = true
		r.Found(claimRemoteDestination(l, d, isDN))
	}
}

func fromDevice(invite *schemas.Event) bool { return invite != nil && invite.Attr("device") != "" }

// nearest returns the destination that number most likely stands for: the one
// with number as its DN, else the one that differs least in length.
func nearest(number string, all []Destination) (best Destination, isDN, ok bool) {
	least := 0
	n := digits(number)
	for _, d := range all {
		dn := d.DN != "" && digits(d.DN) == n && digits(d.Number) != n
		if !dn && !sameEnd(n, digits(d.Number)) {
			continue
		}
		gap := max(len(n), len(digits(d.Number))) - min(len(n), len(digits(d.Number)))
		if !ok || dn && !isDN || dn == isDN && gap < least {
			best, isDN, ok, least = d, dn, true, gap
		}
	}
	return best, isDN, ok
}

// sameEnd reports whether one number is a proper end of the other, after the
// leading zeros of national and access prefixes.
func sameEnd(n, r string) bool {
	const enough, whole = 4, 6
	if n == r {
		return false
	}
	n0, r0 := strings.TrimLeft(n, "0"), strings.TrimLeft(r, "0")
	if min(len(n0), len(r0)) < enough {
		return false
	}
	if len(n0) > len(r0) && len(r0) < whole {
		return false
	}
	return strings.HasSuffix(n0, r0) || strings.HasSuffix(r0, n0)
}

func claimRemoteDestination(l *Lookup, d Destination, isDN bool) Claim {
	target := d.Number
	if d.Name != "" {
		target += " (" + d.Name + ")"
	}
	n, want := digits(l.Number), digits(d.Number)
	c := Claim{
		Subject: l.Number,
		Summary: fmt.Sprintf("%s was looked up but the remote destination is %s: the lookup found nothing", l.Number, target),
		Context: []*schemas.Event{d.Event},
	}
	missing, short := strings.CutSuffix(want, n)
	switch {
	case short && missing != "":
		c.Cause = fmt.Sprintf("the peer sends the caller's number %s without %s, so it does not equal the remote destination %s", l.Number, missing, d.Number)
	case isDN:
		c.Cause = fmt.Sprintf("the peer sends %s, which is the DN of the user, instead of the remote destination %s", l.Number, d.Number)
	default:
		c.Cause = fmt.Sprintf("the caller's number arrives as %s and the remote destination is configured as %s", l.Number, d.Number)
	}
	if isDN && short {
		c.Cause += fmt.Sprintf("; %s is also the DN that %s is tied to", l.Number, d.Number)
	}
	c.Fix = []string{
		fmt.Sprintf("on the peer (PBX, gateway or carrier): send the full calling number %s in From and Contact", d.Number),
		fmt.Sprintf("or in CUCM, Device > Trunk (or Gateway) > Inbound Calls > Calling Party Transformation or Incoming Calling Party Settings: add the missing prefix so that %s becomes %s", l.Number, d.Number),
		"or in CUCM, System > Service Parameters > Cisco CallManager: set Matching Caller ID with Remote Destination to Partial Match and Number of Digits for Caller ID Partial Match to the digits both share",
		fmt.Sprintf("or in CUCM, Device > Remote Destination: configure the number as the peer sends it, %s", l.Number),
	}
	for _, e := range l.Events {
		number, how := strings.TrimSpace(e.Attr("number")), e.Attr("match")
		if e.Kind == schemas.KindMobilityLookup && e.Attr("by") != "called" && (number == l.Number || number == "" && how != "") {
			c.Proof = append(c.Proof, e)
		}
	}
	c.Proof = append(c.Proof, l.Miss)
	if l.Invite != nil {
		c.Context = append([]*schemas.Event{l.Invite}, c.Context...)
	}
	c.Context = append(c.Context, l.Transforms()...)
	return c
}
