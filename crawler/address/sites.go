package address

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// siteRule says how one platform names a post. The first rule of a host whose
// path matches decides.
type siteRule struct {
	path  *regexp.Regexp // on the decoded path; nil matches every path
	to    string         // canonical address without https://, with $1 … of path
	query []string       // parameters that belong to the identity; the rest is noise
	alias [][2]string    // parameters under another name: from, to
	need  []string       // parameters without which the rule does not apply
	fix   func(string) string
}

// rule is shorthand for the tables below.
func rule(pathPattern, to string, query ...string) siteRule {
	return siteRule{path: regexp.MustCompile("^(?:" + pathPattern + ")$"), to: to, query: query}
}

// search is a rule for a result page: the query is all that counts. names are
// the spellings of the parameter, the first is kept.
func search(pathPattern, to string, names ...string) siteRule {
	r := rule(pathPattern, to, names[0])
	r.need = names[:1]
	for _, n := range names[1:] {
		r.alias = append(r.alias, [2]string{n, names[0]})
	}
	return r
}

// needs makes parameters compulsory: without them the rule does not apply.
func (r siteRule) needs(names ...string) siteRule {
	r.need = names
	return r
}

// with adds a last step that rewrites the finished key.
func (r siteRule) with(fix func(string) string) siteRule {
	r.fix = fix
	return r
}

// bySite applies the rules of the link's host, then of its parent domains.
func (l *link) bySite() (string, bool) {
	for host := l.host; host != ""; {
		for _, r := range siteRules[host] {
			if key, ok := l.apply(r); ok {
				return key, true
			}
		}
		_, rest, ok := strings.Cut(host, ".")
		if !ok {
			break
		}
		host = rest
	}
	return "", false
}

func (l *link) apply(r siteRule) (string, bool) {
	path := l.path
	if path == "" {
		path = "/"
	}
	m := r.path.FindStringSubmatchIndex(path)
	if m == nil {
		return "", false
	}
	out := link{query: nil}
	for _, name := range r.query {
		v := l.get(name)
		for _, a := range r.alias {
			if v == "" && a[1] == name {
				v = l.get(a[0])
			}
		}
		if v != "" {
			out.query = append(out.query, param{name, v})
		}
	}
	for _, name := range r.need {
		if out.get(name) == "" {
			return "", false
		}
	}
	to := string(r.path.ExpandString(nil, r.to, path, m))
	var cut bool
	if out.host, out.path, cut = strings.Cut(to, "/"); cut {
		out.path = "/" + out.path
	}
	key := out.String()
	if r.fix != nil {
		key = r.fix(key)
	}
	return key, true
}

