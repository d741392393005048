package dom

import (
	"strings"
	"unicode"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Attr is the value of an attribute, "" when there is none.
func Attr(n *nethtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// Text is the text below a node, scripts and styles left out.
func Text(n *nethtml.Node) string {
	var sb strings.Builder
	for d := range n.Descendants() {
		if d.Type == nethtml.TextNode && d.Parent.Data != "script" && d.Parent.Data != "style" {
			sb.WriteString(d.Data)
		}
	}
	return sb.String()
}

// OpensBlock reports elements that begin a line of their own.
func OpensBlock(n *nethtml.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Header, atom.Footer, atom.Aside, atom.Nav,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd,
		atom.Table, atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot, atom.Caption, atom.Blockquote, atom.Pre, atom.Figure, atom.Figcaption,
		atom.Form, atom.Fieldset, atom.Address, atom.Details, atom.Summary, atom.Hgroup, atom.Center, atom.Body, atom.Html:
		return true
	}
	return false
}

// IsSilent reports elements whose text no reader sees.
func IsSilent(n *nethtml.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Iframe, atom.Object, atom.Svg,
		atom.Select, atom.Textarea, atom.Button, atom.Input, atom.Canvas, atom.Audio, atom.Video:
		return true
	}
	return false
}

// IsHidden reports elements that a style hides. Opacity and size tricks are
// left alone: lazy pages use them for the text itself.
func IsHidden(n *nethtml.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "aria-hidden":
			// Some sites hide the whole body from screen readers.
			if a.Val == "true" && n.DataAtom != atom.Body && n.DataAtom != atom.Main && n.DataAtom != atom.Article {
				return true
			}
		case "style":
			v := strings.ToLower(strings.ReplaceAll(a.Val, " ", ""))
			if strings.Contains(v, "display:none") || strings.Contains(v, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

// Names splits class and id into lower-case words: "relatedPosts_2" gives
// related, posts, 2.
func Names(n *nethtml.Node) []string {
	var out []string
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" && a.Key != "data-component" && a.Key != "data-module" {
			continue
		}
		if len(a.Val) > 600 {
			continue
		}
		if strings.Contains(a.Val, "hentry") || strings.Contains(a.Val, "type-post") || strings.Contains(a.Val, "status-publish") {
			continue // the post itself, with its tags and categories as classes
		}
		if a.Key == "id" && strings.Count(a.Val, "-") >= 3 {
			continue // the anchor of a heading: "sharing-with-a-friend"
		}
		out = splitTokens(out, a.Val)
		out = append(out, "") // no phrase runs across attributes
	}
	return out
}

func splitTokens(out []string, s string) []string {
	start := -1
	flush := func(end int) {
		if start >= 0 {
			out = append(out, strings.ToLower(s[start:end]))
			start = -1
		}
	}
	lower := false
	for i, r := range s {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		switch {
		case !letter:
			flush(i)
			if r == ' ' {
				out = append(out, "")
			}
		case unicode.IsUpper(r) && lower:
			flush(i)
			start = i
		case start < 0:
			start = i
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
	}
	flush(len(s))
	return out
}

// Element makes an element without attributes.
func Element(name string) *nethtml.Node {
	return &nethtml.Node{Type: nethtml.ElementNode, Data: name, DataAtom: atom.Lookup([]byte(strings.ToLower(name)))}
}

// challengeHead is how much of a page is searched for signs of a bot guard.
const challengeHead = 4 << 10

// IsChallenge recognises the interstitial of a bot guard.
func IsChallenge(body []byte) bool {
	s := string(body[:min(len(body), challengeHead)])
	return strings.Contains(s, "/cdn-cgi/challenge-platform/") || strings.Contains(s, "<title>Just a moment...</title>")
}
