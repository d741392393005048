//go:build browser

package main

import (
	"fmt"
	"math"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/xuanti/xuanti/nlp"
)

// wrongQuery ends where a word is missing: at character 9.
const wrongQuery = "标题 AND ("

// TestPages clicks through the demo as a stranger would.
func TestPages(t *testing.T) {
	p := start(t, t.TempDir(), "serve", "--demo", "--listen", "127.0.0.1:0")
	b := newBrowser(t, demoAddress(t, p))
	b.screen(t, 1280, 900, "light")
	for _, step := range []struct {
		name string
		run  func(*testing.T, *browser)
	}{
		{"hot list", hotList}, {"topic", topicOpens}, {"suggestions", suggestions}, {"search", search}, {"wrong query", wrongQueryShowsWhere},
		{"accounts", accounts}, {"imports", imports}, {"subscriptions", subscriptions}, {"sources", sources}, {"boards", boards}, {"terms", terms}, {"digest", digest},
		{"links", linksOpen}, {"screens", screens}, {"metrics", metrics},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.run(t, b) }) {
			break
		}
	}
	for _, c := range b.complaints(url.QueryEscape(wrongQuery)) {
		t.Error("console:", c)
	}
	if t.Failed() {
		t.Logf("the program said:\n%s", lastLines(p.errw.String(), 20))
	}
}

// demoAddress waits until the past is replayed and the demo is live.
func demoAddress(t *testing.T, p *program) string {
	t.Helper()
	deadline := time.Now().Add(8 * time.Minute)
	for time.Now().Before(deadline) {
		if _, after, ok := strings.Cut(p.errw.String(), "http://127.0.0.1:"); ok {
			port := strings.FieldsFunc(after, func(r rune) bool { return r < '0' || r > '9' })[0]
			address := "http://127.0.0.1:" + port
			var ready map[string]any
			get(t, address+"/readyz", &ready)
			return address
		}
		select {
		case err := <-p.done:
			p.done <- err
			t.Fatalf("the program ended: %v\n%s", err, lastLines(p.errw.String(), 20))
		default:
		}
		pause(t)
	}
	t.Fatalf("the demo never went live:\n%s", lastLines(p.errw.String(), 5))
	return ""
}

func lastLines(s string, n int) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

func hotList(t *testing.T, b *browser) {
	b.open(t, "/")
	if got := b.texts(t, ".banner.demo"); len(got) != 1 || !strings.Contains(got[0], "演示数据") {
		t.Errorf("the page does not say that it is demo data: %v", got)
	}
	type row struct {
		Title     string  `json:"title"`
		State     string  `json:"state"`
		Heat      float64 `json:"heat"`
		Points    int     `json:"points"`
		Why       int     `json:"why"`
		Platforms int     `json:"platforms"`
	}
	rows := look[[]row](t, b, `[...document.querySelectorAll('.hotrow')].map(r => ({
		title: r.querySelector('h2 a').textContent, state: r.querySelector('.chip').textContent, heat: +r.querySelector('.heat b').textContent,
		points: (r.querySelector('.spark polyline')?.getAttribute('points') || '').split(' ').length,
		why: r.querySelectorAll('.why li').length, platforms: r.querySelectorAll('.pres').length}))`)
	if len(rows) < 20 {
		t.Fatalf("%d rows", len(rows))
	}
	listed := 0
	for i, r := range rows {
		if r.Title == "" || !strings.Contains("新升高位落回归平静", r.State) || r.Heat <= 0 || r.Heat > 100 || r.Why == 0 || r.Points < 2 {
			t.Errorf("row %d: %+v", i+1, r)
		}
		if i > 0 && r.Heat > rows[i-1].Heat {
			t.Errorf("row %d is hotter than the row before", i+1)
		}
		if i < 10 && r.Platforms >= 2 {
			listed++
		}
	}
	if listed < 8 {
		t.Errorf("only %d of the first ten are on two boards", listed)
	}
	if s := strings.Join(b.texts(t, ".odds"), " "); strings.Contains(s, "100%") {
		t.Errorf("a forecast is certain: %s", s)
	}
	b.wait(t, "the live lamp is on", `document.querySelector('[data-live]').classList.contains('on')`)
}

