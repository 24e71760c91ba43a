package collector

import "testing"

func fifo(t *testing.T, _ string) string {
	t.Helper()
	t.Skip("no pipes in folders")
	return ""
}
