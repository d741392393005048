package server

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

func pagePaths() map[string]string {
	return map[string]string{
		"/":                                      "青禾地铁七号线",
		"/?state=rising&platform=zhihu&sort=new": "错峰休假",
		"/topics/topic01":                        "为什么归入",
		"/events/event01":                        "所属话题",
		"/suggestions":                           "领域契合",
		"/suggestions?profile=tech":              "没有待处理的选题",
		"/search":                                "搜索语法",
		"/search?q=" + url.QueryEscape("地铁"):     "<mark>地铁</mark>",
		"/search?q=" + url.QueryEscape("没有这个词"): "没有找到",
		"/boards":                               "非实时",
		"/boards/weibo":                         "历史",
		"/boards/weibo?at=2026-11-23T07:19:00Z": "回到最新",
		"/terms":                                "平常罕见",
		"/scorecard":                            "三小时后仍在榜",
		"/scorecard?date=2026-11-21":            "后一天",
		"/accounts":                             "38.4万",
		"/accounts/acc1":                        "7.4×",
		"/accounts/acc3":                        "无数据",
		"/subscriptions":                        "本地交通",
		"/subscriptions/new":                    "试运行",
		"/subscriptions/sub1":                   "http://127.0.0.1:8080/feeds/k3v9f2m7q8t1.xml",
		"/sources":                              "超过 26 小时没有更新",
		"/sources?health=failing":               "对方返回 503",
		"/digest/today":                         "<strong>青禾地铁七号线早高峰停运两小时</strong>",
		"/digest/2026-11-20":                    "后一天",
		"/profiles":                             "青禾生活指南",
		"/profiles/new":                         "粘贴已发文章标题",
		"/profiles/city":                        "通勤，地铁，本地生活，退票",
		"/login":                                "令牌",
		"/docs":                                 "/api/v1/topics",
		"/status":                               "运行状态",
	}
}

// inlineCode finds what our Content-Security-Policy would block.
var inlineCode = regexp.MustCompile(`(?i)<[^>]+\s(style|on[a-z]+)=|<script(?:\s+defer)?>|<style|(?:src|<link[^>]+href)="(?:https?:)?//`)

// The page of trending words says what is let through, and where that is set.
func TestTermsPageSaysTheRule(t *testing.T) {
	s, _ := open(t)
	for lang, want := range map[string][]string{"zh": {"显著达到 8.7", "每天至多误报 1 次", "校准于"}, "en": {"from score 8.7", "at most 1 would fire a day", "calibrated"}} {
		a := ask(t, s, "GET", "/terms", "", "Accept", "text/html", "Cookie", langCookie+"="+lang)
		for _, w := range append(want, "trend.false_alarms") {
			if !strings.Contains(a.body, w) {
				t.Errorf("%s: no %q", lang, w)
			}
		}
	}
}

func TestPages(t *testing.T) {
	s, _ := open(t)
	for path, want := range pagePaths() {
		for _, lang := range []string{"zh", "en"} {
			a := ask(t, s, "GET", path, "", "Accept", "text/html", "Cookie", langCookie+"="+lang)
			if a.status != 200 {
				t.Errorf("%s (%s): %d", path, lang, a.status)
				continue
			}
			if lang == "zh" && !strings.Contains(a.body, want) {
				t.Errorf("%s: lacks %q", path, want)
			}
			if m := inlineCode.FindString(a.body); m != "" {
				t.Errorf("%s: inline code or foreign resource: %s", path, m)
			}
			if strings.Contains(a.body, "ZgotmplZ") || strings.Contains(a.body, "<no value>") || strings.Contains(a.body, "%!") {
				t.Errorf("%s (%s): a template slipped", path, lang)
			}
			if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'self';") || strings.Contains(csp, "unsafe") {
				t.Errorf("%s: csp %s", path, csp)
			}
			if !strings.Contains(a.body, map[string]string{"zh": "演示数据", "en": "Demo data"}[lang]) {
				t.Errorf("%s: does not say that it is demo data", path)
			}
		}
	}
}