// inkOn counts the painted pixels of a chart's canvas.
func inkOn(chart string) string {
	return `(() => { const c = document.querySelector('[data-chart=` + chart + `] canvas'); if (!c || !c.width || !c.height) return 0;
		const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) n++; return n })()`
}

// rawName is what a feature is called inside the program.
var rawName = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)

func topicOpens(t *testing.T, b *browser) {
	b.open(t, "/")
	title := b.texts(t, ".hotrow h2 a")[0]
	b.click(t, ".hotrow h2 a")
	b.wait(t, "the topic opens", fmt.Sprintf(`location.pathname.startsWith('/topics/') && document.querySelector('h1').textContent === %q`, title))
	b.settle(t)
	b.wait(t, "uPlot draws the heat", inkOn("heat")+` > 500`)
	b.wait(t, "uPlot draws the ranks", inkOn("ranks")+` > 300`)
	if n := len(b.texts(t, ".member")); n < 3 {
		t.Errorf("%d members", n)
	}
	if len(b.texts(t, ".why.full li")) == 0 {
		t.Error("the topic does not say why it is hot")
	}
	b.click(t, "details.belongs summary")
	b.wait(t, "the reasons unfold", `document.querySelector('details.belongs').open && document.querySelector('details.belongs table').checkVisibility()`)
	for _, name := range b.texts(t, ".belongs td:first-child") {
		if rawName.MatchString(name) {
			t.Errorf("the feature %s has no name in words", name)
		}
	}
	for i, cells := range look[[][]string](t, b, `[...document.querySelectorAll('.belongs')].map(d => [...d.querySelectorAll('td:last-child')].map(e => e.textContent))`) {
		addsUp(t, fmt.Sprintf("member %d", i+1), cells[:len(cells)-1], cells[len(cells)-1])
	}
}

// addsUp checks that printed points give the printed sum exactly.
func addsUp(t *testing.T, what string, points []string, sum string) {
	t.Helper()
	cents := func(s string) int {
		v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(s), "−", "-", 1), 64)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return int(math.Round(v * 100))
	}
	got := 0
	for _, p := range points {
		got += cents(p)
	}
	if len(points) == 0 || got != cents(sum) {
		t.Errorf("%s: %v give %d hundredths, printed is %s", what, points, got, sum)
	}
}

func suggestions(t *testing.T, b *browser) {
	type card struct {
		ID     string   `json:"id"`
		Title  string   `json:"title"`
		Score  string   `json:"score"`
		Points []string `json:"points"`
		Why    []string `json:"why"`
	}
	read := func() []card {
		return look[[]card](t, b, `[...document.querySelectorAll('.sug')].map(c => ({id: c.id, title: c.querySelector('h2 a').textContent, score: c.querySelector('.score b').textContent,
			points: [...c.querySelectorAll('.bars li:not(.total) .pts')].map(e => e.textContent), why: [...c.querySelectorAll('.whyline')].map(e => e.textContent)}))`)
	}
	b.open(t, "/")
	b.click(t, `.menu a[href="/suggestions"]`)
	b.wait(t, "suggestions open", `location.pathname === '/suggestions'`)
	b.settle(t)
	open := read()
	if len(open) < 3 {
		t.Fatalf("%d suggestions", len(open))
	}
	for _, c := range open {
		addsUp(t, c.Title, c.Points, c.Score)
		for _, w := range c.Why {
			if w == "" {
				t.Errorf("%s: a contribution without a reason", c.Title)
			}
		}
	}
	// Accept the first: it is folded at once and stays away.
	first, second := open[0], open[1]
	b.click(t, "#"+first.ID+" button[value=accepted]")
	b.wait(t, "the suggestion is accepted", fmt.Sprintf(`document.querySelector('#%s .decided')?.textContent.includes('已采纳') && !document.querySelector('#%s .bars').checkVisibility()`, first.ID, first.ID))
	b.click(t, "#"+second.ID+" .no summary")
	b.click(t, "#"+second.ID+` button[value="dismissed:irrelevant"]`)
	b.wait(t, "the suggestion is dismissed with its reason", fmt.Sprintf(`document.querySelector('#%s .decided')?.textContent.includes('与我无关')`, second.ID))
	b.do(t, chromedp.Reload())
	b.settle(t)
	for _, c := range read() {
		if c.ID == first.ID || c.ID == second.ID || c.Title == first.Title || c.Title == second.Title {
			t.Errorf("%s is offered again", c.Title)
		}
	}
	b.open(t, "/suggestions?status=accepted")
	if got := b.texts(t, ".sug h2 a"); len(got) != 1 || got[0] != first.Title {
		t.Errorf("accepted: %v", got)
	}
}

