package article

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti/crawler/internal/crawltest"
	"github.com/xuanti/xuanti/crawler/plain"
)

// TestExtractGolden reads page shapes of our own: news portal, official
// account, forum, GBK tables, lazy images, paged article, UTF-8 that calls
// itself gb2312.
func TestExtractGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*.html")
	if err != nil || len(files) < 7 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".html")
		if strings.HasPrefix(name, "list") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			a, err := Extract(body, "text/html", "https://www.hewan.invalid/2026-11/21/c_100.html", crawltest.Recorded())
			if err != nil {
				t.Fatal(err)
			}
			crawltest.Golden(t, strings.TrimSuffix(f, ".html")+".golden.json", a)
		})
	}
}

// TestExtractTrims: what surrounds a text, each beside a paragraph.
func TestExtractTrims(t *testing.T) {
	const body = "鹿鸣湖湿地管理处二十日说，巡护员在湖心岛的芦苇丛中观察到十一只白鹳，其中三只是幼鸟，这是当地三十年来第一次记录到繁殖种群。"
	for _, noise := range []string{
		"责任编辑：周小满", "（责编：何小山、青禾）", "编辑 / 何小山", "来源：河湾日报", "原标题：湖心来客", "扫描二维码关注公众号", "点击查看更多精彩内容",
		"版权声明：本文版权归河湾在线所有", "免责声明：以上内容仅供参考", "分享到：", "上一篇：北岭滑雪场提前开板", "下一篇：夜校报名被抢空", "相关阅读：", "本文转自山野来信",
		"未经授权不得转载", "长按识别二维码", "欢迎关注我们的公众号", "打开客户端查看全文", "举报邮箱：jubao@hewan.invalid", "Advertisement", "Share this article", "Sign up for our newsletter",
	} {
		page := "<html><head><title>鹿鸣湖发现罕见白鹳种群</title></head><body><div class=content><p>" + body + "</p><p>" + body + "</p><p>" + noise + "</p></div></body></html>"
		a, err := Extract([]byte(page), "text/html; charset=utf-8", "", crawltest.Recorded())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(a.Text, noise) || !strings.Contains(a.Text, body) {
			t.Errorf("%s: text %q", noise, a.Text)
		}
	}
}

func TestTrimSite(t *testing.T) {
	f := func(title, site, want string) {
		t.Helper()
		if got := trimSite(title, []string{foldTitle(site)}); got != want {
			t.Errorf("trimSite(%q, %q) = %q, want %q", title, site, got, want)
		}
	}
	f("海沧新跨海大桥今日合龙_要闻_河湾在线", "", "海沧新跨海大桥今日合龙")
	f("海沧新跨海大桥今日合龙 - 河湾日报", "", "海沧新跨海大桥今日合龙")
	f("海沧新跨海大桥今日合龙-河湾在线", "河湾在线", "海沧新跨海大桥今日合龙")
	f("古镇米糕匠人的四十六年 | 拾光影像", "拾光影像", "古镇米糕匠人的四十六年")
	f("Quiet lake wakes up | The Lantern Times", "", "Quiet lake wakes up")
	f("A-B测试：为什么我们停了下来", "", "A-B测试：为什么我们停了下来")
	f("2-1！青杉杯决赛补时绝杀", "", "2-1！青杉杯决赛补时绝杀")
	f("河湾在线 | 海沧新跨海大桥今日合龙现场", "河湾在线", "海沧新跨海大桥今日合龙现场")
	f("一个人的网", "", "一个人的网")
	f("", "河湾在线", "")
}

func TestExtractDates(t *testing.T) {
	want := time.Date(2026, 11, 19, 16, 0, 0, 0, time.UTC)
	f := func(head, body, address string) {
		t.Helper()
		page := "<html><head><title>鹿鸣湖发现罕见白鹳种群</title>" + head + "</head><body><h1>鹿鸣湖发现罕见白鹳种群</h1>" + body + "</body></html>"
		a, err := Extract([]byte(page), "text/html; charset=utf-8", address, crawltest.Recorded())
		if err != nil {
			t.Fatal(err)
		}
		if d := a.PublishedAt.Sub(want); d < -24*time.Hour || d > 24*time.Hour {
			t.Errorf("%s%s%s: %v", head, body, address, a.PublishedAt)
		}
	}
	f(`<meta property="article:published_time" content="2026-11-20T08:30:00+08:00">`, "", "")
	f(`<meta name="weibo: article:create_at" content="2026-11-20 08:30:00">`, "", "")
	f(`<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2026-11-20T00:30:00Z"}]}</script>`, "", "")
	f("", `<div>2026年11月20日08:30　来源：河湾日报</div>`, "")
	f("", `<span class="pubtime">2026-11-20 08:30</span>`, "")
	f("", `<time datetime="2026-11-20T08:30:00+08:00">昨天</time>`, "")
	f("", "", "https://www.hewan.invalid/2026/11/20/a.html")
	f("", "", "https://www.hewan.invalid/n/20261120/c100.html")
	f("", `<script>var ct = "1795134600";</script>`, "")
	f("", `<p class="date">Published Nov 20, 2026</p>`, "")
	f("", `<p class="date">20 de novembro de 2026</p>`, "")
	f("", `<p class="date">20.11.2026</p>`, "")
}