func TestEmptyEngineSaysWhatToDo(t *testing.T) {
	f := &fake{now: newFake().now, ready: true, secrets: map[string]xuanti.Token{}, subsc: map[chan engine.Change]bool{}}
	s := build(t, f, Options{Loopback: true})
	for path, want := range map[string]string{
		"/": "看看来源是否正常", "/suggestions": "新建账号", "/boards": "还没有榜单", "/terms": "没有突发的词", "/scorecard": "还没有成绩单", "/accounts": "还没有对标账号",
		"/subscriptions": "还没有订阅", "/sources": "这里没有来源", "/profiles": "还没有账号", "/digest/today": "日报",
	} {
		a := ask(t, s, "GET", path, "")
		if a.status != 200 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d, lacks %q", path, a.status, want)
		}
		if strings.Contains(a.body, "banner demo") {
			t.Errorf("%s: claims to be demo data", path)
		}
	}
}

func TestHostileTextIsEscaped(t *testing.T) {
	s, f := open(t)
	const evil = `"><script>alert(1)</script>`
	f.topics[0].Title, f.topics[0].TopicView.Title = evil, evil
	f.topics[0].URL = "javascript:alert(1)"
	for i := range f.topics[0].Presences {
		f.topics[0].Presences[i].URL = "javascript:alert(1)"
	}
	f.topics[0].Trajectories[0].BoardName = "</script><script>alert(2)</script>"
	for _, path := range []string{"/", "/topics/topic01", "/search?q=" + url.QueryEscape(evil)} {
		a := ask(t, s, "GET", path, "")
		if strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, `href="javascript:`) {
			t.Errorf("%s: not escaped", path)
		}
	}
}

// TestStalePresenceIsNotLive: a place on a board that could not be read lately
// is not shown as one held now.
func TestStalePresenceIsNotLive(t *testing.T) {
	s, f := open(t)
	if a := ask(t, s, "GET", "/topics/topic01", ""); strings.Contains(a.body, "非实时") {
		t.Error("a live place is called stale")
	}
	f.topics[0].Presences[0].Stale = true
	f.topics[0].TopicView.Presences[0].Stale = true
	for _, path := range []string{"/", "/topics/topic01"} {
		if a := ask(t, s, "GET", path, ""); !strings.Contains(a.body, `class="pres stale"`) || !strings.Contains(a.body, "非实时") {
			t.Errorf("%s: a stale place looks live", path)
		}
	}
	if a := ask(t, s, "GET", "/api/v1/topics/topic01", ""); !strings.Contains(a.body, `"stale":true`) {
		t.Error("the API does not say that a place is stale")
	}
}

func TestHotListFragment(t *testing.T) {
	s, _ := open(t)
	a := ask(t, s, "GET", "/", "", "HX-Request", "true")
	if a.status != 200 || strings.Contains(a.body, "<html") || !strings.Contains(a.body, `id="t-topic01"`) {
		t.Errorf("%d %.200s", a.status, a.body)
	}
}

func TestSearchErrorPointsAtTheCharacter(t *testing.T) {
	s, _ := open(t)
	a := ask(t, s, "GET", "/search?q="+url.QueryEscape("地铁 (停运"), "", "Accept", "text/html")
	if a.status != 422 || !strings.Contains(a.body, "第 4 个字符处有误") || !strings.Contains(a.body, "\u3000\u3000\u00a0▲") {
		t.Errorf("%d", a.status)
	}
}

// A link that changes one filter of a search keeps the others, and so does the form.
func TestSearchLinksKeepTheOtherFilters(t *testing.T) {
	s, _ := open(t)
	a := ask(t, s, "GET", "/search?q="+url.QueryEscape("地铁")+"&kind=article&source=src8&flat=1&since=72h", "", "Accept", "text/html")
	for _, want := range []string{`name="source" value="src8"`, `href="/search?explain=1&amp;flat=1&amp;kind=article&amp;q=%E5%9C%B0%E9%93%81&amp;since=72h&amp;source=src8"`, `href="/search?flat=1&amp;kind=article&amp;platform=`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("%d, no %s", a.status, want)
		}
	}
}

