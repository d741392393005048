package board

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/andybalholm/cascadia"
	nethtml "golang.org/x/net/html"

	"github.com/xuanti/xuanti/crawler/charset"
	"github.com/xuanti/xuanti/crawler/dom"
	"github.com/xuanti/xuanti/crawler/plain"
)

// rows finds the rows of an answer, or says in words why there are none.
func (e *endpoint) rows(body []byte, contentType string, at time.Time) ([]row, error) {
	if len(body) > maxBody {
		return nil, faultf("响应内容过大", "the answer has %d bytes, more than %d", len(body), maxBody)
	}
	if e.format == formatHTML {
		return e.htmlRows(body, contentType)
	}
	doc, err := e.document(body, contentType)
	if err != nil {
		return nil, err
	}
	items := e.items.path
	if e.dated != "" {
		if items, err = parsePath(expandTime(e.dated, at)); err != nil {
			return nil, err
		}
	}
	found := items.rows(doc)
	if len(found) == 0 {
		return nil, noList(doc)
	}
	rows := make([]row, 0, len(found))
	for _, v := range found {
		rows = append(rows, func(x expr) string { return x.path.text(e.follow(doc, v)) })
	}
	return rows, nil
}

// follow resolves a row that only names its record elsewhere in the document.
func (e *endpoint) follow(doc, v any) any {
	if e.deref == nil {
		return v
	}
	ref, _ := v.(map[string]any)
	table, _ := e.deref.value(doc).(map[string]any)
	id := plain.Scalar(ref["id"])
	if id == "" {
		id = plain.Scalar(v)
	}
	return table[id]
}

// document reads the JSON of an answer.
func (e *endpoint) document(body []byte, contentType string) (any, error) {
	if blank(body) {
		return nil, errBlank
	}
	var src []byte
	if e.format == formatScript {
		text, err := charset.DecodeHTML(body, contentType)
		if err != nil {
			return nil, err
		}
		i := strings.Index(text, e.script)
		if i < 0 {
			if looksLikeHTML([]byte(text)) {
				return nil, pageInstead("页面里没有榜单数据", "no embedded data in the page", text)
			}
			return nil, faultf("返回的内容里没有榜单数据", "no embedded data (%q not found)", e.script)
		}
		src = []byte(strings.TrimLeft(text[i+len(e.script):], " \t\r\n="))
	} else {
		src = bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\xef\xbb\xbf"))
		if looksLikeHTML(src) {
			text, err := charset.DecodeHTML(body, contentType)
			if err != nil {
				return nil, err
			}
			return nil, pageInstead("返回的是网页，不是榜单数据", "want JSON, got an HTML page", text)
		}
		if !utf8.Valid(src) {
			text, err := charset.DecodeHTML(src, contentType)
			if err != nil {
				return nil, err
			}
			src = []byte(text)
		}
	}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	var doc any
	switch err := dec.Decode(&doc); {
	case err == nil:
		return doc, nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, faultf("数据不完整，中途被截断", "the JSON is cut off after %d bytes", len(src))
	default:
		return nil, faultf("返回的内容不是榜单数据", "this is no JSON: %v", err)
	}
}

var errBlank = faultf("响应内容为空", "the answer is empty")

func blank(body []byte) bool { return len(bytes.TrimSpace(body)) == 0 }

// cutOff reports whether a page opens its document or body and closes neither:
// half a list would look as if the other half had dropped off the board.
func cutOff(text string) bool {
	opened, closed := false, false
	z := nethtml.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return opened && !closed
		case nethtml.StartTagToken:
			name, _ := z.TagName()
			opened = opened || string(name) == "html" || string(name) == "body"
		case nethtml.EndTagToken:
			name, _ := z.TagName()
			closed = closed || string(name) == "html" || string(name) == "body"
		}
	}
}

func looksLikeHTML(b []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(b), []byte("<")) }

var (
	pageTitle = regexp.MustCompile(`(?is)<title[^>]*>(.{0,300}?)</title>`)
	loginPage = regexp.MustCompile(`(?i)登录|登陆|扫码|验证|安全检测|访客系统|visitor system|captcha|verify|sign ?in|log ?in|passport`)
)

// pageInstead describes an HTML page that came in place of the list.
func pageInstead(zh, en, text string) error {
	title := ""
	if m := pageTitle.FindStringSubmatch(text); m != nil {
		title = plain.Clip(plain.Line(m[1]), 60)
	}
	probe := title
	if probe == "" {
		probe = text[:min(len(text), 4096)]
	}
	if loginPage.MatchString(probe) {
		zh, en = "返回的是登录或验证页", en+", a login or verification page"
	}
	if title != "" {
		zh, en = zh+"“"+title+"”", fmt.Sprintf("%s (title %q)", en, title)
	}
	return faultf(zh, "%s", en)
}

