//go:build browser

package browser

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestPage uses one server and one browser for everything.
func TestPage(t *testing.T) {
	root := serve(t)
	browser := chromium(t)
	for name, use := range map[string]func(*testing.T, context.Context, string){
		"search, session, message": usePointer,
		"keys alone":               useKeys,
		"light and dark":           useColours,
		"on paper":                 usePrinter,
		"without scripts":          useNoScripts,
		"nothing runs over":        useNarrowScreen,
		"a long session":           useLongSession,
		"a wide session":           useWideSession,
		"filters":                  useFilters,
		"coverage and agents":      useSources,
		"readable by assistants":   useAxe,
	} {
		t.Run(name, func(t *testing.T) { use(t, browser, root) })
	}
	if dir := os.Getenv("UCTRACE_PICTURES"); dir != "" {
		t.Run("pictures", func(t *testing.T) { takePictures(t, browser, root, dir) })
	}
}

// bad is the call that the newcomer is shown.
func bad(t *testing.T, root string) string {
	t.Helper()
	return "/session/" + findings(t, root, callRule)[0].Session
}

// usePointer searches, opens a session, and looks at a message.
func usePointer(t *testing.T, browser context.Context, root string) {
	tb := open(t, browser, root, 1280, 900)
	_, number := about(t, root, callRule)
	tb.goTo("/")
	tb.do(chromedp.SendKeys(chromedp.CSS("#q"), number))
	tb.until("suggestions", `document.querySelectorAll("#suggestions li").length > 0 && !document.querySelector("#suggestions").hidden`)
	if by := value[string](tb, `document.querySelector("#suggestions .by").textContent`); !strings.HasPrefix(by, "party "+number) {
		t.Errorf("the suggestion says it matched %q", by)
	}
	tb.do(chromedp.Submit(chromedp.CSS("#q")))
	tb.visible("table.hits")
	tb.click("table.hits a.row")
	tb.visible("#steps")

	tb.goTo(bad(t, root))
	tb.do(chromedp.ScrollIntoView(chromedp.CSS("#s4")))
	x, y := middle(tb, "#s4 .label")
	tb.do(chromedp.MouseEvent(chromedp.MouseMoved, x, y))
	tb.until("the message", `!document.querySelector("#inspector").hidden`)
	if raw := value[string](tb, `document.querySelector("#inspector .raw").textContent`); !strings.Contains(raw, "INVITE sip:") || !strings.Contains(raw, "\nVia: SIP/2.0") || !strings.Contains(raw, "Content-Length:") {
		t.Errorf("the message is %q", raw)
	}
	if where := value[string](tb, `document.querySelector("#inspector .path").textContent`); !strings.Contains(where, "SDL") || !strings.Contains(where, ".txt:") {
		t.Errorf("it stands in %q", where)
	}
	tb.do(chromedp.MouseClickXY(x, y))
	x, y = middle(tb, "#s6 .label")
	tb.do(chromedp.MouseEvent(chromedp.MouseMoved, x, y))
	if value[string](tb, `document.querySelector(".chosen").id`) != "s4" {
		t.Error("a message that was clicked does not stay")
	}
	tb.click("#next-proof")
	tb.until("the evidence", `document.querySelector(".chosen.proves") !== null`)
	tb.click("#notes")
	if value[bool](tb, `[...document.querySelectorAll(".only-note:not(.proves)")].some((e) => e.checkVisibility())`) {
		t.Error("notes stay when they are switched off")
	}
	tb.click("#inspector .close")
	tb.until("the message gone", `document.querySelector("#inspector").hidden`)
	tb.click(".finding summary")
	tb.click(`.finding .evidence a[href^="#s"]`)
	tb.until("the line of the evidence", `document.querySelector(".chosen") !== null && location.hash === "#" + document.querySelector(".chosen").id`)
}