// siteRules lists, per host after folding, how addresses name what they show.
// They are facts about the sites' own links, found in their pages and apps.
var siteRules = map[string][]siteRule{
	"weibo.com": {
		search(`/weibo|/realtime|/hot|/`, "s.weibo.com/weibo", "q"),
		rule(`/status/(\w+)|/detail/(\w+)|/\d+/(\w{9})`, "weibo.com/detail/$1$2$3").with(weiboID),
		rule(`/ttarticle/p/show|/ttarticle/x/m/show.*`, "weibo.com/ttarticle/p/show", "id").needs("id"),
		rule(`/tv/show/([\d:]+\w+)`, "weibo.com/tv/show/$1"),
		rule(`/u/(\d+)`, "weibo.com/u/$1"),
	},
	"weibo.cn": {
		rule(`/status/(\w+)|/detail/(\w+)`, "weibo.com/detail/$1$2").with(weiboID),
		rule(`/search|/p/\w*`, "m.weibo.cn/search", "containerid").needs("containerid").with(weiboContainer),
		rule(`/u/(\d+)|/profile/(\d+)`, "weibo.com/u/$1$2"),
	},
	"toutiao.com": {
		rule(`/trending/(\d+)(?:/.*)?`, "toutiao.com/trending/$1"),
		rule(`/(?:article|group|item|video|a|i)/?(\d{8,})(?:/.*)?|/[ai](\d{8,})(?:/.*)?`, "toutiao.com/article/$1$2"),
		rule(`/w/(?:a|i)?(\d+)(?:/.*)?`, "toutiao.com/w/$1"),
		search(`/search`, "so.toutiao.com/search", "keyword"),
	},
	"so.toutiao.com": {search(`/search`, "so.toutiao.com/search", "keyword")},
	"sogou.com": {
		search(`/web|/sogou|/sie|/weixin|/web/searchList\.jsp`, "sogou.com/web", "query", "keyword"),
	},
	"so.html5.qq.com": {search(`/landingpage(?:/.*)?|/`, "so.html5.qq.com/landingpage", "query", "q")},
	"baidu.com": {
		search(`/s|/from=[^/]*/s`, "baidu.com/s", "wd", "word"),
	},
	"baijiahao.baidu.com": {rule(`/s`, "baijiahao.baidu.com/s", "id").needs("id")},
	"mbd.baidu.com": {
		rule(`/newspage/data/.*|/ug_share/.*`, "mbd.baidu.com/newspage/data/landingsuper", "context", "nid").with(baiduNews),
	},
	"tieba.baidu.com": {
		rule(`/p/(\d+)`, "tieba.baidu.com/p/$1"),
		rule(`/hottopic/browse/hottopic`, "tieba.baidu.com/hottopic/browse/hottopic", "topic_id").needs("topic_id"),
		search(`/f|/mo/q/m`, "tieba.baidu.com/f", "kw"),
	},
	"haokan.baidu.com": {rule(`/v`, "haokan.baidu.com/v", "vid").needs("vid")},
	"zhihu.com": {
		rule(`/question/\d+/answer/(\d+)|/answer/(\d+)|/answers/(\d+)`, "zhihu.com/answer/$1$2$3"),
		rule(`/questions?/(\d+)(?:/.*)?`, "zhihu.com/question/$1"),
		rule(`/(?:p|article|articles)/(\d+)`, "zhuanlan.zhihu.com/p/$1"),
		rule(`/pin/(\d+)`, "zhihu.com/pin/$1"),
		rule(`/zvideo/(\d+)`, "zhihu.com/zvideo/$1"),
		search(`/search`, "zhihu.com/search", "q"),
	},
	"bilibili.com": {
		rule(`/(?:s/)?video/((?i:bv)\w{10}|(?i:av)\d+)`, "bilibili.com/video/$1", "p").with(bilibiliID),
		rule(`/bangumi/play/((?:ep|ss)\d+)`, "bilibili.com/bangumi/play/$1"),
		rule(`/read/(?:mobile/)?(?:cv)?(\d+)`, "bilibili.com/read/cv$1"),
		rule(`/(?:opus|dynamic)/(\d+)`, "bilibili.com/opus/$1"),
		search(`/all|/video|/search|/search/result|/search/all`, "search.bilibili.com/all", "keyword"),
	},
	"t.bilibili.com":    {rule(`/(\d+)`, "bilibili.com/opus/$1")},
	"live.bilibili.com": {rule(`/(?:h5/)?(\d+)`, "live.bilibili.com/$1")},
	"b23.tv":            {rule(`/((?i:bv)\w{10}|(?i:av)\d+)`, "bilibili.com/video/$1", "p").with(bilibiliID)},
	"douyin.com": {
		rule(`/hot/(\d+)(?:/.*)?`, "douyin.com/hot/$1"),
		rule(`/(?:share/)?video/(\d+)`, "douyin.com/video/$1"),
		rule(`/(?:share/)?note/(\d+)`, "douyin.com/note/$1"),
		rule(`/(?:root/)?search/([^/]+)`, "douyin.com/search/$1"),
	},
	"iesdouyin.com": {
		rule(`/share/video/(\d+)`, "douyin.com/video/$1"),
		rule(`/share/note/(\d+)`, "douyin.com/note/$1"),
	},
	"kuaishou.com": {
		rule(`/short-video/(\w+)|/fw/photo/(\w+)`, "kuaishou.com/short-video/$1$2"),
		search(`/search/.*`, "kuaishou.com/search/video", "searchKey", "keyword"),
	},
	"xiaohongshu.com": {
		rule(`/explore/(\w{24})|/discovery/item/(\w{24})|/user/profile/\w+/(\w{24})`, "xiaohongshu.com/explore/$1$2$3"),
		search(`/search_result`, "xiaohongshu.com/search_result", "keyword"),
	},
	"mp.weixin.qq.com": {
		rule(`/s/([\w-]+)`, "mp.weixin.qq.com/s/$1"),
		{path: regexp.MustCompile(`^/(?:s|mp/appmsg/show)$`), to: "mp.weixin.qq.com/s", query: []string{"__biz", "mid", "idx", "sn"},
			alias: [][2]string{{"appmsgid", "mid"}, {"itemidx", "idx"}, {"sign", "sn"}}, need: []string{"__biz", "mid"}},
	},
	"thepaper.cn":      {rule(`/newsDetail_forward_(\d+)|/detail/(\d+)|/kuaibao_detail\.jsp/(\d+)`, "thepaper.cn/newsDetail_forward_$1$2$3")},
	"36kr.com":         {rule(`/(p|newsflashes|video|topics)/(\d+)(?:\.html)?`, "36kr.com/$1/$2")},
	"ithome.com":       {rule(`/0/(\d+)/(\d+)\.html?|/html/(\d+)\.html?`, "ithome.com/html/$1$2$3")},
	"juejin.cn":        {rule(`/(?:post|entry)/(\d+)`, "juejin.cn/post/$1"), rule(`/pin/(\d+)`, "juejin.cn/pin/$1")},
	"sspai.com":        {rule(`/post/(\d+)`, "sspai.com/post/$1")},
	"163.com":          {rule(`/(?:.*/)?([A-Z0-9]{16})(?:_all|_0)?\.html`, "163.com/article/$1")},
	"sohu.com":         {rule(`/a/(\d+)(?:_\d+)?|/n/(\d+)`, "sohu.com/a/$1$2")},
	"qq.com":           {rule(`/(?:.*/)?(20\d{6}[A-Z]\w{7})(?:\.html?|00)?`, "news.qq.com/rain/a/$1")},
	"sina.com.cn":      {rule(`/.*(?:doc|detail)-(i?\w{12,})(?:\.d)?\.s?html`, "sina.com.cn/doc-$1").with(sinaID)},
	"sina.cn":          {rule(`/.*(?:doc|detail)-(i?\w{12,})(?:\.d)?\.(?:s?html|d\.html)`, "sina.com.cn/doc-$1").with(sinaID)},
	"ifeng.com":        {rule(`/c/(\w{11})`, "ifeng.com/c/$1")},
	"cls.cn":           {rule(`/(?:detail|share/article)/(\d+)`, "cls.cn/detail/$1")},
	"wallstreetcn.com": {rule(`/(?:premium/)?articles/(\d+)`, "wallstreetcn.com/articles/$1"), rule(`/live(?:news|s)?/(\d+)`, "wallstreetcn.com/livenews/$1")},
	"hupu.com":         {rule(`/(?:bbs/|bbs-share/)?(\d{6,})(?:-\d+)?\.html`, "bbs.hupu.com/$1.html")},
	"youtube.com": {
		rule(`/watch`, "youtube.com/watch", "v").needs("v"),
		rule(`/(?:shorts|live|embed|v)/([\w-]{11})`, "youtube.com/watch/$1").with(youtubeID),
	},
	"youtu.be":    {rule(`/([\w-]{11})`, "youtube.com/watch/$1").with(youtubeID)},
	"x.com":       {rule(`/\w+/status/(\d+)(?:/.*)?`, "x.com/i/status/$1")},
	"twitter.com": {rule(`/\w+/status/(\d+)(?:/.*)?`, "x.com/i/status/$1")},
	"google.com":  {search(`/search`, "google.com/search", "q")},
	"bing.com":    {search(`/search|/news/search`, "bing.com/search", "q")},
	"so.com":      {search(`/s`, "so.com/s", "q")},
	"douban.com":  {rule(`/(?:movie/|book/|music/)?subject/(\d+)(?:/.*)?`, "douban.com/subject/$1"), rule(`/group/topic/(\d+)(?:/.*)?`, "douban.com/group/topic/$1")},
}

