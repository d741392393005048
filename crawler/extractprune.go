package crawler

import (
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Words in class and id that mark what surrounds an article. Each is matched
// as a whole word ("share" in "share-bar", not in "shareholder"). They are
// field words of page templates in general, none belongs to one site.
var boilerWords = tokenSet(`
	ad ads advert adverts advertisement advertising adsense adsbygoogle adslot adunit banner sponsor sponsored sponsorship taboola outbrain dianomi affiliate
	nav navbar navigation subnav menu submenu breadcrumb breadcrumbs crumb crumbs footer sidebar sidebars siderail toolbar topbar masthead skip
	comment comments commenting disqus respond commentlist replies livefyre discussion
	share sharing shares sharebar sharethis addthis addtoany social socials sns bdsharebuttonbox bdshare jiathis fenxiang
	related relatedposts recirc recirculation recommend recommends recommended recommendation recommendations tuijian xiangguan trending mostread popular promo promos promobox promotion teaser teasers
	newsletter newsletters subscribe subscription signup optin paywall regwall cta popup modal overlay lightbox cookie cookies consent gdpr
	caption captions credit credits photocredit figcaption attribution
	byline bylines author authors authorbox authorinfo bio bios aboutauthor dateline timestamp pubdate postmeta entrymeta
	tags taglist tagcloud keywords topics categories
	pagination pager paging prevnext prev pagenav
	copyright disclaimer shengming statement zebian zeren bianji
	login signin register qrcode erweima ewm weixin wechat
	rating ratings votes poll quiz survey
	print printer hidden invisible noprint onlyprint
	gallery slideshow carousel slider
	rss feedback report jubao correction
	hotnews hotlist ranking paihang phb
`)

// Words that only count when they stand alone as an attribute's value, since
// templates use them for the article itself as well.
var boilerAlone = tokenSet(`meta tag info widget links more source hot rank tools tool date time video player media button btn editor`)

// Word pairs that mark what surrounds an article.
var boilerPairs = pairSet(`
	read more; read next; more news; more stories; more from; most read; most popular; most viewed; see also; also like; you may; up next; next article;
	article footer; article foot; post footer; entry footer; post meta; entry meta; article meta; article info; article tags; article tag; post tags; entry tags;
	article share; article social; post share; article comments; article author; post author; author info; about author; publish date; post date; entry date;
	article date; article time; article source; video player; media caption; image caption; photo caption; wp caption; img caption; pic note; image credit; hot news;
	hot list; news list; list news; article list; post list; recent posts; recent news; latest news; other news; xg news; follow us; sign up; email signup;
	in content; inline newsletter; story links; link list; key points; page nav; page bar; story footer; article bottom; content bottom; art editor; article editor; print only; screen reader; sr only; visually hidden; jp relatedposts
`)

func tokenSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

func pairSet(s string) map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, p := range strings.Split(s, ";") {
		if f := strings.Fields(p); len(f) == 2 {
			out[[2]string{f[0], f[1]}] = true
		}
	}
	return out
}

// Words before a boiler word that turn it into the name of a layout.
var layoutWords = tokenSet(`with has no without and hide show is enable disable not js`)

// isBoiler reports whether class and id name something around an article.
func isBoiler(n *nethtml.Node) bool {
	t := nameTokens(n)
	for i, w := range t {
		if w == "" {
			continue
		}
		if i > 0 && layoutWords[t[i-1]] {
			continue
		}
		if boilerWords[w] {
			return true
		}
		alone := (i == 0 || t[i-1] == "") && (i+1 == len(t) || t[i+1] == "")
		if alone && boilerAlone[w] {
			return true
		}
		if i+1 < len(t) && boilerPairs[[2]string{w, t[i+1]}] {
			return true
		}
	}
	return false
}

// prune removes from a tree what is never article text, and what is marked as
// surroundings as long as that does not take the bulk of the page's text with
// it. Level 1 removes only what no reader sees.
func prune(root *nethtml.Node, level int) {
	stats := measure(root)
	total := stats[root].paras
	var walk func(n *nethtml.Node)
	walk = func(n *nethtml.Node) {
		for c := n.FirstChild; c != nil; {
			next := c.NextSibling
			if drop(c, stats, total, level) {
				n.RemoveChild(c)
			} else {
				walk(c)
			}
			c = next
		}
	}
	walk(root)
}

func drop(n *nethtml.Node, stats domStats, total, level int) bool {
	if n.Type == nethtml.CommentNode {
		return true
	}
	if n.Type != nethtml.ElementNode {
		return false
	}
	if n.DataAtom == atom.Head || n.DataAtom == atom.Html || n.DataAtom == atom.Body {
		return false
	}
	if isSilent(n) && n.DataAtom != atom.Head {
		return true
	}
	st := stats[n]
	heavy := total > 0 && st.paras*3 > total // a third of all running text
	if isHidden(n) {
		// Kept only when it is the page's text itself; a hidden copy is not.
		if total == 0 || st.paras*5 <= total*4 {
			return true
		}
		unhide(n)
	}
	if level < 2 {
		return false
	}
	switch n.DataAtom {
	case atom.Nav, atom.Footer, atom.Aside, atom.Form, atom.Dialog, atom.Menu:
		return !heavy
	case atom.Figcaption:
		return !heavy
	case atom.Header:
		// The article's own header holds title and byline, no text.
		return st.paras*5 <= total && !heavy
	case atom.H1, atom.H2, atom.H3, atom.P, atom.Pre, atom.Code, atom.Table, atom.Tbody, atom.Tr, atom.Td, atom.Main:
		if n.DataAtom == atom.P || n.DataAtom == atom.Table || n.DataAtom == atom.Td || n.DataAtom == atom.Tr {
			break
		}
		return false
	}
	switch role := attrOf(n, "role"); role {
	case "navigation", "complementary", "contentinfo", "banner", "dialog", "search", "menu", "menubar", "toolbar", "alert":
		return !heavy
	}
	if heavy {
		return false
	}
	if slices.ContainsFunc(n.Attr, func(a nethtml.Attribute) bool {
		return a.Key == "itemprop" && (a.Val == "author" || a.Val == "datePublished" || a.Val == "publisher" || a.Val == "caption")
	}) {
		return true
	}
	return isBoiler(n)
}

// unhide removes what hides an element, since readability drops it as well:
// official-account pages hide their text until a script has run.
func unhide(n *nethtml.Node) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a nethtml.Attribute) bool {
		return a.Key == "hidden" || a.Key == "aria-hidden" || a.Key == "style"
	})
}
