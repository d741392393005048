package article

import (
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/xuanti/xuanti/crawler/dom"
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
	newsletter newsletters subscribe subscription signup optin regwall cta popup modal overlay lightbox cookie cookies consent gdpr
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
	xgwz xgyd xgxw tjyd xglj relnews bianji zrbj pinglun fenxianglan shangyipian xiayipian shangxia dashang zanshang guanzhu guanggao
	werbung anzeige anzeigen teilen verwandt kommentar kommentare leserkommentare bildunterschrift seitenleiste autoreninfo weiterlesen drucken schlagworte fusszeile
	commentaire commentaires partager partage publicite reagir etiquettes
	comentario comentarios compartir relacionadas relacionados publicidad publicidade compartilhar etiquetas migas
	commenti condividi correlati pubblicita condivisione
	komentarze udostepnij powiazane reklama stopka komentare sdilet souvisejici diskuse inzerce hozzaszolasok kapcsolodo hirdetes
	reacties gerelateerd advertentie kommentarer relaterade annons annonce annonse reklame mainos kommentit
	yorumlar yorum paylas ilgili reklam komentar bagikan terkait bacajuga iklan binhluan chiase lienquan tinlienquan quangcao
	kommentarii podelitsya pohozhie kanren sns-area snsbtn
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
	t := dom.Names(n)
	for i, w := range t {
		if w == "" {
			continue
		}
		if i > 0 && layoutWords[t[i-1]] {
			continue
		}
		if boilerWords[w] && (w != "social" || i+2 >= len(t) || t[i+1] != "media") {
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
	p := pruner{stats: measure(root), level: level}
	p.total = p.stats[root].paras
	if level >= 2 {
		p.repeated = p.countRepeated(root)
	}
	p.walk(root)
}

// pruner decides what goes.
type pruner struct {
	stats    domStats
	total    int // running text of the page
	level    int
	repeated map[string]int // running text below elements of one name and class
}

func (p *pruner) walk(n *nethtml.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if p.drops(c) {
			n.RemoveChild(c)
		} else {
			p.walk(c)
		}
		c = next
	}
}

// countRepeated sums up paragraphs and lists by class: a name that all
// paragraphs of an article bear says nothing against them.
func (p *pruner) countRepeated(root *nethtml.Node) map[string]int {
	out := map[string]int{}
	for n := range root.Descendants() {
		if isTextElement(n) && len(n.Attr) > 0 {
			out[signature(n)] += p.stats[n].paras
		}
	}
	return out
}

func isTextElement(n *nethtml.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Ul, atom.Ol, atom.Li, atom.Section, atom.Blockquote, atom.H2, atom.H3, atom.H4:
		return true
	}
	return false
}

func signature(n *nethtml.Node) string { return n.Data + " " + dom.Attr(n, "class") }

func (p *pruner) drops(n *nethtml.Node) bool {
	if n.Type == nethtml.CommentNode {
		return true
	}
	if n.Type != nethtml.ElementNode {
		return false
	}
	switch n.DataAtom {
	case atom.Head, atom.Html, atom.Body:
		return false
	}
	if dom.IsSilent(n) {
		return true
	}
	st := p.stats[n]
	if dom.IsHidden(n) {
		// Kept only when it is the page's text itself; a hidden copy is not.
		if p.total == 0 || st.paras*5 <= p.total*4 {
			return true
		}
		unhide(n)
	}
	if p.level < 2 {
		return false
	}
	if isDiscussion(n) && p.total-st.paras >= weakBody && !hasHeadlineMark(n) {
		return true // however long: readers write more than the author
	}
	if p.total > 0 && st.paras*3 > p.total {
		return false // a third of all running text
	}
	switch n.DataAtom {
	case atom.Nav, atom.Footer, atom.Aside, atom.Form, atom.Dialog, atom.Menu, atom.Figcaption:
		return true
	case atom.Header:
		// The article's own header holds title, summary and by-line.
		return st.paras*5 <= p.total
	case atom.H1, atom.H2, atom.H3, atom.Pre, atom.Code, atom.Tbody, atom.Main:
		return false
	}
	switch dom.Attr(n, "role") {
	case "navigation", "complementary", "contentinfo", "banner", "dialog", "search", "menu", "menubar", "toolbar", "alert":
		return true
	}
	switch dom.Attr(n, "itemprop") {
	case "author", "datePublished", "publisher", "caption":
		return true
	}
	if !isBoiler(n) {
		return false
	}
	return !isTextElement(n) || p.repeated[signature(n)]*5 < p.total || st.links*3 > st.chars
}

// Names of the element that holds the readers' comments, folded.
var discussionNames = tokenSet(`
	comments commentlist commentslist commentsarea commentswrapper commentwrapper commentssection commentsection commentscontainer commentcontainer commentsblock commentbox commentsbox commentform
	disqusthread disqus respond commentrespond postcomments entrycomments articlecomments blogcomments usercomments readercomments discussion livefyre fbcomments facebookcomments allcomments commentsholder commentthread commenttree
	kommentare kommentarliste leserkommentare kommentarbereich commentaires listecommentaires comentarios listacomentarios commenti komentarze komentare diskuse diskuze reacties kommentarer kommentit yorumlar hozzaszolasok komentar binhluan kommentarii pinglun pinglunqu
	replylist replies answerlist commentcont commentsmod pllist plbox
`)

func isDiscussion(n *nethtml.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Ol, atom.Ul, atom.Aside, atom.Table, atom.Dl:
	default:
		return false
	}
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" {
			continue
		}
		for _, w := range strings.Fields(a.Val) {
			if len(w) <= 40 && discussionNames[foldName(w)] {
				return true
			}
		}
	}
	return false
}

// hasHeadlineMark reports whether an element holds the page's headline or what
// is marked as its text.
func hasHeadlineMark(n *nethtml.Node) bool {
	left := 2000 // nodes: the headline stands early
	for d := range n.Descendants() {
		if left--; left < 0 {
			return false
		}
		if d.DataAtom == atom.H1 || d.Type == nethtml.ElementNode && dom.Attr(d, "itemprop") == "articleBody" {
			return true
		}
	}
	return false
}

// unhide removes what hides an element, since readability drops it as well:
// official-account pages hide their text until a script has run.
func unhide(n *nethtml.Node) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a nethtml.Attribute) bool {
		return a.Key == "hidden" || a.Key == "aria-hidden" || a.Key == "style"
	})
}
