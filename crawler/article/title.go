package article

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/plain"
)

// Names under which pages declare their headline without the site's name.
var titleNames = []string{"articletitle", "article:title", "article_title", "headline", "parsely-title", "sailthru.title", "citation_title", "dc.title", "dcterms.title", "contenttitle"}

// emptyTitle matches what templates call a page that nobody has named.
var emptyTitle = regexp.MustCompile(`(?i)^(?:无标题(?:文档)?|untitled(?: document)?|document|index|home|新建网页.*|(?:文章|新闻|资讯|内容|信息)?(?:详情|正文|内容|详细)(?:页|页面)?|title)$`)

// pickTitle finds the headline: a heading that the title element (or og:title)
// repeats, else the headline of the JSON-LD, else what a meta declares or the
// title element says, without the name of the site around it.
func (m *pageMeta) pickTitle(base *url.URL, site string, head []block) string {
	og := plain.Line(m.first("og:title", "twitter:title"))
	names := m.siteNames(site, base)
	if emptyTitle.MatchString(og) || isOneOf(foldTitle(og), names) {
		og = ""
	}
	element := plain.Line(m.title)
	if emptyTitle.MatchString(element) {
		element = ""
	}
	declared := plain.Line(m.first(titleNames...))
	whole := foldTitle(element) + " " + foldTitle(og) + " " + foldTitle(declared)
	headings := append(append([]string(nil), m.h1...), m.h2...)
	best := ""
	for _, h := range headings {
		h = plain.Line(h)
		key := foldTitle(h)
		if utf8.RuneCountInString(key) < 4 || isOneOf(key, names) || utf8.RuneCountInString(h) > 200 {
			continue
		}
		if strings.Contains(whole, key) && len(key) > len(foldTitle(best)) {
			best = h
		}
	}
	if best == "" {
		best = m.printedTitle(head)
	}
	trimmed := trimSite(og, names)
	if trimmed == "" {
		trimmed = trimSite(element, names)
	}
	weak := "" // what may be a headline when there is no better one
	switch {
	case isOneOf(foldTitle(trimmed), names):
		trimmed = "" // the site's name is no headline
	case plain.HasHan(trimmed) && plain.Width(trimmed) <= 16 && siteWord.MatchString(trimmed):
		trimmed, weak = "", trimmed // a channel: 通知公告
	}
	if full := completed(trimmed, headings, m.ld.headline, names); full != "" {
		return plain.Clip(full, plain.MaxHeadline)
	}
	if best != "" && len(foldTitle(best))*2 >= len(foldTitle(trimmed)) {
		return plain.Clip(best, plain.MaxHeadline)
	}
	if h := m.ld.headline; h != "" && (trimmed == "" || strings.Contains(whole, foldTitle(h))) {
		return plain.Clip(trimSite(h, names), plain.MaxHeadline)
	}
	for _, s := range []string{trimmed, declared, m.ld.headline} {
		if s != "" && foldTitle(s) != foldTitle(weak) {
			return plain.Clip(s, plain.MaxHeadline)
		}
	}
	for _, h := range append(headings, m.titled...) {
		if h = plain.Line(h); plain.HasLetter(h) && plain.Width(h) >= 8 && plain.Width(h) > plain.Width(weak) && !isOneOf(foldTitle(h), names) {
			return plain.Clip(h, plain.MaxHeadline)
		}
	}
	for _, s := range append(headings, weak, element) {
		if plain.HasLetter(s) {
			return plain.Clip(plain.Line(s), plain.MaxHeadline)
		}
	}
	return ""
}

// completed finds the full form of a title that was cut: "Quiet lake wakes…",
// or the beginning of a headline without a mark.
func completed(cut string, headings []string, headline string, names []string) string {
	stem, marked := strings.CutSuffix(cut, "…")
	if !marked {
		stem, marked = strings.CutSuffix(cut, "...")
	}
	key := foldTitle(stem)
	if len(key) < 12 || !marked && plain.Width(stem) < 40 { // nothing shorter is cut
		return ""
	}
	for _, h := range append([]string{headline}, headings...) {
		if h = trimSite(plain.Line(h), names); len(foldTitle(h)) > len(key) && len(foldTitle(h)) < 3*len(key) && strings.HasPrefix(foldTitle(h), key) {
			return h
		}
	}
	return ""
}