// noList quotes what the platform says itself when it refuses.
func noList(doc any) error {
	const zh, en = "榜单为空或结构已变化", "no list where it should be"
	m, ok := doc.(map[string]any)
	if !ok {
		return faultf(zh, "%s (the answer is a %s)", en, jsonKind(doc))
	}
	said := ""
	for _, k := range []string{"code", "errno", "error_code", "status", "ok", "msg", "message", "errmsg", "error", "url"} {
		if s := plain.Scalar(m[k]); s != "" {
			said += " " + k + "=" + plain.Clip(plain.Line(s), 80)
		}
	}
	if said != "" {
		return faultf(zh+"，平台返回"+said, "%s; the platform says%s", en, said)
	}
	keys := slices.Sorted(maps.Keys(m))
	return faultf(zh, "%s (found %s)", en, plain.Clip(strings.Join(keys[:min(len(keys), 8)], ", "), 120))
}

func jsonKind(v any) string {
	switch v.(type) {
	case []any:
		return "list"
	case string:
		return "string"
	case json.Number:
		return "number"
	case bool:
		return "boolean"
	}
	return "null"
}

func firstKey(m map[string]any, like *regexp.Regexp) (string, bool) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if like.MatchString(k) {
			return k, true
		}
	}
	return "", false
}

// selector is a CSS selector with an optional @attribute; an empty selector is
// the row itself.
type selector struct {
	within cascadia.Sel // look below the first match of this only; nil for anywhere
	css    cascadia.Sel
	attr   string
}

// find returns all matches below n, in document order.
func (s *selector) find(n *nethtml.Node) []*nethtml.Node {
	if s.css == nil {
		return nil
	}
	if s.within != nil {
		if n = cascadia.Query(n, s.within); n == nil {
			return nil
		}
	}
	return cascadia.QueryAll(n, s.css)
}

// parseSelectors reads "css", "css@attr", "@attr", "box >> css" (inside the
// first box) or several of these separated by " | ".
func parseSelectors(src string) ([]selector, error) {
	var out []selector
	for _, alt := range strings.Split(src, " | ") {
		alt = strings.TrimSpace(alt)
		var s selector
		if i := strings.LastIndexByte(alt, '@'); i >= 0 {
			alt, s.attr = strings.TrimSpace(alt[:i]), strings.TrimSpace(alt[i+1:])
		}
		if box, rest, ok := strings.Cut(alt, " >> "); ok {
			css, err := cascadia.Parse(box)
			if err != nil {
				return nil, fmt.Errorf("selector %q: %w", box, err)
			}
			s.within, alt = css, rest
		}
		if alt == "." {
			alt = ""
		}
		if alt != "" {
			css, err := cascadia.Parse(alt)
			if err != nil {
				return nil, fmt.Errorf("selector %q: %w", alt, err)
			}
			s.css = css
		} else if s.attr == "" && src != "." {
			return nil, errors.New("empty selector")
		}
		out = append(out, s)
	}
	return out, nil
}

func (e *endpoint) htmlRows(body []byte, contentType string) ([]row, error) {
	if blank(body) {
		return nil, errBlank
	}
	text, err := charset.DecodeHTML(body, contentType)
	if err != nil {
		return nil, err
	}
	if !looksLikeHTML([]byte(text)) {
		return nil, faultf("返回的内容不是网页", "want an HTML page, got something else")
	}
	if cutOff(text) {
		return nil, faultf("网页不完整，中途被截断", "the page is cut off after %d bytes", len(body))
	}
	if dom.IsHeavy(text) {
		return nil, faultf("网页元素过多，无法解析", "the page has more than %d elements", dom.MaxElements)
	}
	root, err := nethtml.Parse(strings.NewReader(text))
	if err != nil {
		return nil, faultf("网页嵌套过深，无法解析", "the page cannot be read: %v", err)
	}
	var nodes []*nethtml.Node
	for _, s := range e.items.sel {
		if nodes = s.find(root); len(nodes) > 0 {
			break
		}
	}
	if len(nodes) == 0 {
		return nil, pageInstead("页面里没有找到榜单", "no rows in the page", text)
	}
	rows := make([]row, 0, len(nodes))
	for _, n := range nodes[:min(len(nodes), maxFound)] {
		rows = append(rows, func(x expr) string { return selectText(n, x.sel) })
	}
	return rows, nil
}

func selectText(n *nethtml.Node, sels []selector) string {
	for _, s := range sels {
		m := n
		if s.css != nil {
			if m = cascadia.Query(n, s.css); m == nil {
				continue
			}
		}
		v := ""
		if s.attr != "" {
			v = dom.Attr(m, s.attr)
		} else {
			v = dom.Text(m)
		}
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return ""
}
