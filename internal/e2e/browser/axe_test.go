//go:build browser

package browser

import (
	"context"
	"os"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// useAxe lets axe-core look at every page, in light and dark.
func useAxe(t *testing.T, browser context.Context, root string) {
	path := os.Getenv("UCTRACE_AXE")
	if path == "" {
		t.Skip("UCTRACE_AXE names no axe.min.js; task page fetches it")
	}
	axe, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tb := open(t, browser, root, 1280, 900)
	for _, scheme := range []string{"light", "dark"} {
		tb.colours(scheme)
		for name, path := range paths(t, root) {
			if name == "API" {
				continue
			}
			tb.goTo(path)
			if name == "call" {
				tb.keys("n")
				tb.until("the message", `!document.querySelector("#inspector").hidden`)
			}
			tb.run(string(axe))
			faults := get(tb, chromedp.Evaluate[[]string](axeRun, func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }))
			for _, f := range faults {
				t.Errorf("%s, %s: %s", name, scheme, f)
			}
		}
	}
}

// axeRun lists what axe finds, each with some of the places.
const axeRun = `axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations.map((v) =>
	v.id + ": " + v.help + " " + v.nodes.slice(0, 4).map((n) => n.target.join(" ") + " " + (n.any[0]?.message || "")).join(" | ")))`
