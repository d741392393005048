//go:build browser

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to show what it should.
const patience = 30 * time.Second

// browser is headless Chromium with one tab on the demo.
type browser struct {
	ctx   context.Context
	url   string // of the demo, without a slash at the end
	shots string // folder of the screenshots

	mu   sync.Mutex
	said []chromedp.ConsoleMessage
}

// newBrowser starts Chromium with an empty profile and listens to its console.
func newBrowser(t *testing.T, url string) *browser {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "zh-CN"))
	alloc, stopBrowser := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, closeTab := chromedp.NewContext(alloc)
	b := &browser{ctx: ctx, url: url, shots: os.Getenv("SCREENSHOTS")}
	if b.shots == "" {
		b.shots = t.TempDir()
	} else if err := os.MkdirAll(b.shots, 0o700); err != nil {
		t.Fatal(err)
	}
	// The first step starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	messages := chromedp.Console(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for m, err := range messages {
			if err != nil {
				return
			}
			b.mu.Lock()
			b.said = append(b.said, m)
			b.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		closeTab()
		<-done
		stopBrowser()
	})
	return b
}

// do runs steps in the tab.
func (b *browser) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// open goes to a path of the demo and waits until the page has settled.
func (b *browser) open(t *testing.T, path string) {
	t.Helper()
	b.do(t, chromedp.Navigate(b.url+path))
	b.settle(t)
}

// settle waits for scripts and fonts.
func (b *browser) settle(t *testing.T) {
	t.Helper()
	b.wait(t, "the page is complete", `document.readyState === 'complete' && document.fonts.status === 'loaded'`)
}

// click clicks what a CSS selector finds first.
func (b *browser) click(t *testing.T, selector string) {
	t.Helper()
	b.do(t, chromedp.Click(chromedp.CSS(selector)))
}

// fill replaces the text of a field by typing.
func (b *browser) fill(t *testing.T, selector, text string) {
	t.Helper()
	b.wait(t, selector+" can be emptied", fmt.Sprintf(`(e => { if (e) e.value = ''; return e })(document.querySelector(%q))`, selector))
	b.do(t, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// wait asks the page until an expression is true. It asks anew after each
// navigation, which polling inside the page would not survive.
func (b *browser) wait(t *testing.T, what, expression string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`!!(`+expression+`)`))
		cancel()
		if err == nil && ok {
			return
		}
		pause(t)
	}
	b.shot(t, "failed")
	t.Fatalf("%s: it never came to that: %s", what, expression)
}

// look reads a value out of the page.
func look[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%v in %s", err, expression)
	}
	return v
}

// texts are the trimmed texts of all elements that a selector finds.
func (b *browser) texts(t *testing.T, selector string) []string {
	t.Helper()
	return look[[]string](t, b, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.textContent.trim())`, selector))
}

// screen sets size and colours.
func (b *browser) screen(t *testing.T, width, height int64, scheme string) {
	t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 800,
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}); err != nil {
		t.Fatal(err)
	}
}

// shot takes a picture of the page, from its top to at most 3000 pixels.
func (b *browser) shot(t *testing.T, name string) {
	t.Helper()
	size := look[[]float64](t, b, `[innerWidth, Math.min(document.documentElement.scrollHeight, 3000)]`)
	beyond := true
	res, err := chromedp.Call(b.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
		CaptureBeyondViewport: &beyond, Clip: &page.Viewport{Width: size[0], Height: size[1], Scale: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.shots, name+".png"), res.Data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// complaints are the errors and warnings of the console, among them
// violations of the Content-Security-Policy. That the browser notes the status
// of the deliberately wrong query is no complaint.
func (b *browser) complaints(wrong string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, m := range b.said {
		if m.Type != "error" && m.Type != "warning" && !m.IsException() {
			continue
		}
		if m.Source == "network" && strings.Contains(m.Text, "422") && strings.Contains(m.URL, wrong) {
			continue
		}
		out = append(out, fmt.Sprintf("%s %s %s: %s", m.Type, m.Source, m.URL, m.Text))
	}
	return out
}
