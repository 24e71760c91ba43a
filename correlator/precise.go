package correlator

import (
	"slices"

	"github.com/uctrace/uctrace/correlator/detect"
)

// preciseFirst orders signatures so that each stands behind those that its
// Unless names: what they find in a session is known when its turn comes.
func preciseFirst(sigs []detect.Signature) []detect.Signature {
	list := make([]detect.Signature, 0, len(sigs))
	placed := make([]bool, len(sigs))
	var place func(i int)
	place = func(i int) {
		if placed[i] {
			return
		}
		placed[i] = true
		for j := range sigs {
			if slices.Contains(sigs[i].Unless, sigs[j].Name) {
				place(j)
			}
		}
		list = append(list, sigs[i])
	}
	for i := range sigs {
		place(i)
	}
	return list
}