// weiboID writes the number of a post in its short form, which links use as
// often: seven decimal digits make four digits of base 62.
func weiboID(key string) string {
	head, id := key[:strings.LastIndexByte(key, '/')+1], key[strings.LastIndexByte(key, '/')+1:]
	if len(id) < 14 || strings.Trim(id, "0123456789") != "" {
		return key
	}
	const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	out := ""
	for end := len(id); end > 0; end -= 7 {
		n, _ := strconv.Atoi(id[max(0, end-7):end])
		part := ""
		for ; n > 0; n /= 62 {
			part = string(digits[n%62]) + part
		}
		if end > 7 {
			part = strings.Repeat("0", max(0, 4-len(part))) + part
		}
		out = part + out
	}
	return head + out
}

// weiboContainer finds the search words inside the container id of the
// mobile site: "100103type=1&q=…".
func weiboContainer(key string) string {
	u, err := url.Parse(key)
	if err != nil {
		return key
	}
	inner, err := url.ParseQuery(u.Query().Get("containerid"))
	if err != nil || inner.Get("q") == "" {
		return key
	}
	l := link{host: "s.weibo.com", path: "/weibo", query: []param{{"q", strings.TrimSpace(inner.Get("q"))}}}
	return l.String()
}

// The constants of bilibili's public mapping between av numbers and BV ids.
const (
	bvAlphabet = "FcwAPNKTMug3GV5Lj7EJnHpWsx4tb8haYeviqBz6rkCy12mUSDQX9RdoZf"
	bvXOR      = 23442827791579
	bvMaxAID   = 1 << 51
)

