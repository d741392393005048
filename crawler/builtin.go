package crawler

import (
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/board"
)

// publicFeed is a feed that a fresh installation reads.
type publicFeed struct {
	id, name, url, group string
	weight               float64
	interval             time.Duration
}

// publicFeeds lists feeds of Chinese media that their publishers offer openly.
// They complement the boards with whole articles.
func publicFeeds() []publicFeed {
	return []publicFeed{
		{"feed-chinanews", "中国新闻网·即时新闻", "https://www.chinanews.com.cn/rss/scroll-news.xml", "综合", 1.2, 10 * time.Minute},
		{"feed-people", "人民网·时政", "http://www.people.com.cn/rss/politics.xml", "综合", 1.2, 20 * time.Minute},
		{"feed-ithome", "IT之家", "https://www.ithome.com/rss/", "科技", 1, 10 * time.Minute},
		{"feed-sspai", "少数派", "https://sspai.com/feed", "科技", 1, 30 * time.Minute},
		{"feed-36kr", "36氪", "https://36kr.com/feed", "商业", 1, 15 * time.Minute},
		{"feed-solidot", "Solidot 奇客", "https://www.solidot.org/index.rss", "科技", 0.9, 30 * time.Minute},
		{"feed-ifanr", "爱范儿", "https://www.ifanr.com/feed", "科技", 0.9, 30 * time.Minute},
		{"feed-ruanyifeng", "阮一峰的网络日志", "https://www.ruanyifeng.com/blog/atom.xml", "博客", 0.8, 60 * time.Minute},
	}
}

// Sources lists what a fresh installation reads: every board of the set, under
// its own id, and a few public Chinese feeds. All are due at once.
func Sources(boards *board.Set, now time.Time) []xuanti.Source {
	out := boards.Sources(now)
	for _, f := range publicFeeds() {
		out = append(out, xuanti.Source{
			ID: f.id, Kind: xuanti.SourceFeed, Name: f.name, URL: f.url, Platform: xuanti.PlatformNews, Group: f.group,
			Weight: f.weight, Interval: f.interval, State: xuanti.SourceActive, Builtin: true, CreatedAt: now,
		})
	}
	return out
}