// hostilePages are built to hang or to break a parser.
func hostilePages() map[string]string {
	long := strings.Repeat("鹿鸣 - ", 60_000)
	return map[string]string{
		"empty":        "",
		"nul":          "\x00\x00\x00",
		"deep":         "<html><body>" + strings.Repeat("<div>", 50_000) + "鹿鸣湖发现罕见白鹳种群，这是三十年来第一次。" + strings.Repeat("</div>", 50_000),
		"deep inline":  strings.Repeat("<b><i>", 20_000) + "text",
		"many":         "<p>" + strings.Repeat("<p>鹿鸣湖</p>", 30_000),
		"tables":       strings.Repeat("<table><tr><td>", 300) + "text",
		"attributes":   "<div " + strings.Repeat("a=1 ", 50_000) + ">text</div>",
		"class":        `<div class="` + strings.Repeat("share-", 50_000) + `">text</div>`,
		"json bomb":    `<script type="application/ld+json">` + strings.Repeat("[", 9_000) + `</script>`,
		"many scripts": strings.Repeat(`<script type="application/ld+json">{"@type":"NewsArticle"}</script>`, 5_000),
		"unclosed":     "<html><head><title>" + strings.Repeat("长", 30_000),
		"authors":      strings.Repeat("<div class=author>", 400) + strings.Repeat("<i class=author>x</i>", 5_000),
		"comments":     strings.Repeat("<div class=comments>", 400) + strings.Repeat("<p>鹿鸣湖发现罕见白鹳种群，这是三十年来第一次记录到。</p>", 2_000),
		"posts":        strings.Repeat("<div id=post_1>鹿鸣湖发现罕见白鹳种群，这是三十年来第一次记录到。", 400),
		"state":        `<script>window.__X__={"list":[` + strings.Repeat(`{"title":"鹿鸣湖","content":"<p>鹿鸣湖发现罕见白鹳种群，这是三十年来第一次记录到。</p>"},`, 5_000) + `{}]}</script>`,
		"links":        strings.Repeat(`<a href="/2026/11/20/1.html">鹿鸣湖发现罕见白鹳种群</a>`, 8_000),
		// What a template or an attacker makes too long is cut before anything
		// reads it: each of these took minutes.
		"long title":          "<title>" + long + "</title><p>鹿鸣湖发现罕见白鹳种群，这是三十年来第一次记录到。</p>",
		"long title, many h2": "<title>" + long + "</title>" + strings.Repeat("<h2>鹿鸣湖发现罕见白鹳种群</h2>", 5000),
		"long headline":       `<script type="application/ld+json">{"@type":"NewsArticle","headline":"` + long + `"}</script><p>鹿鸣湖`,
	}
}

func TestExtractHostile(t *testing.T) {
	for name, page := range hostilePages() {
		t.Run(name, func(t *testing.T) {
			a, err := Extract([]byte(page), "text/html; charset=utf-8", "https://www.hewan.invalid/a.html", crawltest.Recorded())
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(name, "deep") && a.Text == "" {
				t.Error("the text of a deeply nested page is lost")
			}
			if n := len([]rune(a.Title)); n > plain.MaxHeadline {
				t.Errorf("a title of %d characters", n)
			}
		})
	}
	if _, err := Extract(make([]byte, MaxPage+1), "text/html", "", crawltest.Recorded()); err == nil {
		t.Error("a page over the limit gave no error")
	}
}

func FuzzExtract(f *testing.F) {
	files, _ := filepath.Glob("testdata/pages/*.html")
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body, "https://www.hewan.invalid/2026-11/21/c_100.html")
	}
	f.Add([]byte("<p>x"), "::")
	f.Fuzz(func(t *testing.T, body []byte, address string) {
		if len(body) > 64<<10 {
			return
		}
		a, err := Extract(body, "text/html", address, crawltest.Recorded())
		if err == nil && a.PublishedAt.After(crawltest.Recorded().Add(48*time.Hour)) {
			t.Errorf("published %v", a.PublishedAt)
		}
	})
}

// BenchmarkExtractHostile shows what each page that is built to be expensive
// costs: none should take a second.
func BenchmarkExtractHostile(b *testing.B) {
	for name, page := range hostilePages() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Extract([]byte(page), "text/html; charset=utf-8", "https://www.hewan.invalid/a.html", crawltest.Recorded()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkExtract(b *testing.B) {
	files, _ := filepath.Glob("testdata/pages/*.html")
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(strings.TrimSuffix(filepath.Base(f), ".html"), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Extract(body, "text/html", "https://www.hewan.invalid/a.html", crawltest.Recorded()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