// siteNames are the names of the site in folded form: what it declares, its
// host, and what the links to its front page say.
func (m *pageMeta) siteNames(site string, base *url.URL) []string {
	var out []string
	add := func(s string) {
		if k := foldTitle(s); utf8.RuneCountInString(k) >= 2 && !isOneOf(k, out) {
			out = append(out, k)
		}
	}
	add(site)
	add(m.ld.publisher)
	if base != nil {
		add(hostLabel(base.Hostname()))
	}
	for _, h := range m.homes {
		if h.host != "" && (base == nil || !address.SameSite(h.host, base.Hostname())) {
			continue // of another site: a friend's, or the author's own
		}
		switch foldTitle(h.text) {
		case "首页", "home", "网站首页", "返回首页", "startseite", "accueil", "inicio", "главная":
			continue
		}
		add(strings.TrimSuffix(h.text, "首页"))
	}
	return out
}

func isOneOf(s string, list []string) bool {
	for _, x := range list {
		if s == x {
			return true
		}
	}
	return false
}

// printedTitle finds a line near the head of the page with which the title
// element begins: old templates print the headline without a heading element.
func (m *pageMeta) printedTitle(head []block) string {
	whole := foldTitle(plain.Line(m.title))
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

// crumbsTitle matches the way to the page in front of its headline.
var crumbsTitle = regexp.MustCompile(`(?i)^(?:首页|网站首页|home)\s*[>»›].*[>»›]\s*([^>»›]{6,})$`)

// titleBreak finds what stands between a headline and the names behind it.
var titleBreak = regexp.MustCompile(`\s+[-–—|·•»«:/\\~]+\s+|\s*[|｜_‖丨]+\s*|\s+::\s+|\s*--+\s*|(?:—|-)+`)

// siteWord matches the last part of a title that names a site or a channel.
var siteWord = regexp.MustCompile(`(?i)(?:网|新闻|频道|资讯|日报|晚报|时报|早报|商报|周刊|杂志|在线|门户|官网|官方网站|客户端|首页|中心|论坛|社区|博客|头条|财经|体育|娱乐|科技|手机版|移动版|见闻|观察|媒体|卫视|电视台|广播|百科|知道|贴吧|专栏|栏目|要闻|国内|国际|社会|滚动|正文|公众号|平台|号|版|公告|动态|局|委员会|委|厅|政府|大学|学院|研究院|协会|集团|社)$|(?:新聞|ニュース|デジタル|オンライン|テレビ|放送)$|(?:일보|신문|뉴스|방송|닷컴|경제|저널|미디어|투데이|데일리)$|^(?:正文|新闻|资讯|详情|首页|文章|powered by\b)|^[^\s.]+\.\pL{2,10}$|\.(?:com|cn|net|org|co|tv|io|de|fr|it|br|ru|info|me)\b|\b(?:news|times|post|blog|magazine|online|daily|media|journal|tv|radio|press|review|tribune|gazette|herald)$`)

// trimSite cuts the names of site and channel off a title. names are the
// site's, folded. Only what stands behind the headline is cut, and never more
// than the headline's own length unless the part is known to be a name.
func trimSite(title string, names []string) string {
	title = strings.TrimSpace(title)
	for range 5 {
		locs := titleBreak.FindAllStringIndex(title, -1)
		cut := -1
		// A name may hold a break itself: try the longest known tail first.
		for _, loc := range locs {
			if isOneOf(foldTitle(title[loc[1]:]), names) {
				cut = loc[0]
				break
			}
		}
		if n := len(locs); cut < 0 && n > 0 {
			head, mark, tail := title[:locs[n-1][0]], title[locs[n-1][0]:locs[n-1][1]], title[locs[n-1][1]:]
			if foldTitle(tail) == "" || plain.Width(head) >= 6 && isSiteName(head, mark, tail, names) {
				cut = locs[n-1][0]
			}
		}
		if cut <= 0 {
			break
		}
		title = strings.TrimSpace(title[:cut])
	}
	if f := crumbsTitle.FindStringSubmatch(title); f != nil {
		title = f[1]
	}
	// "Name | Headline": the name in front goes only when it is certain.
	if loc := titleBreak.FindStringIndex(title); loc != nil {
		if isOneOf(foldTitle(title[:loc[0]]), names) && plain.Width(title[loc[1]:]) > plain.Width(title[:loc[0]]) {
			title = strings.TrimSpace(title[loc[1]:])
		}
	}
	for _, pair := range [][2]string{{"【", "】"}, {"[", "]"}, {"（", "）"}, {"(", ")"}} { // "Headline [Site]"
		if rest, ok := strings.CutSuffix(title, pair[1]); ok {
			if i := strings.LastIndex(rest, pair[0]); i > 0 && isOneOf(foldTitle(rest[i:]), names) {
				title = strings.TrimSpace(rest[:i])
			}
		}
	}
	return title
}

// nameLike matches a few characters without any sign.
var nameLike = regexp.MustCompile(`^(?:\d{2,3})?[\p{Han}\p{Hiragana}\p{Katakana}ー・A-Za-z]+$`)

// tailDay is a day behind the name of a site.
var tailDay = regexp.MustCompile(`[,，]\s*\d{1,2}[./]\d{1,2}[./]\d{4}$`)

// isSiteName reports whether what stands behind a break names a site or a
// channel.
func isSiteName(head, mark, tail string, names []string) bool {
	tail = tailDay.ReplaceAllString(strings.TrimSpace(tail), "")
	key := foldTitle(tail)
	for _, name := range names {
		if key == name || len(name) >= 4 && strings.Contains(key, name) || len(key) >= 4 && strings.Contains(name, key) {
			return true
		}
	}
	han := plain.HasHan(tail) && plain.HasHan(head)
	spaced := mark[0] == ' ' || strings.ContainsAny(mark, "|｜_‖丨") || han
	weight := plain.Width(tail)
	switch {
	case spaced && weight <= 30 && siteWord.MatchString(tail):
		return true
	case strings.Contains(mark, "——"):
		return false // a dash of the language
	case plain.HasHan(head) && strings.Contains(mark, "_"):
		return weight <= 24 && plain.Width(head) >= 12 // nothing else is written so
	case plain.HasHan(head) && mark[0] == ' ':
		return weight <= 12 && plain.Width(head) >= 20
	case han && plain.Width(head) >= 20 && weight <= 12:
		return nameLike.MatchString(tail)
	}
	return endsInName(head, mark, tail)
}

// endsInName reports whether the last part of a title is written as names are,
// and as behind a headline: short beside it, in a few words that begin with
// capitals where the script has them, behind a sign that sentences do not use.
func endsInName(head, mark, tail string) bool {
	weight := plain.Width(tail)
	if weight > 40 || weight*2 > plain.Width(head) || strings.ContainsAny(tail, "0123456789?!:\"“”„«»…") {
		return false
	}
	if strings.ContainsAny(mark, "|｜丨‖»«") || strings.Contains(mark, "::") {
		return true
	}
	words, most := strings.Fields(tail), 5
	switch strings.TrimSpace(mark) {
	case "-", "·", "•":
		if mark[0] != ' ' && !(plain.HasHan(head) && !plain.HasHan(tail)) {
			return false // inside a word
		}
	case "–", "—":
		if most = 3; weight*3 > plain.Width(head) {
			return false // sentences use them as well
		}
	default:
		return false
	}
	capitals := 0
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		switch {
		case unicode.IsUpper(r):
			capitals++
		case unicode.IsLower(r) && utf8.RuneCountInString(w) > 3:
			return false
		case !unicode.IsLower(r):
			capitals, most = capitals+1, 3 // a script without capitals
		}
	}
	return capitals > 0 && len(words) <= most
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
