package correlator

import (
	"slices"
	"testing"

	"github.com/uctrace/uctrace/correlator/detect"
)

// TestHitsStandOnce adds the parts of records whose other copies come later.
func TestHitsStandOnce(t *testing.T) {
	var list []hit
	for _, h := range []hit{{1, 0, detect.Proves}, {5, 0, detect.Proves}, {3, 0, detect.Proves}, {5, 1, detect.Shown}, {5, 0, detect.Needed}, {1, 0, detect.Proves}} {
		list = withHit(list, h)
	}
	want := []hit{{1, 0, detect.Proves}, {3, 0, detect.Proves}, {5, 0, detect.Proves | detect.Needed}, {5, 1, detect.Shown}}
	if !slices.Equal(list, want) {
		t.Errorf("hits are %v, want %v", list, want)
	}
}
