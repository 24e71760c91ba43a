//go:build !linux

package chdb

// emptyStdin does nothing where there is no embedded engine.
func emptyStdin() error { return nil }
