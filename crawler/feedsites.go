package crawler

import (
	"net/url"
	"regexp"
	"strings"
)

// feedSite says where a platform keeps the feed of a page. Host "" is any: a
// shape of address that one kind of software has.
type feedSite struct {
	host string         // without www; ".x" is every subdomain of x
	path *regexp.Regexp // on the path and query
	feed string         // with $1 … of path; relative to the page's address
}

func feedAt(host, pathPattern, feed string) feedSite {
	return feedSite{host: host, path: regexp.MustCompile("^(?:" + pathPattern + ")$"), feed: feed}
}

// feedSites are tried in order; all that fit are candidates.
var feedSites = []feedSite{
	feedAt("github.com", `/([\w.-]+)/([\w.-]+)(?:/releases.*)?/?`, "https://github.com/$1/$2/releases.atom"),
	feedAt("github.com", `/([\w.-]+)/([\w.-]+)/commits.*`, "https://github.com/$1/$2/commits.atom"),
	feedAt("github.com", `/([\w.-]+)/?`, "https://github.com/$1.atom"),
	feedAt("youtube.com", `/channel/(UC[\w-]+).*`, "https://www.youtube.com/feeds/videos.xml?channel_id=$1"),
	feedAt("youtube.com", `/playlist\?(?:.*&)?list=([\w-]+).*`, "https://www.youtube.com/feeds/videos.xml?playlist_id=$1"),
	feedAt("medium.com", `/(@?[\w.-]+)/?`, "https://medium.com/feed/$1"),
	feedAt("reddit.com", `/((?:r|user)/[\w-]+).*`, "https://www.reddit.com/$1/.rss"),
	feedAt(".substack.com", `.*`, "/feed"),
	feedAt(".blogspot.com", `.*`, "/feeds/posts/default"),
	feedAt("v2ex.com", `/go/(\w+).*`, "https://www.v2ex.com/feed/$1.xml"),
	feedAt("v2ex.com", `/member/(\w+).*`, "https://www.v2ex.com/feed/member/$1.xml"),
	feedAt("v2ex.com", `/\?tab=(\w+)`, "https://www.v2ex.com/feed/tab/$1.xml"),
	feedAt("v2ex.com", `/?`, "https://www.v2ex.com/index.xml"),
	feedAt("douban.com", `/people/([^/]+).*`, "https://www.douban.com/feed/people/$1/interests"),
	feedAt("cnblogs.com", `/([\w-]+)(?:/.*)?`, "https://www.cnblogs.com/$1/rss"),
	feedAt("cnblogs.com", `/?`, "https://www.cnblogs.com/rss"),
	feedAt("blog.csdn.net", `/([\w-]+).*`, "https://blog.csdn.net/$1/rss/list"),
	feedAt("oschina.net", `(?:/news.*)?/?`, "https://www.oschina.net/news/rss"),
	feedAt("ithome.com", `.*`, "https://www.ithome.com/rss/"),
	feedAt("sspai.com", `.*`, "https://sspai.com/feed"),
	feedAt("36kr.com", `.*`, "https://36kr.com/feed"),
	feedAt("huxiu.com", `.*`, "https://www.huxiu.com/rss/0.xml"),
	feedAt("tmtpost.com", `.*`, "https://www.tmtpost.com/rss.xml"),
	feedAt("solidot.org", `.*`, "https://www.solidot.org/index.rss"),
	feedAt("chinanews.com.cn", `/(china|world|society|finance|culture|sports)/?.*`, "https://www.chinanews.com.cn/rss/$1.xml"),
	feedAt("chinanews.com.cn", `.*`, "https://www.chinanews.com.cn/rss/scroll-news.xml"),
	feedAt("", `.*/forum-(\d+)-\d+\.html`, "forum.php?mod=rss&fid=$1"),
	feedAt("", `.*/forum\.php\?(?:.*&)?mod=forumdisplay&(?:.*&)?fid=(\d+).*`, "forum.php?mod=rss&fid=$1"),
	feedAt("", `/@([\w.]+)/?`, "/@$1.rss"),
}

// siteFeeds lists where the platform of a page is known to keep its feed.
func siteFeeds(u *url.URL) []string {
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	path := u.EscapedPath()
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	var out []string
	for _, s := range feedSites {
		switch {
		case s.host == "", s.host == host, strings.HasPrefix(s.host, ".") && strings.HasSuffix(host, s.host):
		default:
			continue
		}
		if m := s.path.FindStringSubmatchIndex(path); m != nil {
			out = append(out, string(s.path.ExpandString(nil, s.feed, path, m)))
		}
	}
	return out
}

// feedHint says, for platforms that have no public feeds, what brings their
// posts all the same; "" for all others.
func feedHint(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	for _, h := range []struct{ host, hint string }{
		{"weibo.com", "微博没有公开的订阅源，可用自建 RSSHub 的 /weibo/user/UID (Weibo has no public feeds; a RSSHub of your own brings them)"},
		{"weibo.cn", "微博没有公开的订阅源，可用自建 RSSHub 的 /weibo/user/UID (Weibo has no public feeds; a RSSHub of your own brings them)"},
		{"bilibili.com", "B 站没有公开的订阅源，可用自建 RSSHub 的 /bilibili/user/video/UID (Bilibili has no public feeds; a RSSHub of your own brings them)"},
		{"zhihu.com", "知乎的个人与专栏没有公开的订阅源，可用自建 RSSHub 的 /zhihu/posts/people/ID (Zhihu has no public feeds of people; a RSSHub of your own brings them)"},
		{"xiaohongshu.com", "小红书没有公开的订阅源，可用自建 RSSHub 的 /xiaohongshu/user/ID/notes (Xiaohongshu has no public feeds; a RSSHub of your own brings them)"},
		{"douyin.com", "抖音没有公开的订阅源，可用自建 RSSHub 的 /douyin/user/UID (Douyin has no public feeds; a RSSHub of your own brings them)"},
		{"mp.weixin.qq.com", "公众号没有公开的订阅源，可用自建 wewe-rss 或 we-mp-rss 给出的地址 (official accounts have no public feeds; wewe-rss or we-mp-rss bring them)"},
	} {
		if host == h.host || strings.HasSuffix(host, "."+h.host) {
			return h.hint
		}
	}
	return ""
}
