package address

import (
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

func TestCanonical(t *testing.T) {
	for _, tt := range []struct {
		want string
		in   []string
	}{
		{"https://example.com/a/b", []string{
			"http://www.example.com/a/b/", "HTTPS://EXAMPLE.com:443/a/b#top", "https://m.example.com/a//b?utm_source=x&spm=1.2",
			" https://example.com/a/./c/../b?from=timeline&isappinstalled=0 ", "//example.com/a/b/index.html", "https://wap.example.com/a/b?",
		}},
		{"https://example.com", []string{"http://example.com", "http://www.example.com/", "https://example.com/index.html"}},
		{"https://example.com/news?id=7&page=2", []string{"https://example.com/news?page=2&id=7", "https://example.com/news/?id=7&page=2&empty=&fbclid=abc"}},
		{"https://example.com:8443/x", []string{"http://example.com:8443/x"}},
		{"https://m.me/shop", []string{"https://m.me/shop"}},
		{"https://example.com/app#%21%2Fitem%2F7", []string{"https://example.com/app#!/item/7"}},
		{"https://xn--fiq228c.com/%E6%96%B0%E9%97%BB", []string{"https://中文.com/新闻", "http://XN--FIQ228C.com/%e6%96%b0%e9%97%bb"}},
		{"mailto:a@example.com", []string{"mailto:a@example.com"}},
		{"urn:uuid:1", []string{" urn:uuid:1 "}},
		// Search pages of hot lists: the query is the key.
		{"https://s.weibo.com/weibo?q=%23%E6%98%A5%E5%A4%A9%23", []string{
			"https://s.weibo.com/weibo?q=%23%E6%98%A5%E5%A4%A9%23&t=31&band_rank=3&Refer=top",
			"https://m.weibo.cn/search?containerid=100103type%3D1%26q%3D%23%E6%98%A5%E5%A4%A9%23&stream_entry_id=31",
		}},
		{"https://sogou.com/web?query=%E6%98%A5%E5%A4%A9", []string{"https://www.sogou.com/web?ie=utf8&query=%E6%98%A5%E5%A4%A9&sessiontime=1771029340353"}},
		{"https://baidu.com/s?wd=%E6%98%A5%E5%A4%A9", []string{"https://www.baidu.com/s?wd=春天&sa=fyb_hp_news", "https://m.baidu.com/s?word=%E6%98%A5%E5%A4%A9&ie=utf-8"}},
		{"https://search.bilibili.com/all?keyword=%E6%98%A5%E5%A4%A9", []string{"https://search.bilibili.com/all?vt=1&keyword=春天&from_source=x", "https://m.bilibili.com/search?keyword=%E6%98%A5%E5%A4%A9"}},
		// Posts under several addresses.
		{"https://weibo.com/detail/z0JH2lOMb", []string{"https://weibo.com/1234567890/z0JH2lOMb?from=page", "https://m.weibo.cn/status/z0JH2lOMb", "https://m.weibo.cn/detail/3501756485200075"}},
		{"https://toutiao.com/trending/7561594373646057491", []string{"https://www.toutiao.com/trending/7561594373646057491/?rank=&log_pb=%7B%7D&topic_id=7561594373646057491"}},
		{"https://toutiao.com/article/7123456789012345678", []string{"https://www.toutiao.com/article/7123456789012345678/", "https://m.toutiao.com/i7123456789012345678/?wid=1", "https://toutiao.com/group/7123456789012345678/", "https://www.toutiao.com/a7123456789012345678"}},
		{"https://zhihu.com/question/12345678", []string{"https://www.zhihu.com/question/12345678?utm_id=0", "https://api.zhihu.com/questions/12345678"}},
		{"https://zhihu.com/answer/87654321", []string{"https://www.zhihu.com/question/12345678/answer/87654321", "https://www.zhihu.com/answer/87654321"}},
		{"https://zhuanlan.zhihu.com/p/123456", []string{"https://zhuanlan.zhihu.com/p/123456?utm_psn=1"}},
		{"https://bilibili.com/video/BV17x411w7KC", []string{"https://www.bilibili.com/video/av170001/", "https://m.bilibili.com/video/BV17x411w7KC?spm_id_from=333", "https://b23.tv/BV17x411w7KC", "https://www.bilibili.com/video/BV17x411w7KC?p=1"}},
		{"https://bilibili.com/video/BV17x411w7KC?p=2", []string{"https://www.bilibili.com/video/av170001?p=2&vd_source=1"}},
		{"https://mp.weixin.qq.com/s/AbC-_123", []string{"https://mp.weixin.qq.com/s/AbC-_123?scene=1", "http://mp.weixin.qq.com/s/AbC-_123#rd"}},
		{"https://mp.weixin.qq.com/s?__biz=MzA%3D&idx=1&mid=265&sn=abc", []string{
			"https://mp.weixin.qq.com/s?__biz=MzA=&mid=265&idx=1&sn=abc&chksm=def&scene=21#wechat_redirect",
			"http://mp.weixin.qq.com/mp/appmsg/show?__biz=MzA=&appmsgid=265&itemidx=1&sign=abc",
		}},
		{"https://thepaper.cn/newsDetail_forward_31234567", []string{"https://www.thepaper.cn/newsDetail_forward_31234567", "https://m.thepaper.cn/detail/31234567"}},
		{"https://ithome.com/html/812345", []string{"https://www.ithome.com/0/812/345.htm", "https://m.ithome.com/html/812345.htm"}},
		{"https://douyin.com/video/7123456789012345678", []string{"https://www.iesdouyin.com/share/video/7123456789012345678/?region=CN", "https://www.douyin.com/video/7123456789012345678"}},
		{"https://xiaohongshu.com/explore/64b0c0d0e0f0a1b2c3d4e5f6", []string{"https://www.xiaohongshu.com/discovery/item/64b0c0d0e0f0a1b2c3d4e5f6?xsec_token=a", "https://www.xiaohongshu.com/explore/64b0c0d0e0f0a1b2c3d4e5f6"}},
		{"https://mbd.baidu.com/newspage/data/landingsuper?nid=news_123456789", []string{"https://mbd.baidu.com/newspage/data/landingsuper?context=%7B%22nid%22%3A%22news_123456789%22%7D&n_type=1", "https://mbd.baidu.com/newspage/data/landingshare?nid=news_123456789"}},
		{"https://sina.com.cn/doc-nabcdef1234567", []string{"https://news.sina.com.cn/c/2026-11-20/doc-inabcdef1234567.shtml", "https://news.sina.cn/gn/2026-11-20/detail-inabcdef1234567.d.html?vt=4"}},
		{"https://163.com/article/ABCD1234EFGH5678", []string{"https://www.163.com/dy/article/ABCD1234EFGH5678.html", "https://m.163.com/news/article/ABCD1234EFGH5678.html?spss=1"}},
		{"https://youtube.com/watch?v=abcdefghijk", []string{"https://youtu.be/abcdefghijk?si=x", "https://www.youtube.com/watch?v=abcdefghijk&t=10s", "https://m.youtube.com/shorts/abcdefghijk"}},
	} {
		for _, in := range tt.in {
			got := Canonical(in)
			if got != tt.want {
				t.Errorf("Canonical(%q)\n got %q\nwant %q", in, got, tt.want)
			}
			if again := Canonical(got); again != got {
				t.Errorf("Canonical is not stable: %q became %q", got, again)
			}
		}
	}
}

func TestCanonicalKeepsApart(t *testing.T) {
	urls := []string{
		"https://example.com/a?id=1", "https://example.com/a?id=2", "https://example.com/A?id=1", "https://example.com/a",
		"https://news.example.com/a?id=1", "https://www.bilibili.com/video/BV17x411w7KC?p=2", "https://www.bilibili.com/video/BV17x411w7KC",
		"https://s.weibo.com/weibo?q=%23a%23", "https://s.weibo.com/weibo?q=a", "https://weibo.com/tv/show", "https://weibo.com/detail",
		"https://mp.weixin.qq.com/s?__biz=a&mid=1&idx=1", "https://mp.weixin.qq.com/s?__biz=a&mid=1&idx=2",
		"https://www.toutiao.com/trending/7561594373646057491/", "https://www.toutiao.com/article/7561594373646057491/",
		"https://tieba.baidu.com/hottopic/browse/hottopic?topic_id=1", "https://tieba.baidu.com/hottopic/browse/hottopic?topic_id=2",
		"https://baijiahao.baidu.com/s?id=1", "https://baijiahao.baidu.com/s?id=2",
	}
	seen := map[string]string{}
	for _, u := range urls {
		key := Canonical(u)
		if other, ok := seen[key]; ok {
			t.Errorf("%s and %s share the key %s", u, other, key)
		}
		seen[key] = u
	}
}

func TestKey(t *testing.T) {
	at := crawltest.Now()
	article, entry := xuanti.ItemArticle, xuanti.ItemEntry
	if a, b := Key(article, "rss", "https://m.example.com/a?utm_source=x", "1", "标题", at), Key(article, "weibo", "http://www.example.com/a", "2", "另一个", at); a != b {
		t.Errorf("one article under two links got two keys: %s, %s", a, b)
	}
	for name, pair := range map[string][2]string{
		"entries of two platforms":      {Key(entry, "weibo", "https://example.com/a", "", "标题", at), Key(entry, "zhihu", "https://example.com/a", "", "标题", at)},
		"ids without link":              {Key(article, "rss", "", "1", "标题", at), Key(article, "rss", "", "2", "标题", at)},
		"titles without link":           {Key(article, "rss", "", "", "标题", at), Key(article, "rss", "", "", "标题二", at)},
		"the same title on another day": {Key(article, "rss", "", "", "标题", at), Key(article, "rss", "", "", "标题", at.Add(24*time.Hour))},
		"ids behind a home page":        {Key(article, "rss", "https://example.com/", "1", "标题", at), Key(article, "rss", "https://example.com/", "2", "标题", at)},
	} {
		if pair[0] == pair[1] {
			t.Errorf("%s share the key %s", name, pair[0])
		}
	}
	if a, b := Key(entry, "weibo", "https://weibo.com/", "", "春天 来了", at), Key(entry, "weibo", "", "", "春天　来了", at.Add(48*time.Hour)); a != b {
		t.Errorf("one board title got two keys: %s, %s", a, b)
	}
	if k := Key(article, "rss", "https://example.com/"+strings.Repeat("长", 3000), "", "", at); len(k) > maxKey {
		t.Errorf("a long address gives a key of %d bytes", len(k))
	}
}

func FuzzCanonical(f *testing.F) {
	for _, u := range []string{"https://www.example.com/a?b=c#d", "//x/;jsessionid=1?a=%zz&amp;b=+", "https://mp.weixin.qq.com/s?__biz=a&mid=1", "https://www.bilibili.com/video/av1?p=2", "https://m.weibo.cn/status/4488461440942370", "https://xn--/", "http://[::1]:80/%", "//0..", "//0。."} {
		f.Add(u)
	}
	f.Fuzz(func(t *testing.T, u string) {
		key := Canonical(u)
		if len(key) < MaxBytes/2 {
			if again := Canonical(key); again != key {
				t.Errorf("Canonical(%q) = %q, again %q", u, key, again)
			}
		}
		if k := Key(xuanti.ItemEntry, "p", u, "", "t", crawltest.Now()); len(k) > maxKey {
			t.Errorf("key of %d bytes", len(k))
		}
	})
}

func BenchmarkCanonical(b *testing.B) {
	urls := []string{
		"https://www.toutiao.com/trending/7561594373646057491/?category_name=topic_innerflow&event_type=hot_board&log_pb=%257B%257D&rank=&style_id=40132&topic_id=7561594373646057491",
		"https://s.weibo.com/weibo?q=%23%E6%98%A5%E5%A4%A9%23&t=31&band_rank=3&Refer=top",
		"http://m.example.com/news/2026/11/23/story.html?utm_source=x&id=7&from=timeline#comments",
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		Canonical(urls[i%len(urls)])
		i++
	}
}
