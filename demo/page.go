package demo

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// notice stands on every page of the demo world.
const notice = "演示数据 Demo data：此页由程序生成，人物、公司与事件均为虚构。"

// Page returns the page that a demo address leads to: articles (/a/…), titles
// of boards (/t/…), posts (/p/…), accounts (/u/…) and own posts (/own/…). The
// product mounts it so that links of the demo can be opened; the path is the
// one of a URL on [Host].
func (w *World) Page(path string) (string, bool) {
	if path == "/" {
		return page("演示网", "", []string{"这里是选题引擎的演示网。榜单、媒体和账号都由程序按剧本生成。"}), true
	}
	part := strings.Split(strings.Trim(path, "/"), "/")
	if len(part) < 2 {
		return "", false
	}
	switch part[0] {
	case "a":
		return w.articlePage(part[1])
	case "t":
		return w.titlePage(part[len(part)-1])
	case "p":
		return w.postPage(part[1])
	case "u":
		if c := creatorNamed(part[1]); c != nil {
			return page(c.name, c.platform, []string{c.note, "分组：" + c.group}), true
		}
	case "own":
		_, own := w.Profiles()
		for _, o := range own {
			if o.Key == part[1] {
				return page(o.Title, day(o.At), []string{"这是演示账号自己发布过的内容，仅保留标题。"}), true
			}
		}
	}
	return "", false
}

// laid returns the cycles that are laid out now, newest first.
func (w *World) laid() []*cycle {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []*cycle
	for _, c := range w.cycles {
		out = append(out, c)
	}
	return out
}

func (w *World) articleByID(id string) *article {
	for _, c := range w.laid() {
		if a := c.byID[id]; a != nil {
			return a
		}
	}
	return nil
}

func (w *World) articlePage(id string) (string, bool) {
	a := w.articleByID(id)
	if a == nil {
		return "", false
	}
	return page(a.title, a.outlet.name+"　"+a.author+"　"+day(a.at), a.paragraphs), true
}

func (w *World) titlePage(id string) (string, bool) {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return "", false
	}
	for _, c := range w.laid() {
		if e := c.entryID[n]; e != nil {
			text := []string{e.title + "，" + e.board.name + "于" + day(e.start) + "收录。"}
			if e.excerpt != "" {
				text = append(text, e.excerpt)
			}
			return page(e.title, e.board.name, text), true
		}
	}
	return "", false
}

func (w *World) postPage(id string) (string, bool) {
	for _, c := range w.laid() {
		if p := c.postByID[id]; p != nil {
			return page(p.title, p.creator.name+"　"+day(p.at), strings.Split(p.text, "\n\n")), true
		}
	}
	return "", false
}

func day(t time.Time) string { return t.In(xuanti.Shanghai).Format("2006-01-02 15:04") }

// page renders an article as the demo media print it: navigation and footer
// around the text, as an extractor meets them in the wild.
func page(title, byline string, paragraphs []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>%[1]s - 演示数据 Demo data</title>
<style>:root{color-scheme:light dark}body{font:17px/1.8 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem}.demo{border:1px solid currentColor;border-radius:.4rem;padding:.3rem .8rem;font-size:.9rem}.byline,nav,footer{opacity:.7;font-size:.9rem}</style></head>
<body><nav><a href="/">首页</a> · <a href="/">要闻</a> · <a href="/">专题</a></nav>
<p class="demo">%[2]s</p>
<article><h1>%[1]s</h1><p class="byline">%[3]s</p>
`, html.EscapeString(title), notice, html.EscapeString(byline))
	for _, p := range paragraphs {
		fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(p))
	}
	b.WriteString("</article>\n<footer><p>© 演示网 · 关于我们 · 联系方式 · 版权声明</p></footer></body></html>\n")
	return b.String()
}
