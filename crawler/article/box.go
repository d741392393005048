package article

import (
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Names that page templates and content systems give to the element that holds
// the text of an article, joined in lower case. They are those of widespread
// systems and of the language at large; none is looked up by site.
var boxNames = tokenSet(`
	articlebody articletext articlecontent articlecontents articledetail articlemain articlecopy articlecontainer storybody storycontent storytext storycopy newsbody newstext newscontent newsdetail newsarticle
	postbody postcontent posttext postentry entrycontent entrybody entrytext blogpost blogcontent bloginner bodycopy bodytext bodycontent contentbody contenttext contentarticle contentnews maintext textcontent textbody
	singlecontent richtext articlerichtext contentdetail detailcontent detailtext contentdetails fulltext fullarticle fullstory tdpostcontent body_text mw-parser-output mwparseroutput markdownbody prose wysiwyg
	artikeltext artikelinhalt artikelbody beitragstext fliesstext contenuarticle textearticle corpsarticle articlecorps cuerponoticia cuerpoarticulo textonoticia contenidonoticia corpo corpotesto testoarticolo conteudo materiaconteudo textomateria
	artibody artcontent arttext artcon articalcontent articlecon endtext jscontent richmediacontent mainarticle newscon newstxt newscontent newsinfo textbox contentbox conttxt conttext txtcontent zoom zhengwen wenzhang neirong artdetail articleinfo ucapcontent trseditor trsueditor trspreappend pagescontent
	contentarea contentviews leftzw rmtxtcon postmessage tpccontent readcontent articleview viewcontent vcontent conbox detailbox showcontent noticecontent
`)

// isBox reports whether an element says of itself that it holds the text.
func isBox(n *nethtml.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Article, atom.Main, atom.Td, atom.Ul, atom.Span:
	default:
		return false
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "itemprop":
			if strings.Contains(strings.ToLower(a.Val), "articlebody") {
				return true
			}
		case "class", "id", "property":
			for _, w := range strings.Fields(a.Val) {
				if len(w) <= 40 && boxNames[foldName(w)] {
					return true
				}
			}
		}
	}
	return false
}

// foldName writes a class or id in lower-case letters only.
func foldName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, s)
}

// namedBox finds the smallest element by such a name that holds nearly all the
// running text that any of them holds; nil when there is none.
func namedBox(doc *nethtml.Node) *nethtml.Node {
	stats := measure(doc)
	var boxes []*nethtml.Node
	most := 0
	for n := range doc.Descendants() {
		if n.Type == nethtml.ElementNode && len(boxes) < 200 && isBox(n) {
			boxes = append(boxes, n)
			most = max(most, stats[n].paras)
		}
	}
	if most < weakBody {
		return nil
	}
	var best *nethtml.Node
	for _, n := range boxes {
		if st := stats[n]; st.links*4 > st.chars || st.paras*10 < st.chars*6 {
			continue // lists and bits: a part of the page, not its text
		}
		if st := stats[n]; st.paras*10 >= most*9 && (best == nil || st.chars <= stats[best].chars) {
			best = n
		}
	}
	return best
}
