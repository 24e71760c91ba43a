//go:build browser

package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chromium returns a context that has a browser.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path := os.Getenv("UCTRACE_CHROMIUM")
	if path == "" {
		var err error
		if path, err = exec.LookPath("chromium"); err != nil {
			t.Fatal("no Chromium: install Debian's package chromium, or name the program in UCTRACE_CHROMIUM")
		}
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal("start Chromium:", err)
	}
	return ctx
}

// tab is a page that complains: whatever it asks another host for, and whatever
// stands in its console, fails the test.
type tab struct {
	t    *testing.T
	ctx  context.Context
	root string

	mu     sync.Mutex
	faults []string
}

// open opens a tab of the size of a screen.
func open(t *testing.T, browser context.Context, root string, width, height int64) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	tb := &tab{t: t, ctx: ctx, root: root}
	t.Cleanup(func() {
		cancel()
		tb.mu.Lock()
		defer tb.mu.Unlock()
		for _, f := range tb.faults {
			t.Error(f)
		}
	})
	if err := chromedp.Listen(ctx, tb.listen); err != nil {
		t.Fatal(err)
	}
	call(tb, network.Enable, network.EnableParams{})
	call(tb, runtime.Enable, cdp.Empty{})
	call(tb, log.Enable, cdp.Empty{})
	tb.do(chromedp.EmulateViewport(width, height))
	return tb
}

func (tb *tab) listen(event any) {
	fault := ""
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if at := e.Request.URL; !strings.HasPrefix(at, tb.root+"/") && !strings.HasPrefix(at, "about:") && !strings.HasPrefix(at, "data:") {
			fault = "the page asks for " + at
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			fault = fmt.Sprintf("%s answers %d", e.Response.URL, e.Response.Status)
		}
	case *runtime.EventExceptionThrown:
		fault = fmt.Sprintf("a script fails: %+v", e.ExceptionDetails)
	case *runtime.EventConsoleAPICalled:
		fault = fmt.Sprintf("the console says %s %v", e.Type, e.Args)
	case *log.EventEntryAdded:
		fault = fmt.Sprintf("the log says %s: %s (%s)", e.Entry.Level, e.Entry.Text, e.Entry.URL)
	}
	if fault != "" {
		tb.mu.Lock()
		tb.faults = append(tb.faults, fault)
		tb.mu.Unlock()
	}
}

func (tb *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, limit)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		tb.t.Fatal(err)
	}
}

// get runs what returns a value.
func get[T any](tb *tab, a chromedp.Action[T]) T {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, limit)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		tb.t.Fatal(err)
	}
	return v
}

// call runs a command of the protocol.
func call[P, R any](tb *tab, command cdp.Command[P, R], params P) R {
	tb.t.Helper()
	r, err := chromedp.Call(tb.ctx, command, params)
	if err != nil {
		tb.t.Fatal(err)
	}
	return r
}

func (tb *tab) goTo(path string) {
	tb.t.Helper()
	tb.do(chromedp.Navigate(tb.root+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// keys presses keys one after another, as a keyboard does: a key whose press is
// taken by the page types nothing. Longer words are typed.
func (tb *tab) keys(keys ...string) {
	tb.t.Helper()
	for _, k := range keys {
		name, code := k, int64(0)
		switch {
		case k == kb.Enter:
			name, code = "Enter", 13
		case len(k) > 1 || !unicode.IsPrint(rune(k[0])):
			tb.do(chromedp.KeyEvent(k))
			continue
		}
		for _, phase := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			call(tb, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: phase, Key: name, Text: k, UnmodifiedText: k, WindowsVirtualKeyCode: code})
		}
	}
}

func (tb *tab) click(selector string) {
	tb.t.Helper()
	tb.do(chromedp.Click(chromedp.CSS(selector)))
}

func (tb *tab) visible(selector string) {
	tb.t.Helper()
	tb.do(chromedp.WaitVisible(chromedp.CSS(selector)))
}

// until waits for a condition in JavaScript. It is asked from outside, because
// the policy of the pages lets nobody evaluate text inside. A page that is being
// left cannot answer, the next one can.
func (tb *tab) until(what, condition string) {
	tb.t.Helper()
	await(tb.t, what+" ("+condition+")", func() bool {
		ok, err := chromedp.Run(tb.ctx, chromedp.Evaluate[bool](condition))
		return err == nil && ok
	})
}

// value evaluates JavaScript.
func value[T any](tb *tab, expression string) T {
	tb.t.Helper()
	return get(tb, chromedp.Evaluate[T](expression))
}

// run evaluates JavaScript for what it does.
func (tb *tab) run(expression string) {
	tb.t.Helper()
	tb.do(chromedp.Evaluate[chromedp.Void](expression))
}

func (tb *tab) path() string { return value[string](tb, "location.pathname") }

// colours switches what the system prefers.
func (tb *tab) colours(name string) {
	tb.t.Helper()
	call(tb, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}})
}
