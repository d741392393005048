package crawler

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// pickTitle finds the headline: a heading that the title element (or og:title)
// repeats, else the headline of the JSON-LD, else og:title or title without the
// name of the site behind it.
func (m *pageMeta) pickTitle(base *url.URL, site string, head []block) string {
	og := plainText(m.first("og:title", "twitter:title"))
	whole := foldTitle(plainText(m.title)) + " " + foldTitle(og)
	best := ""
	for _, h := range append(append([]string(nil), m.h1...), m.h2...) {
		h = plainText(h)
		key := foldTitle(h)
		if utf8.RuneCountInString(key) < 4 || key == foldTitle(site) || utf8.RuneCountInString(h) > 200 {
			continue
		}
		if strings.Contains(whole, key) && len(key) > len(foldTitle(best)) {
			best = h
		}
	}
	if best == "" {
		best = m.printedTitle(head)
	}
	trimmed := trimSite(og, site, base)
	if trimmed == "" {
		trimmed = trimSite(plainText(m.title), site, base)
	}
	if best != "" && len(foldTitle(best))*2 >= len(foldTitle(trimmed)) {
		return clip(best, maxEntryTitle)
	}
	if h := m.ld.headline; h != "" && (trimmed == "" || strings.Contains(whole, foldTitle(h))) {
		return clip(h, maxEntryTitle)
	}
	if trimmed != "" {
		return clip(trimmed, maxEntryTitle)
	}
	if m.ld.headline != "" {
		return clip(m.ld.headline, maxEntryTitle)
	}
	for _, h := range append(append([]string(nil), m.h1...), m.h2...) {
		if h = plainText(h); hasLetter(h) {
			return clip(h, maxEntryTitle)
		}
	}
	return ""
}

// printedTitle finds a line near the head of the page with which the title
// element begins: old templates print the headline without a heading element.
func (m *pageMeta) printedTitle(head []block) string {
	whole := foldTitle(plainText(m.title))
	best := ""
	for i := range head[:min(len(head), 120)] {
		b := &head[i]
		key := foldTitle(b.text)
		if b.links == 0 && utf8.RuneCountInString(key) >= 6 && len(key)*2 >= len(whole) && strings.HasPrefix(whole, key) && len(b.text) > len(best) {
			best = b.text
		}
	}
	return best
}

// titleBreak finds what stands between a headline and the names behind it.
var titleBreak = regexp.MustCompile(`\s+[-–—|·•»«:/\\~]+\s+|\s*[|｜_‖丨]+\s*|\s+::\s+|\s*--+\s*|(?:—|-)+`)

// siteWord matches the last part of a title that names a site or a channel.
var siteWord = regexp.MustCompile(`(?i)(?:网|新闻|频道|资讯|日报|晚报|时报|早报|商报|周刊|杂志|在线|门户|官网|官方网站|客户端|首页|中心|论坛|社区|博客|头条|财经|体育|娱乐|科技|手机版|移动版|见闻|观察|媒体|卫视|电视台|广播|百科|知道|贴吧|专栏|栏目|要闻|国内|国际|社会|滚动|正文|公众号|平台|号|版|公告|动态|局|委员会|委|厅|政府|大学|学院|研究院|协会|集团|社)$|^(?:正文|新闻|资讯|详情|首页|文章)|\.(?:com|cn|net|org|co|tv|io|de|fr|it|br|ru|info|me)\b|\b(?:news|times|post|blog|magazine|online|daily|media|journal|tv|radio|press|review|tribune|gazette|herald)$`)

// trimSite cuts the names of site and channel off a title. Only what stands
// behind the headline is cut, and never more than the headline's own length
// unless the part is known to be a name.
func trimSite(title, site string, base *url.URL) string {
	title = strings.TrimSpace(title)
	siteKey := foldTitle(site)
	host := ""
	if base != nil {
		host = foldTitle(hostLabel(base.Hostname()))
	}
	for range 5 {
		locs := titleBreak.FindAllStringIndex(title, -1)
		cut := -1
		if len(locs) > 0 {
			last := locs[len(locs)-1]
			head, mark, tail := title[:last[0]], title[last[0]:last[1]], title[last[1]:]
			key := foldTitle(tail)
			spaced := mark[0] == ' ' || strings.ContainsAny(mark, "|｜_‖丨") || hasHan(tail) && hasHan(head)
			if key == "" || isSiteName(key, tail, siteKey, host, spaced) && weightOf(head) >= 6 {
				cut = last[0]
			}
		}
		if cut <= 0 {
			break
		}
		title = strings.TrimSpace(title[:cut])
	}
	// "Name | Headline": the name in front goes only when it is certain.
	if loc := titleBreak.FindStringIndex(title); loc != nil {
		head := foldTitle(title[:loc[0]])
		if head != "" && (head == siteKey || head == host) && weightOf(title[loc[1]:]) > weightOf(title[:loc[0]]) {
			title = strings.TrimSpace(title[loc[1]:])
		}
	}
	return title
}

func weightOf(s string) int { return countText(s) }

func isSiteName(key, tail, site, host string, spaced bool) bool {
	switch {
	case site != "" && (key == site || strings.Contains(key, site) || strings.Contains(site, key) && len(key) >= 4):
		return true
	case host != "" && (key == host || len(host) >= 4 && strings.Contains(key, host) || len(key) >= 4 && strings.Contains(host, key)):
		return true
	}
	return spaced && weightOf(tail) <= 30 && siteWord.MatchString(strings.TrimSpace(tail))
}

// hostLabel is the name part of a host: "news.example.com.cn" gives "example".
func hostLabel(host string) string {
	labels := strings.Split(strings.TrimPrefix(strings.ToLower(host), "www."), ".")
	for i := len(labels) - 2; i >= 0; i-- {
		switch labels[i] {
		case "com", "net", "org", "gov", "edu", "co", "ac":
			continue
		}
		return labels[i]
	}
	return labels[0]
}
