package server

import (
	"maps"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

type searchData struct {
	Text, Kind, Since, Sort, Source string
	Platforms                       []string
	Flat                            bool
	V                               engine.SearchView
	Next                            string
	ErrText                         string
	ErrAt                           int // character of the error, from 1; 0 unknown
	Kinds, Spans                    []choice
}

// Link is the address of this search with some of its parameters, given in
// pairs of name and value, set anew; "" takes one away.
func (d *searchData) Link(pairs ...string) string {
	v := url.Values{"q": {d.Text}, "kind": {d.Kind}, "since": {d.Since}, "source": {d.Source}, "platform": d.Platforms}
	if d.Sort != "relevance" {
		v.Set("sort", d.Sort)
	}
	if d.Flat {
		v.Set("flat", "1")
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	maps.DeleteFunc(v, func(_ string, values []string) bool { return len(values) == 0 || values[0] == "" })
	return "/search?" + v.Encode()
}

// searchPage searches, or explains how to.
func (s *Server) searchPage(c *fiber.Ctx) error {
	p := s.frame(c, "search", "search", "搜索", "Search")
	d := &searchData{
		Text: strings.TrimSpace(c.Query("q")), Kind: c.Query("kind"), Since: c.Query("since"), Source: c.Query("source"), Sort: c.Query("sort", "relevance"), Flat: c.Query("flat") == "1",
		Kinds: []choice{{Value: "article", Label: pick(p.Lang, "文章", "Articles")}, {Value: "entry", Label: pick(p.Lang, "榜单", "Board entries")}, {Value: "post", Label: pick(p.Lang, "账号发布", "Posts")}},
		Spans: []choice{{Value: "24h", Label: pick(p.Lang, "24 小时内", "24 hours")}, {Value: "72h", Label: pick(p.Lang, "3 天内", "3 days")}, {Value: "168h", Label: pick(p.Lang, "7 天内", "7 days")}, {Value: "720h", Label: pick(p.Lang, "30 天内", "30 days")}},
	}
	p.Data = d
	for _, v := range c.Context().QueryArgs().PeekMulti("platform") {
		if len(v) > 0 {
			d.Platforms = append(d.Platforms, string(v))
		}
	}
	if d.Text == "" {
		return s.show(c, p, "")
	}
	if len([]rune(d.Text)) > 500 {
		d.ErrText = pick(p.Lang, "查询太长（最多 500 字）", "The query is too long (500 characters at most)")
		return s.show(c, p, "")
	}
	p.Title = d.Text + " · " + p.Title
	q := engine.SearchQuery{Text: d.Text, Kind: d.Kind, Platforms: d.Platforms, Sort: d.Sort, Limit: 20, Cursor: c.Query("cursor"), Flat: d.Flat, Explain: c.Query("explain") == "1"}
	if d.Source != "" {
		q.Sources = []string{d.Source}
	}
	if span, err := time.ParseDuration(d.Since); err == nil && span > 0 {
		q.Since = p.Now.Add(-span)
	}
	var err error
	d.V, err = s.Reader.Search(c.UserContext(), q)
	switch {
	case xuanti.CodeOf(err) == xuanti.CodeInvalid:
		problem := s.problem(c.UserContext(), err)
		d.ErrText = problem.Detail
		if len(problem.Errors) > 0 {
			d.ErrAt = position(problem.Errors[0].Pointer)
		}
		c.Status(fiber.StatusUnprocessableEntity)
	case err != nil:
		return err
	}
	d.Next = cursorLink(c, d.V.NextCursor)
	return s.show(c, p, "")
}

// position reads a character position such as "char 7".
func position(pointer string) int {
	n, err := strconv.Atoi(pointer[strings.LastIndexAny(pointer, " :/.#")+1:])
	if err != nil || n < 0 {
		return 0
	}
	return n
}