// Looking at another forecast of a day stays on that day.
func TestScorecardKeepsItsDay(t *testing.T) {
	s, _ := open(t)
	a := ask(t, s, "GET", "/scorecard?date=2026-11-21&head=nonsense", "", "Accept", "text/html")
	if !strings.Contains(a.body, `href="?date=2026-11-21&amp;head=top10_3h#boards"`) || !strings.Contains(a.body, `&amp;head=listed_3h">`) || !strings.Contains(a.body, "：三小时后仍在榜<") {
		t.Errorf("%d", a.status)
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		name, path, body string
		htmx             bool
		status           int
		want             string // in the body, or the Location
	}{
		{"accept by htmx", "/suggestions/sug1/decision", "profile_id=city&status=accepted", true, 200, "已采纳"},
		{"dismiss with reason", "/suggestions/sug1/decision", "profile_id=city&status=dismissed:late", true, 200, "来不及了"},
		{"accept without scripts", "/suggestions/sug1/decision", "profile_id=city&status=accepted", false, 303, "/suggestions?profile=city"},
		{"unknown decision", "/suggestions/sug1/decision", "profile_id=city&status=maybe", true, 422, "未知的选择"},
		{"merge events", "/events/event01/merge", "into=/events/event02?x", false, 303, "/events/event02?done=saved"},
		{"split event", "/events/event01/split", "item=a&item=b", false, 303, "/events/event01?done=saved"},
		{"split nothing", "/events/event01/split", "", false, 422, "没有可以拆出的成员"},
		{"pin event", "/events/event01/pin", "pinned=true", false, 303, "/events/event01?done=saved"},
		{"merge topics", "/topics/topic01/merge", "into=/topics/topic02?x", false, 303, "/topics/topic02?done=saved"},
		{"split topic", "/topics/topic01/split", "item=event01", false, 303, "/topics/topic01?done=saved"},
		{"split nothing off a topic", "/topics/topic01/split", "", false, 422, "没有可以拆出的事件"},
		{"undo nothing", "/regroupings/none/undo", "", false, 404, "调整"},
		{"word", "/words/decide", "text=午睡舱&status=rejected", true, 200, "已拒绝"},
		{"word, undone", "/words/decide", "text=午睡舱&status=auto", true, 200, "接受"},
		{"dry run by htmx", "/subscriptions/preview", "name=x&any=地铁，公交", true, 200, "试运行结果"},
		{"dry run without scripts", "/subscriptions/preview", "name=x&any=地铁", false, 200, "试运行结果"},
		{"dry run of nothing", "/subscriptions/preview", "name=x", true, 200, "至少要有一个关键词"},
		{"new subscription", "/subscriptions", "name=x&any=a&active=1", false, 303, "/subscriptions/new1?done=saved"},
		{"bad subscription", "/subscriptions", "name=我的词", false, 422, `value="我的词"`},
		{"change subscription", "/subscriptions/sub1", "name=y&any=a", false, 303, "/subscriptions/sub1?done=saved"},
		{"channel", "/channels", "name=群&url=https://hook.example", false, 200, "只显示这一次"},
		{"channel test", "/channels/ch1/test", "", true, 200, "已送达 · HTTP 204"},
		{"retry", "/deliveries/d2/retry", "", false, 303, "/subscriptions/sub1?done=retry"},
		{"preview", "/sources/preview", "url=https://news.example", true, 200, "添加这个来源"},
		{"other feeds", "/sources/preview", "url=https://news.example", true, 200, `value="https://news.example/food.xml"><button class="link">美食频道</button>`},
		{"bad preview", "/sources/preview", "url=news", true, 200, "地址应以 http 开头"},
		{"add source", "/sources", "url=https://news.example", false, 303, "/sources?done=added"},
		{"bad source", "/sources", "url=news", false, 422, `value="news"`},
		{"poll", "/sources/weibo/poll", "", true, 200, "成功，50 条，新增 3 条"},
		{"poll that fails", "/sources/36kr/poll", "", true, 200, "对方服务器出错，会自动重试"},
		{"poll without scripts", "/sources/weibo/poll", "", false, 200, "最近的抓取"},
		{"edit", "/sources/src8", "name=改名&interval=10m", false, 303, "/sources/src8?done=saved"},
		{"bad edit", "/sources/src8", "name=改名&interval=soon&headers=X-Key: 1", false, 422, "X-Key: 1"},
		{"tell", "/sources/alerts", "channel=ch1", false, 303, "/sources?done=saved"},
		{"tell nobody known", "/sources/alerts", "channel=none", false, 422, "没有这个渠道"},
		{"pause", "/sources/src8/pause", "", true, 200, "恢复"},
		{"resume", "/sources/src10/resume", "", false, 303, "/sources/src10?done=saved"},
		{"delete source", "/sources/src8/delete", "", false, 303, "/sources?done=deleted&undo=src8"},
		{"restore source", "/sources/src8/restore", "", false, 303, "/sources/src8?done=restored"},
		{"restore nothing", "/sources/none/restore", "", false, 404, "可以恢复的来源"},
		{"delete channel", "/channels/ch1/delete", "", false, 303, "/subscriptions?done=deleted#channels"},
		{"account", "/accounts", "name=某号&platform=weibo", false, 303, "/accounts/new1?done=added"},
		{"bad account", "/accounts", "platform=weibo", false, 422, "名称不能为空"},
		{"profile", "/profiles", "name=x&keywords=a，b、c", false, 303, "/profiles/new1?done=saved"},
		{"bad profile", "/profiles/city", "keywords=a", false, 422, "名称不能为空"},
		{"delete nothing", "/profiles/none/delete", "", true, 404, "没有这个账号"},
		{"language", "/prefs", "lang=en&back=/terms", false, 303, "/terms"},
	} {
		s, _ := open(t)
		h := []string{"Accept", "text/html", "Sec-Fetch-Site", "same-origin"}
		if c.htmx {
			h = append(h, "HX-Request", "true")
		}
		a := ask(t, s, "POST", c.path, c.body, h...)
		got := a.body
		if a.status == 303 {
			got = a.header.Get("Location")
		}
		if a.status != c.status || !strings.Contains(got, c.want) {
			t.Errorf("%s: %d %s; body %.300s", c.name, a.status, a.header.Get("Location"), a.body)
		}
		if c.htmx && strings.Contains(a.body, "<html") {
			t.Errorf("%s: a whole page for a fragment", c.name)
		}
	}
}

