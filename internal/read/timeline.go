package read

import (
	"context"

	"github.com/uctrace/uctrace/schemas"
)

// maxPerson bounds the sessions of one person's timeline.
const maxPerson = 500

// maxHops bounds how often the keys of what was found are looked for in turn.
const maxHops = 4

// People returns the sessions that may concern who, a user, JID, device, number
// or Call-ID: those that have it as a key or as a party, and those that have one of the keys of
// a person or a device that these have. Which of them are really related, and
// why, is for correlator.Relate to say.
func (s *Store) People(ctx context.Context, who string) ([]schemas.Session, error) {
	list, err := s.exact(ctx, who, maxPerson)
	if err != nil {
		return nil, err
	}
	have := map[schemas.ID]bool{}
	asked := map[string]bool{}
	for i := range list {
		have[list[i].ID] = true
	}
	for hop, from := 0, 0; hop < maxHops && len(list) < maxPerson; hop++ {
		keys := personal(list[from:], asked)
		if from = len(list); len(keys) == 0 {
			break
		}
		w := new(where)
		w.add("hasAny(keys, ?)", set(keys))
		more, err := s.sessions(ctx, w, "ORDER BY start DESC, raw_id DESC LIMIT ?", maxPerson)
		if err != nil {
			return nil, err
		}
		for i := range more {
			if !have[more[i].ID] && len(list) < maxPerson {
				have[more[i].ID] = true
				list = append(list, more[i])
			}
		}
	}
	return list, nil
}

// Neighbours returns other sessions that have a person, a device or a Call-ID in
// common with s, the nearest in time, at most limit.
func (s *Store) Neighbours(ctx context.Context, of *schemas.Session, limit int) ([]schemas.Session, error) {
	var keys []string
	for _, k := range of.Keys {
		if isPersonal(k.Type) {
			keys = append(keys, spellings(k)...)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	w := new(where)
	w.add("hasAny(keys, ?)", set(keys))
	w.add("raw_id != unhex(?)", of.ID.String())
	return s.sessions(ctx, w, "ORDER BY abs(toUnixTimestamp64Micro(start) - ?), raw_id LIMIT ?", max(of.Start.UnixMicro(), 0), limit)
}

func isPersonal(t schemas.KeyType) bool {
	return t == schemas.KeyUser || t == schemas.KeyJID || t == schemas.KeyDevice || t == schemas.KeyCallID
}

// personal returns the keys of sessions that name a person or a device, and
// that were not asked for before. Those of a call are of two parties: they are
// not followed.
func personal(sessions []schemas.Session, asked map[string]bool) []string {
	var keys []string
	for i := range sessions {
		if sessions[i].Kind == schemas.SessionCall || sessions[i].Kind == schemas.SessionFederation {
			continue
		}
		for _, k := range sessions[i].Keys {
			if !isPersonal(k.Type) {
				continue
			}
			for _, text := range spellings(k) {
				if !asked[text] {
					asked[text] = true
					keys = append(keys, text)
				}
			}
		}
	}
	return keys
}
