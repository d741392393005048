package demo

import (
	"net/url"
	"strings"

	"github.com/xuanti/xuanti"
)

// adapterNames are the endpoints that answer first; History writes them into
// its snapshots, as a crawler would.
func adapterName(board string) string {
	switch board {
	case "weibo":
		return "side"
	case "zhihu":
		return "web"
	case "baidu":
		return "page"
	case "toutiao":
		return "pc"
	case "douyin":
		return "app"
	case "bilibili":
		return "hotword"
	case "tieba":
		return "topics"
	case "thepaper":
		return "sidebar"
	case "36kr":
		return "hot"
	case "sspai":
		return "tag"
	}
	return "rank"
}

// url is the address that a reader of the real board would build for the
// entry. History and wire agree on it, so that replayed and live rows are the
// same items. [World.Local] leads from it to the demo's own page.
func (e *entry) url() string {
	q := url.QueryEscape(e.title)
	switch e.board.id {
	case "weibo":
		return "https://s.weibo.com/weibo?q=%23" + q + "%23"
	case "zhihu":
		return "https://www.zhihu.com/question/" + e.extID()
	case "baidu":
		return "https://www.baidu.com/s?wd=" + q
	case "toutiao":
		return "https://www.toutiao.com/trending/" + e.extID() + "/"
	case "douyin":
		return "https://www.douyin.com/hot/" + e.extID()
	case "bilibili":
		return "https://search.bilibili.com/all?keyword=" + q
	case "tieba":
		return "https://tieba.baidu.com/hottopic/browse/hottopic?topic_id=" + e.extID()
	case "thepaper":
		return "https://www.thepaper.cn/newsDetail_forward_" + e.extID()
	case "36kr":
		return "https://36kr.com/p/" + e.extID()
	case "ithome":
		return "https://m.ithome.com/html/" + e.extID() + ".htm"
	case "juejin":
		return "https://juejin.cn/post/" + e.extID()
	}
	return "https://sspai.com/post/" + e.extID()
}

// shapeEntry reduces an entry to what the board's endpoint carries: which have
// an id of their own, print a flag, or an excerpt.
func shapeEntry(board string, e *xuanti.Entry) {
	switch board {
	case "zhihu":
		e.ExtID = "Q_" + e.ExtID
	case "weibo", "baidu", "bilibili", "ithome":
		e.ExtID = ""
	}
	switch {
	case board == "weibo":
	case board != "baidu" && board != "toutiao" && board != "douyin":
		e.Label = ""
	case e.Label == "沸" || e.Label == "爆" && board == "douyin":
		e.Label = "热"
	}
	switch board {
	case "zhihu", "baidu", "tieba", "sspai":
	default:
		e.Text = ""
	}
}

// Local returns the path of the demo page that stands for an address printed by
// the demo world: the world's own host, or the address of a board entry. The
// product can point its links there; see [World.Page].
func (w *World) Local(rawURL string) (path string, ok bool) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return "", false
	}
	if u.Host == Host {
		_, ok := w.Page(u.Path)
		return u.Path, ok
	}
	for _, q := range []string{"q", "wd", "keyword"} {
		if title := strings.Trim(u.Query().Get(q), "#"); title != "" {
			return w.localTitle(u.Host, title)
		}
	}
	id := u.Query().Get("topic_id")
	if id == "" {
		id = digits(u.Path)
	}
	path = "/t/" + id
	_, ok = w.Page(path)
	return path, ok
}

// digits returns the last run of ten digits in a path.
func digits(path string) string {
	runs := strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' })
	for i := len(runs) - 1; i >= 0; i-- {
		if len(runs[i]) == 10 {
			return runs[i]
		}
	}
	return ""
}

// localTitle finds the entry of a board that is known by its title only.
func (w *World) localTitle(host, title string) (string, bool) {
	id := map[string]string{"s.weibo.com": "weibo", "www.baidu.com": "baidu", "search.bilibili.com": "bilibili"}[host]
	b, ok := boardNamed(id)
	if !ok {
		return "", false
	}
	for _, c := range w.laid() {
		n := entryNumber(w.opt.Seed, c.n, b.code+" "+title)
		if e := c.entryID[n]; e != nil {
			return "/t/" + e.extID(), true
		}
	}
	return "", false
}