func TestProfileFormReadsWords(t *testing.T) {
	s, f := open(t)
	ask(t, s, "POST", "/profiles/city", "name=x&keywords="+url.QueryEscape("a，b、c\nd; e ,")+"&own_posts="+url.QueryEscape("第一篇，有逗号\r\n\r\n第二篇"), "Sec-Fetch-Site", "same-origin")
	if got := strings.Join(f.profiles[0].Keywords, "|"); got != "a|b|c|d|e" {
		t.Errorf("keywords %s", got)
	}
	if f.profiles[0].OwnPosts != 2 {
		t.Errorf("own posts %d", f.profiles[0].OwnPosts)
	}
}

func TestReadersSeeNoButtons(t *testing.T) {
	s, f := guarded(t)
	f.secrets["xt_read"] = xuanti.Token{Name: "bot", Scopes: []string{"read"}}
	for _, path := range []string{"/suggestions", "/sources", "/terms", "/subscriptions", "/profiles/city"} {
		a := ask(t, s, "GET", path, "", "Authorization", "Bearer xt_read")
		if a.status != 200 || strings.Contains(a.body, `class="primary"`) {
			t.Errorf("%s: %d offers changes", path, a.status)
		}
	}
}

func TestStaticFilesAreImmutable(t *testing.T) {
	s, _ := open(t)
	page := ask(t, s, "GET", "/topics/topic01", "")
	files := regexp.MustCompile(`/static/[a-z.0-9]+`).FindAllString(page.body, -1)
	if len(files) < 6 {
		t.Fatalf("only %v", files)
	}
	for _, path := range files {
		a := ask(t, s, "GET", path, "")
		if a.status != 200 || !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %s", path, a.status, a.header.Get("Cache-Control"))
		}
	}
	if a := ask(t, s, "GET", "/static/app.css", ""); a.status != 404 {
		t.Errorf("unhashed: %d", a.status)
	}
}

func TestErrorPages(t *testing.T) {
	s, _ := open(t)
	a := ask(t, s, "GET", "/topics/none", "", "Accept", "text/html,*/*")
	if a.status != 404 || !strings.Contains(a.body, "没有这个话题") || !strings.Contains(a.header.Get("Content-Type"), "text/html") {
		t.Errorf("%d %.200s", a.status, a.body)
	}
	if a := ask(t, s, "GET", "/topics/none", ""); a.header.Get("Content-Type") != problemType {
		t.Errorf("a program gets %s", a.header.Get("Content-Type"))
	}
}

func BenchmarkHotPage(b *testing.B) {
	f := newFake()
	s, err := New(Options{Reader: f, Writer: f, Stream: f, Loopback: true})
	if err != nil {
		b.Fatal(err)
	}
	benchmarkGet(b, s, "/")
}