// bilibiliID writes av numbers as BV ids; page 1 of a video is the video.
func bilibiliID(key string) string {
	base, query, _ := strings.Cut(key, "?")
	if query == "p=1" {
		query = ""
	}
	slash := strings.LastIndexByte(base, '/') + 1
	id := base[slash:]
	if strings.EqualFold(id[:2], "av") {
		aid, err := strconv.ParseInt(id[2:], 10, 64)
		if err != nil || aid <= 0 || aid >= bvMaxAID {
			return key
		}
		id = bvOf(aid)
	} else {
		id = "BV" + id[2:]
	}
	if query != "" {
		return base[:slash] + id + "?" + query
	}
	return base[:slash] + id
}

func bvOf(aid int64) string {
	id := []byte("BV1000000000")
	n := (bvMaxAID | aid) ^ bvXOR
	for i := len(id) - 1; n > 0 && i > 2; i-- {
		id[i] = bvAlphabet[n%58]
		n /= 58
	}
	id[3], id[9] = id[9], id[3]
	id[4], id[7] = id[7], id[4]
	return string(id)
}

// baiduNews takes the article id out of the JSON that Baidu's app links carry.
func baiduNews(key string) string {
	u, err := url.Parse(key)
	if err != nil {
		return key
	}
	text := u.Query().Get("context") + u.Query().Get("nid")
	i := strings.Index(text, "news_")
	if i < 0 {
		return key
	}
	id := text[i+len("news_"):]
	if end := strings.IndexFunc(id, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
		id = id[:end]
	}
	if id == "" {
		return key
	}
	return "https://mbd.baidu.com/newspage/data/landingsuper?nid=news_" + id
}

// youtubeID writes short links as the watch page does.
func youtubeID(key string) string {
	return strings.Replace(key, "/watch/", "/watch?v=", 1)
}

// sinaID drops the i that desktop links put before a document id.
func sinaID(key string) string {
	base, id, ok := strings.Cut(key, "/doc-")
	if !ok {
		return key
	}
	return base + "/doc-" + strings.TrimPrefix(id, "i")
}
