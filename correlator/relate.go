package correlator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// Relate finds the sessions that concern the same person or device. It is a
// function of the sessions alone and joins none: a user has many calls, and a
// device many users.
func Relate(sessions []schemas.Session) []schemas.Relation {
	r := relating{seen: map[pair]bool{}, by: map[thing][]int{}, domains: map[thing]string{}}
	for i := range sessions {
		s := &sessions[i]
		if s.Deleted {
			continue
		}
		for _, k := range s.Keys {
			r.key(i, s, k)
		}
	}
	things := make([]thing, 0, len(r.by))
	for t := range r.by {
		things = append(things, t)
	}
	slices.SortFunc(things, func(a, b thing) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.typ, b.typ), cmp.Compare(a.value, b.value), cmp.Compare(a.scope, b.scope))
	})
	for _, t := range things {
		r.pairs(t, sessions)
	}
	return r.list
}

type relating struct {
	by   map[thing][]int
	seen map[pair]bool
	// domains holds the domain of the JIDs with one node, "*" for several.
	domains map[thing]string
	list    []schemas.Relation
}

type pair struct{ a, b int }

// thing is what sessions may have in common.
type thing struct {
	typ    schemas.KeyType
	value  string
	scope  string
	likely bool
}

// rank puts the more certain reason first, which is the one that is told.
func (t thing) rank() int {
	if t.likely {
		return 1
	}
	return 0
}

// key files session i under what its key k names. The user of a JID is filed as
// a user of the session's cluster too: where the IM address scheme is
// user@domain, the node of the JID is the user id.
func (r *relating) key(i int, s *schemas.Session, k schemas.Key) {
	add := func(t thing) {
		if list := r.by[t]; len(list) == 0 || list[len(list)-1] != i {
			r.by[t] = append(list, i)
		}
	}
	value := strings.ToLower(k.Value)
	switch k.Type {
	case schemas.KeyCallID:
		add(thing{typ: k.Type, value: k.Value})
	case schemas.KeyDevice:
		add(thing{typ: k.Type, value: value, scope: s.Cluster})
	case schemas.KeyUser:
		add(thing{typ: k.Type, value: value, scope: s.Cluster})
	case schemas.KeyJID:
		add(thing{typ: k.Type, value: value})
		if node, domain, ok := strings.Cut(value, "@"); ok && node != "" {
			t := thing{typ: schemas.KeyUser, value: node, scope: s.Cluster, likely: true}
			add(t)
			if known, ok := r.domains[t]; ok && known != domain {
				domain = "*"
			}
			r.domains[t] = domain
		}
	}
}

// maxAlike bounds the sessions that one thing relates with each other: the
// busiest trunk is nobody's timeline.
const maxAlike = 200

// pairs relates the sessions that have t in common, each with the one before.
func (r *relating) pairs(t thing, sessions []schemas.Session) {
	list := r.by[t]
	if t.likely {
		list = r.alike(t)
	}
	if len(list) > maxAlike {
		return
	}
	for n := 1; n < len(list); n++ {
		p := pair{list[n-1], list[n]}
		if r.seen[p] {
			continue
		}
		r.seen[p] = true
		grade := schemas.Certain
		if t.likely {
			grade = schemas.Likely
		}
		r.list = append(r.list, schemas.Relation{A: sessions[p.a].ID, B: sessions[p.b].ID, By: t.typ, Value: t.value, Confidence: grade})
	}
}

// alike returns the sessions of a user id and of the one JID that has it as its
// node. JIDs of two domains are two people, and nothing tells which of them the
// user is.
func (r *relating) alike(t thing) []int {
	users := r.by[thing{typ: schemas.KeyUser, value: t.value, scope: t.scope}]
	if len(users) == 0 || r.domains[t] == "*" {
		return nil
	}
	list := slices.Concat(users, r.by[t])
	slices.Sort(list)
	return slices.Compact(list)
}
