//go:build browser

package browser

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

// takePictures writes what the README shows.
func takePictures(t *testing.T, browser context.Context, root, dir string) {
	at := paths(t, root)
	for _, scheme := range []string{"light", "dark"} {
		for _, p := range []struct {
			name, path string
			height     int64
			before     func(*tab)
		}{
			{"call", at["call"], 900, func(tb *tab) {
				tb.run(`document.querySelector(".laddersection").scrollIntoView()`)
				tb.keys("j", "j", "j", "j")
				tb.until("the message", `!document.querySelector("#inspector").hidden`)
			}},
			{"sign-in", at["sign-in"], 860, func(tb *tab) { tb.run(`document.querySelector(".waterfall").parentElement.scrollIntoView()`) }},
			{"dialback", at["dialback"], 720, func(tb *tab) { tb.run(`document.querySelector(".waterfall").parentElement.scrollIntoView()`) }},
			{"coverage", at["coverage"], 760, nil},
		} {
			tb := open(t, browser, root, 1280, p.height)
			tb.colours(scheme)
			tb.goTo(p.path)
			if p.before != nil {
				p.before(tb)
			}
			png := get(tb, chromedp.CaptureScreenshot())
			if err := os.WriteFile(fmt.Sprintf("%s/%s-%s.png", dir, p.name, scheme), png, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
