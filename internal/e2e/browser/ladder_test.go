//go:build browser

package browser

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// useLongSession walks through as many lines as a session can have. Lines out of
// sight are not laid out: that is what keeps it fast.
func useLongSession(t *testing.T, browser context.Context, root string) {
	tb := open(t, browser, root, 1280, 900)
	tb.goTo("/session/" + session(t, root, longNumber).ID)
	if n := value[int](tb, `document.querySelectorAll(".step").length`); n < 1000 {
		t.Fatalf("%d lines", n)
	}
	tb.run(`document.querySelector(".fold details").open = true`)
	if value[bool](tb, `document.querySelector(".fold .step:last-of-type .lanes").checkVisibility({ contentVisibilityAuto: true })`) {
		t.Error("the last line is laid out while nobody sees it")
	}
	tb.keys("k", "k") // an UPDATE without its answer is the very last
	tb.until("the last line of the fold", `document.querySelector(".fold .step:last-of-type").classList.contains("chosen") && document.querySelector(".fold .step:last-of-type .lanes").checkVisibility({ contentVisibilityAuto: true })`)
	tb.until("its message", `document.querySelector("#inspector .raw")?.textContent.length > 0`)
	if !value[bool](tb, `document.querySelector(".counts").textContent.includes("more events are not drawn")`) {
		t.Error("the page does not say that a session keeps 2000 events")
	}
}

// useWideSession looks at twelve participants: the ladder scrolls in its own box,
// its heads and times stay, and what comes again is one line that opens.
func useWideSession(t *testing.T, browser context.Context, root string) {
	tb := open(t, browser, root, 1280, 800)
	tb.goTo("/session/" + session(t, root, wideNumber).ID)
	if n := value[int](tb, `document.querySelectorAll(".who").length`); n != 12 {
		t.Errorf("%d participants", n)
	}
	for what, condition := range map[string]string{
		"the ladder scrolls in its box":          `document.querySelector("#steps").scrollWidth > document.querySelector("#steps").clientWidth && document.documentElement.scrollWidth <= innerWidth`,
		"refreshes are one line":                 `document.querySelectorAll(".fold").length === 1 && document.querySelector(".fold summary").textContent.includes("UPDATE, 200 OK: 119 times more")`,
		"what failed is never folded":            `document.querySelectorAll(".fold .failure").length === 0 && document.querySelectorAll(".step.failure").length === 9`,
		"whom an INVITE is for stands on it":     `document.querySelector(".step.request .label").textContent.includes("79002")`,
		"lines of a closed fold are not shown":   `!document.querySelector(".fold .hit").checkVisibility()`,
		"time that passes between lines is told": `document.querySelector("#s3 .g").textContent === "+20 ms"`,
	} {
		if !value[bool](tb, condition) {
			t.Errorf("not so: %s", what)
		}
	}
	tb.run(`document.querySelector("#steps").scrollTo(400, 600)`)
	tb.until("heads and times that stay", `(() => { const box = document.querySelector("#steps").getBoundingClientRect(), head = document.querySelector(".lhead").getBoundingClientRect(), time = document.querySelector("#s30 .t").getBoundingClientRect();
		return Math.abs(head.top - box.top) < 3 && Math.abs(time.left - box.left) < 3; })()`)

	tb.keys("k", "k", "k", "k", "k")
	tb.until("the line above the closed fold", `document.querySelector(".chosen")?.nextElementSibling?.className === "fold"`)
	tb.run(`document.querySelector(".fold summary").focus()`)
	tb.keys(kb.Enter)
	tb.until("the fold open", `document.querySelector(".fold details").open && document.querySelector(".fold .hit").checkVisibility()`)
	tb.goTo("/session/" + session(t, root, wideNumber).ID + "#s200")
	tb.until("a folded line that a link names", `document.querySelector("#s200").classList.contains("chosen") && document.querySelector(".fold details").open`)
}

// useFilters narrows a ladder, with and without scripts, by pointer and by key.
func useFilters(t *testing.T, browser context.Context, root string) {
	at := "/session/" + session(t, root, wideNumber).ID
	for _, scripts := range []bool{true, false} {
		tb := open(t, browser, root, 1280, 800)
		call(tb, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
		tb.goTo(at)
		if scripts {
			tb.keys("f")
			tb.until("the filter", `document.activeElement.closest(".ladderfilter") !== null`)
		}
		tb.do(chromedp.SetValue(chromedp.CSS(`select[name="with"]`), "10.90.1.3"))
		if !scripts {
			tb.click(".ladderfilter button")
		}
		tb.until("the lines of one participant", `location.search.includes("with=10.90.1.3") && document.querySelectorAll(".step").length === 4 && document.querySelectorAll(".who").length === 2`)
		if !strings.HasSuffix(value[string](tb, "location.href"), "#ladder") {
			t.Error("the page does not stay at the ladder")
		}
		tb.click(".ladderfilter a")
		tb.until("all lines again", `document.querySelectorAll(".who").length === 12`)
	}
}

// useSources looks at the pages that say who ships logs, and what cannot be seen.
func useSources(t *testing.T, browser context.Context, root string) {
	tb := open(t, browser, root, 1280, 800)
	tb.goTo("/")
	tb.click(`nav a[href="/coverage"]`)
	tb.visible("table.logs")
	if !value[bool](tb, `document.querySelector('nav [aria-current="page"]').textContent === "Coverage" && document.querySelectorAll("svg .hole").length > 0 && document.querySelector("#clocks") !== null && document.querySelector("#holes") !== null`) {
		t.Error("coverage shows no hole, or no clock that differs")
	}
	tb.click(`nav a[href="/agents"]`)
	tb.visible("table.agents")
	if state := value[string](tb, `document.querySelector("table.agents .agent").textContent`); state != "stopped" {
		t.Errorf("the agent that has ended is %s", state)
	}
	tb.click("table.agents summary")
	tb.until("what it has read", `document.querySelector("table.agents details").textContent.includes("cucm.sdl")`)
}