func search(t *testing.T, b *browser) {
	a, err := nlp.New(nlp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.open(t, "/search")
	for _, word := range []string{"青糯", "泡泡栗"} {
		if a.Has(word) {
			t.Errorf("%s is in the shipped dictionary", word)
		}
		b.fill(t, `.searchbox input[name=q]`, word)
		b.click(t, ".searchbox button.primary")
		b.wait(t, "hits for "+word, fmt.Sprintf(`new URLSearchParams(location.search).get('q') === %q && document.querySelectorAll('.hit').length >= 5`, word))
		if marks := b.texts(t, ".hit:first-of-type mark"); len(marks) == 0 || marks[0] != word {
			t.Errorf("%s: the first hit highlights %v", word, marks)
		}
	}
}

func wrongQueryShowsWhere(t *testing.T, b *browser) {
	b.open(t, "/search?q="+url.QueryEscape(wrongQuery))
	got := b.texts(t, ".caret")
	if len(got) != 1 || !strings.Contains(got[0], "▲") || !strings.Contains(got[0], "第 9 个字符") {
		t.Errorf("%v", got)
	}
}

func accounts(t *testing.T, b *browser) {
	b.open(t, "/accounts")
	if n := len(b.texts(t, ".tile")); n < 6 {
		t.Fatalf("%d accounts", n)
	}
	find := func(name string) {
		b.open(t, "/accounts")
		b.do(t, chromedp.Click(`//a[contains(@class,"tile")][.//h2[text()="`+name+`"]]`))
		b.wait(t, "the account opens", fmt.Sprintf(`document.querySelector('h1').textContent === %q`, name))
	}
	find("拆机的阿橙") // prints counts
	if got := b.texts(t, ".verdict b"); len(got) < 5 || !strings.HasSuffix(got[0], "×") {
		t.Errorf("ratios: %v", got)
	}
	if !strings.Contains(strings.Join(b.texts(t, ".posts .meta"), ""), "播放") {
		t.Error("no counts")
	}
	find("升学门道") // prints none
	for _, got := range b.texts(t, ".posts .verdict b") {
		if got != "无数据" {
			t.Errorf("a post without counts shows %q", got)
		}
	}
}

func subscriptions(t *testing.T, b *browser) {
	rec := &receiver{seen: map[string]int{}, arrived: make(chan string, 64)}
	hook := httptest.NewServer(rec)
	defer hook.Close()
	b.open(t, "/subscriptions")
	b.click(t, "#channels details summary")
	b.fill(t, "#channels input[name=name]", "编辑部群")
	b.fill(t, "#channels input[name=url]", hook.URL)
	b.click(t, "#channels details button.primary")
	b.wait(t, "the secret is shown", `document.querySelector('pre.secret')`)
	rec.mu.Lock()
	rec.secret = b.texts(t, "pre.secret")[0]
	rec.mu.Unlock()

	b.open(t, "/subscriptions/new")
	b.fill(t, "input[name=name]", "随便看看")
	b.fill(t, "textarea[name=any]", "的，了，一，发布")
	b.click(t, "form.sub details summary")
	b.do(t, chromedp.SetValue(chromedp.CSS("select[name=mode]"), "contains"))
	b.click(t, "form.sub input[name=channels]")
	b.click(t, `button[formaction^="/subscriptions/preview"]`)
	b.wait(t, "the dry run answers", `document.querySelectorAll('#dry .dry .plain li').length > 3`)
	if n := look[int](t, b, `+document.querySelectorAll('#dry .nums dd')[1].textContent`); n < 100 {
		t.Errorf("a very common word hits %d items in a week", n)
	}
	b.click(t, "form.sub button.primary")
	b.wait(t, "the subscription is saved", `location.search === '?done=saved' && document.querySelector('.flash.good')`)
	// The story goes on, ten times as fast.
	waitFor(t, rec, func() bool { return len(rec.seen) > 0 })
	rec.mu.Lock()
	bad := len(rec.bad)
	rec.mu.Unlock()
	if bad > 0 {
		t.Errorf("%d webhooks with a wrong signature", bad)
	}
	path := look[string](t, b, `location.pathname`)
	deadline := time.Now().Add(patience)
	for b.open(t, path); len(b.texts(t, ".chip.d-delivered")) == 0 && time.Now().Before(deadline); b.open(t, path) {
		pause(t)
	}
	if got := b.texts(t, ".chip.d-delivered"); len(got) == 0 || got[0] != "已送达" {
		t.Errorf("deliveries: %v", b.texts(t, "[id^=d-]"))
	}
}

func sources(t *testing.T, b *browser) {
	b.open(t, "/sources")
	rows := b.texts(t, ".src")
	if len(rows) < 20 {
		t.Fatalf("%d sources", len(rows))
	}
	well := 0
	for _, h := range b.texts(t, ".src .st > span") {
		if h == "正常" {
			well++
		}
	}
	if well < len(rows)/2 {
		t.Errorf("only %d of %d sources are well: %v", well, len(rows), rows)
	}
	id := look[string](t, b, `[...document.querySelectorAll('.src')].find(e => e.querySelector('.st > .h-ok')).id`)
	b.click(t, "#"+id+" .acts button")
	b.wait(t, "the source is polled and says what came", `document.querySelector('#`+id+` .outcome b')?.textContent.startsWith('成功')`)
	b.click(t, "#"+id+" .more-of summary")
	b.wait(t, "the figures unfold", `document.querySelectorAll('#`+id+` .facts dd').length >= 10 && document.querySelector('#`+id+` .facts').checkVisibility()`)
	b.click(t, `#`+id+` form[action$="/pause"] button`)
	b.wait(t, "it is paused", `document.querySelector('#`+id+` .st > span').textContent === '暂停'`)
	b.click(t, `#`+id+` form[action$="/resume"] button`)
	b.wait(t, "it is resumed", `document.querySelector('#`+id+` form[action$="/pause"]')`)
	b.click(t, ".tally a[href*=ok]")
	b.wait(t, "the list is filtered", `location.search.includes('health=ok') && [...document.querySelectorAll('.src .st > span')].every(e => e.textContent === '正常')`)
	sourceAddEditFail(t, b)
}

// sourceAddEditFail adds a feed of the demo web by its address, breaks it, and
// reads why it fails and what to do.
func sourceAddEditFail(t *testing.T, b *browser) {
	var pages struct {
		Items []struct {
			URL string `json:"url"`
		} `json:"items"`
	}
	get(t, b.url+"/api/v1/sources?kind=feed", &pages)
	web := pages.Items[0].URL
	b.open(t, "/sources")
	b.fill(t, "#add input[name=url]", web)
	b.click(t, "#add form.big button")
	b.wait(t, "the preview knows the source", `document.querySelector('#preview')?.textContent.includes('它已在来源中')`)
	b.fill(t, "#add input[name=url]", web+"?again=1")
	b.click(t, "#add form.big button")
	b.wait(t, "the preview shows what comes", `document.querySelectorAll('#preview .what li').length >= 3`)
	b.fill(t, "#preview input[name=name]", "待查的来源")
	b.do(t, chromedp.SendKeys(chromedp.CSS("#preview input[name=group]"), "临时"), chromedp.SendKeys(chromedp.CSS("#preview input[name=tags]"), "试试，二号"))
	b.click(t, "#preview button.primary")
	b.wait(t, "it is added", `location.search.includes('done=added')`)
	b.open(t, "/sources?group="+url.QueryEscape("临时"))
	if got := b.texts(t, ".src .who"); len(got) != 1 || !strings.Contains(got[0], "待查的来源") || !strings.Contains(got[0], "#二号") {
		t.Fatalf("the added source: %v", got)
	}
	b.click(t, ".src .who a")
	b.wait(t, "the source opens", `document.querySelector('#edit')`)
	b.fill(t, "#edit input[name=url]", strings.TrimSuffix(web, "/")+"/no/such/page")
	b.click(t, "#edit button.primary")
	b.wait(t, "it is saved", `location.search.includes('done=saved')`)
	b.click(t, `.src form[action$="/poll"] button`)
	b.wait(t, "it says why it fails and what to do", `document.querySelector('.outcome.bad')?.textContent.includes('404') && document.querySelector('.outcome.bad').textContent.includes('编辑')`)
	for range 2 {
		b.open(t, "/sources?group="+url.QueryEscape("临时"))
		b.click(t, `.src form[action$="/poll"] button`)
		b.wait(t, "tried again", `document.querySelector('.src .outcome.bad')`)
	}
	b.open(t, "/sources")
	before := look[[]string](t, b, `[...document.querySelectorAll('.src')].slice(0, 1 + [...document.querySelectorAll('.src')].findIndex(e => e.textContent.includes('待查的来源'))).map(e => e.querySelector('.st > span').className)`)
	if len(before) == 0 || len(slices.Compact(before)) != 1 || !strings.Contains(before[0], "h-failing") {
		t.Errorf("the failing are not first: %v", before)
	}
	b.wait(t, "its failing is news", `document.querySelector('.becames')?.textContent.includes('待查的来源')`)
	b.shot(t, "sources-failing")
}

func boards(t *testing.T, b *browser) {
	b.open(t, "/boards")
	counts := look[[]int](t, b, `[...document.querySelectorAll('.board')].map(e => e.querySelectorAll('.entries li').length)`)
	if len(counts) < 12 {
		t.Errorf("%d boards", len(counts))
	}
	for i, n := range counts {
		if n < 5 {
			t.Errorf("board %d has %d entries", i+1, n)
		}
	}
	b.click(t, ".board h2 a")
	b.wait(t, "the board opens", `document.querySelectorAll('.entries li').length >= 15 && document.querySelectorAll('.times li').length > 3`)
	b.click(t, ".times li:nth-child(3) a")
	b.wait(t, "an older snapshot opens", `location.search.startsWith('?at=') && document.querySelectorAll('.entries li').length >= 15`)
}

func terms(t *testing.T, b *browser) {
	b.open(t, "/terms")
	if n := len(b.texts(t, "#terms td.term")); n < 5 {
		t.Errorf("%d trending words", n)
	}
	words := b.texts(t, ".words .word b")
	if len(words) < 3 {
		t.Fatalf("%d new words", len(words))
	}
	b.click(t, ".words .word button[value=accepted]")
	b.wait(t, "the word is accepted", `document.querySelector('.words .word .tag.good')?.textContent === '已接受'`)
	b.click(t, ".words .word button.link")
	b.wait(t, "the decision is taken back", `document.querySelector('.words .word .tag.good') === null`)
}

func digest(t *testing.T, b *browser) {
	b.open(t, "/digest/today")
	if n := len(b.texts(t, ".prose h2")); n < 2 {
		t.Errorf("%d sections", n)
	}
	if n := len(b.texts(t, ".prose li a")); n < 10 {
		t.Errorf("%d links", n)
	}
	if s := b.texts(t, ".prose")[0]; !strings.Contains(s, "演示数据") {
		t.Error("the digest does not say that it is demo data")
	}
}
