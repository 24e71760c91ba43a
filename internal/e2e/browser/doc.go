// Package browser opens the session page of the real server in a real Chromium
// and uses it as people do: with a pointer, with keys alone, in the dark, on
// paper, on a telephone, without scripts.
//
// It wants a Chromium, so its tests have a build tag and a task of their own:
//
//	go tool -modfile=internal/tools/go.mod task page
package browser
