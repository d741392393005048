package sheet

import (
	"regexp"
	"strings"

	"github.com/xuanti/xuanti"
)

// The fields of a row that are no counts. A count's field is its name.
const (
	FieldTitle     = "title"
	FieldURL       = "url"
	FieldPostID    = "post_id"
	FieldAccount   = "account"
	FieldPublished = "published_at"
	FieldObserved  = "observed_at"
	FieldFollowers = "followers"
	FieldIgnore    = "-" // the column is left out, on purpose
)

// Fields are all fields that a column can be given, in order of usefulness.
func Fields() []string {
	return []string{
		FieldTitle, FieldURL, FieldPostID, FieldPublished, FieldObserved, FieldAccount, FieldFollowers,
		"read", "play", "like", "comment", "share", "favorite", "repost", "wow", "coin", "danmaku", "exposure", "reader", "sent", "visit", "followed",
		"finish_rate", "click_rate", "bounce_rate", "open_rate", "engage_rate", "avg_seconds",
	}
}

// known reports whether a field exists.
func known(field string) bool {
	switch field {
	case FieldTitle, FieldURL, FieldPostID, FieldAccount, FieldPublished, FieldObserved, FieldFollowers, FieldIgnore:
		return true
	}
	_, ok := xuanti.CountUnit(field)
	return ok
}

// unitNote is what headers put in brackets: 评论(条), 赞赏（分）.
var unitNote = regexp.MustCompile(`[(（\[【][^)）\]】]*[)）\]】]`)

// foldHeader makes headers comparable: no blanks, no units, lower case.
func foldHeader(s string) string {
	s = unitNote.ReplaceAllString(s, "")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\u3000' || r == '\u00a0' || r == '\n' || r == '\r' || r == '\t' || r == '_' || r == ':' || r == '：':
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s)
	return strings.ToLower(s)
}

// Preset is the form of one back office's export.
type Preset struct {
	ID       string
	Name     string // in Chinese
	Platform string
	key      []string          // folded headers by which it is recognised: two of them
	fields   map[string]string // folded header → field, where it differs from the common words
}

// presets are the exports whose columns are known. Their words come before the
// common ones.
var presets = [...]Preset{
	{ID: "wechat", Name: "公众号后台", Platform: "wechat",
		key: []string{"内容标题", "总阅读次数", "总阅读人数", "送达人数", "阅读后关注人数", "内容url", "公众号消息阅读次数"},
		fields: map[string]string{
			"内容标题": FieldTitle, "内容url": FieldURL, "发表时间": FieldPublished, "总阅读人数": "reader", "总阅读次数": "read", "总分享次数": "share", "总分享人数": FieldIgnore,
			"送达人数": "sent", "送达阅读率": "open_rate", "阅读完成率": "finish_rate", "公众号消息阅读次数": FieldIgnore, "首次分享次数": FieldIgnore, "首次分享率": FieldIgnore,
			"分享产生阅读次数": FieldIgnore, "每次分享带来阅读次数": FieldIgnore, "阅读次数": "read", "阅读人数": "reader", "分享人数": FieldIgnore,
		}},
	{ID: "xiaohongshu", Name: "小红书创作服务平台", Platform: "xiaohongshu",
		key:    []string{"笔记标题", "首次发布时间", "体裁", "观看量", "涨粉", "人均观看时长"},
		fields: map[string]string{"笔记标题": FieldTitle, "首次发布时间": FieldPublished, "体裁": FieldIgnore, "观看量": "read", "涨粉": "followed", "人均观看时长": "avg_seconds"}},
	{ID: "douyin", Name: "抖音创作者中心", Platform: "douyin",
		key: []string{"作品名称", "作品标题", "播放量", "完播率", "5s完播率", "2s跳出率", "粉丝净增", "粉丝增量", "平均播放时长"},
		fields: map[string]string{"作品名称": FieldTitle, "作品标题": FieldTitle, "5s完播率": FieldIgnore, "2s跳出率": "bounce_rate", "粉丝净增": "followed", "粉丝增量": "followed",
			"主页访问": "visit", "主页访问量": "visit", "体裁": FieldIgnore, "审核状态": FieldIgnore}},
}

// Presets lists the presets.
func Presets() []Preset { return append([]Preset(nil), presets[:]...) }

func presetOf(id string) (*Preset, bool) {
	for i := range presets {
		if presets[i].ID == id {
			return &presets[i], true
		}
	}
	return nil, false
}

// recognise finds the preset whose own words the header has most of; nil when
// fewer than two are there.
func recognise(header []string) *Preset {
	have := map[string]bool{}
	for _, h := range header {
		have[foldHeader(h)] = true
	}
	var best *Preset
	most := 1
	for i := range presets {
		n := 0
		for _, k := range presets[i].key {
			if have[k] {
				n++
			}
		}
		if n > most {
			best, most = &presets[i], n
		}
	}
	return best
}