func middle(tb *tab, selector string) (x, y float64) {
	tb.t.Helper()
	at := value[[2]float64](tb, fmt.Sprintf(`(() => { const r = document.querySelector(%q).getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, selector))
	return at[0], at[1]
}

// useKeys goes from the first page to the evidence without a pointer.
func useKeys(t *testing.T, browser context.Context, root string) {
	tb := open(t, browser, root, 1280, 900)
	_, user := about(t, root, signInRule)
	tb.goTo("/")
	tb.keys("/")
	tb.keys(user)
	tb.until("suggestions", `document.querySelectorAll("#suggestions li").length > 0 && !document.querySelector("#suggestions").hidden`)
	tb.keys(kb.ArrowDown)
	if value[string](tb, `document.activeElement.getAttribute("aria-activedescendant") || ""`) != "suggestion-0" {
		t.Error("the first suggestion is not chosen")
	}
	tb.keys(kb.Enter)
	tb.visible("#steps")
	if !strings.HasPrefix(tb.path(), "/session/") {
		t.Fatal(tb.path())
	}

	tb.goTo(bad(t, root))
	if value[bool](tb, `document.querySelector(".ladderfilter") !== null && document.querySelector(".ladderfilter select") === null`) {
		t.Error("the filter of the ladder has nothing to choose")
	}
	tb.keys("j", "j")
	tb.until("the second line", `document.querySelector(".chosen")?.id === "s2" && document.activeElement === document.querySelector("#s2 .hit")`)
	tb.keys("k")
	tb.until("the first line", `document.querySelector(".chosen")?.id === "s1"`)
	tb.keys(kb.ArrowDown)
	tb.until("the second line again", `document.querySelector(".chosen")?.id === "s2"`)
	tb.keys("n")
	tb.until("the evidence", `document.querySelector(".chosen.proves") !== null && !document.querySelector("#inspector").hidden`)
	first := value[string](tb, `document.querySelector(".chosen").id`)
	tb.keys("n", "p")
	tb.until("the same evidence", fmt.Sprintf(`document.querySelector(".chosen").id === %q`, first))
	// what a pointer reaches by clicks, keys reach too
	if value[int](tb, `document.querySelectorAll("#inspector .open, #inspector [data-copy]").length`) != 2 {
		t.Error("the message has no way to its own page, or to its line")
	}
	tb.keys("o")
	tb.until("the page of the event", `location.pathname.startsWith("/event/")`)
	tb.click(`.crumbs a[href*="q="]`)
	tb.until("the line in its session", `location.hash.startsWith("#e") && document.querySelector(".chosen")?.querySelector(location.hash) !== null`)
	tb.keys(kb.Escape)
	tb.until("the message gone", `document.querySelector("#inspector").hidden`)
	tb.keys("?")
	tb.until("the help", `document.querySelector("#help").open`)
	tb.keys(kb.Escape)
	tb.until("the help gone", `!document.querySelector("#help").open`)

	// one Tab leads to the ladder and one beyond it, however long it is
	if n := value[int](tb, `document.querySelectorAll(".hit:not([tabindex='-1'])").length`); n != 1 {
		t.Errorf("Tab stops %d times in the ladder", n)
	}
	tb.goTo("/findings")
	tb.keys("j", "j", "k", kb.Enter)
	tb.until("a finding", `location.pathname === "/finding/" + location.pathname.slice(9) || location.search !== ""`)
}

// useColours follows the system, then the choice, which stays.
func useColours(t *testing.T, browser context.Context, root string) {
	tb := open(t, browser, root, 1280, 900)
	paper := func() string { return value[string](tb, `getComputedStyle(document.body).backgroundColor`) }
	tb.colours("light")
	tb.goTo("/findings")
	light := paper()
	tb.colours("dark")
	dark := paper()
	if light == dark {
		t.Fatalf("light and dark are both %s", light)
	}
	tb.keys("t")
	if paper() != light {
		t.Errorf("the first choice is %s, want light", paper())
	}
	tb.goTo("/")
	if paper() != light {
		t.Error("the choice is forgotten on the next page")
	}
	tb.colours("light")
	tb.click("#theme")
	if paper() != dark {
		t.Errorf("the second choice is %s, want dark", paper())
	}
	tb.click("#theme")
	if paper() != light {
		t.Errorf("the third choice is %s, want that of the system", paper())
	}
}

// usePrinter prints a session.
func usePrinter(t *testing.T, browser context.Context, root string) {
	tb := open(t, browser, root, 1280, 900)
	tb.colours("dark")
	tb.goTo(bad(t, root))
	pdf := call(tb, page.PrintToPDF, page.PrintToPDFParams{PrintBackground: new(true)}).Data
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Fatalf("%.20q", pdf)
	}
	call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	tb.do(chromedp.EmulateViewport(720, 1000))
	for what, condition := range map[string]string{
		"the bar is left out":         `getComputedStyle(document.querySelector(".bar")).display === "none"`,
		"the whole ladder is printed": `document.querySelector("#steps").scrollHeight <= document.querySelector("#steps").clientHeight + 1`,
		"nothing is cut on the right": `document.documentElement.scrollWidth <= innerWidth`,
		"the paper is white":          `getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)"`,
		"evidence is printed":         `document.querySelector(".step.proves").checkVisibility()`,
	} {
		if !value[bool](tb, condition) {
			t.Errorf("not so: %s", what)
		}
	}
}

// useNoScripts searches and reads with scripts switched off.
func useNoScripts(t *testing.T, browser context.Context, root string) {
	tb := open(t, browser, root, 1280, 900)
	call(tb, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	_, number := about(t, root, callRule)
	tb.goTo("/?q=" + number)
	tb.click("table.hits a.row")
	tb.visible("#steps")
	tb.click("#s2 .hit")
	tb.visible("pre.raw")
	if get(tb, chromedp.Text(chromedp.CSS("pre.raw"))) == "" {
		t.Error("the page of a message shows none")
	}
}

// paths are pages of every sort.
func paths(t *testing.T, root string) map[string]string {
	t.Helper()
	call := findings(t, root, callRule)[0]
	signIn, user := about(t, root, signInRule)
	return map[string]string{
		"home": "/", "search": "/?q=example", "nothing found": "/?q=nothing-like-this", "findings": "/findings", "cause": "/findings?rule=login.stuck", "finding": "/finding/" + call.ID, "call": "/session/" + call.Session,
		"dialback": "/session/" + findings(t, root, dialbackRule)[0].Session, "sign-in": "/session/" + signIn.ID,
		"person": "/user/" + user, "coverage": "/coverage", "agents": "/agents", "files": "/files", "wide": "/session/" + session(t, root, wideNumber).ID, "API": "/api/v1/openapi.json",
	}
}

// useNarrowScreen looks for pages that are wider than their screen.
func useNarrowScreen(t *testing.T, browser context.Context, root string) {
	for _, width := range []int64{1280, 768, 390} {
		tb := open(t, browser, root, width, 844)
		for name, path := range paths(t, root) {
			if name == "API" {
				continue
			}
			tb.goTo(path)
			if wide := value[int64](tb, `document.documentElement.scrollWidth`); wide > width {
				t.Errorf("%s is %d wide on a screen of %d: %s", name, wide, width, value[string](tb,
					`[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".ladder, .scroll, .skip, .unseen")).slice(0, 5).map((e) => e.tagName + "." + e.className).join(" ")`))
			}
		}
	}
}