// words are the common names of columns, by field. The second list means the
// field less surely: such a column is shown as a question.
var words = map[string][2][]string{
	FieldTitle:     {{"标题", "文章标题", "作品标题", "视频标题", "笔记标题", "内容标题", "作品名称", "稿件标题", "稿件名称", "title", "posttitle"}, {"作品", "内容", "文章", "名称", "视频", "笔记"}},
	FieldURL:       {{"链接", "文章链接", "作品链接", "视频链接", "笔记链接", "内容链接", "内容url", "url", "link", "posturl", "网址", "地址"}, nil},
	FieldPostID:    {{"作品id", "笔记id", "文章id", "视频id", "稿件id", "bv号", "bvid", "postid", "itemid"}, {"id", "编号"}},
	FieldAccount:   {{"账号", "账号名称", "公众号", "公众号名称", "博主", "达人", "昵称", "账号昵称", "account"}, {"作者", "名字", "author"}},
	FieldPublished: {{"发布时间", "发表时间", "发布日期", "发表日期", "首次发布时间", "创建时间", "投稿时间", "publishedat", "publishtime", "published", "pubdate"}, {"时间", "日期", "date", "time"}},
	FieldObserved:  {{"采集时间", "统计时间", "统计日期", "数据时间", "数据日期", "观测时间", "抓取时间", "观察时间", "observedat"}, {"更新时间"}},
	FieldFollowers: {{"粉丝数", "粉丝量", "粉丝总数", "粉丝总量", "总粉丝数", "累积关注人数", "累计关注人数", "关注者", "followers"}, {"粉丝"}},
	"read":         {{"阅读", "阅读数", "阅读量", "阅读次数", "总阅读次数", "总阅读量", "总阅读数", "浏览量", "浏览数", "观看量", "read", "reads", "readcount", "views"}, {"观看", "浏览", "展现阅读"}},
	"reader":       {{"阅读人数", "总阅读人数"}, nil},
	"play":         {{"播放", "播放数", "播放量", "播放次数", "总播放量", "play", "plays", "playcount"}, nil},
	"like":         {{"点赞", "点赞数", "点赞量", "点赞次数", "获赞", "赞", "喜欢", "like", "likes", "likecount"}, nil},
	"comment":      {{"评论", "评论数", "评论量", "评论次数", "留言", "留言数", "回复数", "comment", "comments", "commentcount"}, nil},
	"share":        {{"分享", "分享数", "分享量", "分享次数", "总分享次数", "share", "shares", "sharecount"}, nil},
	"favorite":     {{"收藏", "收藏数", "收藏量", "收藏次数", "favorite", "favorites", "collect", "collects"}, nil},
	"repost":       {{"转发", "转发数", "转发量", "转发次数", "repost", "reposts"}, nil},
	"wow":          {{"在看", "在看数", "在看次数", "推荐数"}, nil},
	"coin":         {{"投币", "投币数", "硬币", "硬币数", "coin", "coins"}, nil},
	"danmaku":      {{"弹幕", "弹幕数", "弹幕量", "danmaku"}, nil},
	"exposure":     {{"曝光", "曝光量", "曝光数", "展现量", "展现", "推荐量", "exposure", "impressions"}, nil},
	"sent":         {{"送达人数"}, nil},
	"visit":        {{"主页访问", "主页访问量"}, nil},
	"followed":     {{"涨粉", "涨粉数", "涨粉量", "粉丝净增", "净增粉丝", "阅读后关注人数"}, {"新增粉丝", "粉丝增量", "关注"}},
	"finish_rate":  {{"完播率", "完读率", "阅读完成率"}, nil},
	"click_rate":   {{"封面点击率", "点击率"}, nil},
	"bounce_rate":  {{"2s跳出率", "跳出率"}, nil},
	"open_rate":    {{"送达阅读率", "打开率"}, nil},
	"engage_rate":  {{"互动率"}, nil},
	"avg_seconds":  {{"平均播放时长", "人均观看时长", "平均停留时长", "平均观看时长", "人均播放时长"}, nil},
}

// fieldOf guesses what a folded header means; sure is false for words that
// mean other things as well.
func fieldOf(h string) (field string, sure bool) {
	for f, lists := range words {
		for k, list := range lists {
			for _, w := range list {
				if h == w {
					return f, k == 0
				}
			}
		}
	}
	for i := range presets {
		if f := presets[i].fields[h]; f != "" {
			return f, true
		}
	}
	return "", false
}
