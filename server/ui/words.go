package ui

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuanti/xuanti"
)

// StateWord names a life-cycle state in the reader's language.
func StateWord(lang string, s xuanti.State) string {
	switch s {
	case xuanti.StateNew:
		return word(lang, "新", "New")
	case xuanti.StateRising:
		return word(lang, "升", "Rising")
	case xuanti.StatePeak:
		return word(lang, "高位", "Peak")
	case xuanti.StateFalling:
		return word(lang, "落", "Falling")
	case xuanti.StateBack:
		return word(lang, "回归", "Back")
	case xuanti.StateQuiet:
		return word(lang, "平静", "Quiet")
	}
	return string(s)
}

// HeadWord names a kind of forecast.
func HeadWord(lang, head string) string {
	switch head {
	case "listed_1h":
		return word(lang, "一小时后仍在榜", "Still listed in 1 h")
	case "listed_3h":
		return word(lang, "三小时后仍在榜", "Still listed in 3 h")
	case "listed_6h":
		return word(lang, "六小时后仍在榜", "Still listed in 6 h")
	case "top10_1h":
		return word(lang, "一小时后在前十", "In the top ten in 1 h")
	case "top10_3h":
		return word(lang, "三小时后在前十", "In the top ten in 3 h")
	case "top10_6h":
		return word(lang, "六小时后在前十", "In the top ten in 6 h")
	case "grow_3h":
		return word(lang, "三小时后热度值高出五分之一", "Its figure a fifth higher in 3 h")
	case "spread_6h":
		return word(lang, "六小时内到三个平台", "Reaches three platforms within 6 h")
	}
	return head
}

// RegroupWord names what a person did to the grouping.
func RegroupWord(lang string, k xuanti.RegroupKind) string {
	switch k {
	case xuanti.RegroupMerge:
		return word(lang, "合并", "merged")
	case xuanti.RegroupMergeTopics:
		return word(lang, "合并话题", "topics merged")
	case xuanti.RegroupSplitTopic:
		return word(lang, "拆分话题", "topic split")
	case xuanti.RegroupSplit:
		return word(lang, "拆分", "split")
	case xuanti.RegroupPin, xuanti.RegroupPinTopic:
		return word(lang, "固定", "pinned")
	case xuanti.RegroupUnpin, xuanti.RegroupUnpinTopic:
		return word(lang, "取消固定", "unpinned")
	}
	return string(k)
}

// RiskWord names what a topic needs care for.
func RiskWord(lang string, r xuanti.Risk) string {
	if lang != "en" {
		return r.Label
	}
	switch r.Rule {
	case "casualty":
		return "casualties"
	case "minor":
		return "minors"
	case "medical":
		return "health"
	case "finance":
		return "investments"
	case "politics":
		return "politics"
	case "military":
		return "military"
	case "faith":
		return "faith"
	case "justice":
		return "open court case"
	case "privacy":
		return "privacy"
	case "rumour":
		return "unproven"
	case "refuted":
		return "refuted"
	case "single_source":
		return "one platform only"
	}
	return r.Label
}

// HealthWord names the health of a source.
func HealthWord(lang string, h xuanti.HealthState) string {
	switch h {
	case xuanti.HealthNew:
		return word(lang, "待抓取", "New")
	case xuanti.HealthOK:
		return word(lang, "正常", "OK")
	case xuanti.HealthSlow:
		return word(lang, "较慢", "Slow")
	case xuanti.HealthMoved:
		return word(lang, "已搬走", "Moved")
	case xuanti.HealthFailing:
		return word(lang, "失效", "Failing")
	case xuanti.HealthStale:
		return word(lang, "停更", "Stale")
	case xuanti.HealthPaused:
		return word(lang, "暂停", "Paused")
	case xuanti.HealthGone:
		return word(lang, "已下线", "Gone")
	}
	return string(h)
}

// SourceEventWord names what became of a source.
func SourceEventWord(lang string, k xuanti.SourceEventKind) string {
	switch k {
	case xuanti.SourceFailing:
		return HealthWord(lang, xuanti.HealthFailing)
	case xuanti.SourceStale:
		return HealthWord(lang, xuanti.HealthStale)
	case xuanti.SourceWentGone:
		return HealthWord(lang, xuanti.HealthGone)
	case xuanti.SourceMoved:
		return HealthWord(lang, xuanti.HealthMoved)
	case xuanti.SourceRecovered:
		return word(lang, "恢复", "Recovered")
	}
	return string(k)
}

// DeliveryWord names the progress of a delivery.
func DeliveryWord(lang string, d xuanti.DeliveryState) string {
	switch d {
	case xuanti.DeliveryPending:
		return word(lang, "等待", "Pending")
	case xuanti.DeliveryDelivered:
		return word(lang, "已送达", "Delivered")
	case xuanti.DeliveryFailed:
		return word(lang, "失败", "Failed")
	case xuanti.DeliveryUncertain:
		return word(lang, "不确定", "Uncertain")
	}
	return string(d)
}

// CountWord names a count of a post.
func CountWord(lang, name string) string {
	switch name {
	case "read":
		return word(lang, "阅读", "reads")
	case "like":
		return word(lang, "赞", "likes")
	case "comment":
		return word(lang, "评论", "comments")
	case "share":
		return word(lang, "分享", "shares")
	case "repost":
		return word(lang, "转发", "reposts")
	case "favorite":
		return word(lang, "收藏", "saves")
	case "play":
		return word(lang, "播放", "plays")
	case "coin":
		return word(lang, "投币", "coins")
	case "danmaku":
		return word(lang, "弹幕", "danmaku")
	case "engagement":
		return word(lang, "互动", "engagement")
	case "followers":
		return word(lang, "粉丝", "followers")
	case "exposure":
		return word(lang, "曝光", "exposures")
	case "reader":
		return word(lang, "阅读人数", "readers")
	case "wow":
		return word(lang, "在看", "wows")
	case "sent":
		return word(lang, "送达", "sent to")
	case "visit":
		return word(lang, "主页访问", "visits")
	case "followed":
		return word(lang, "涨粉", "followers won")
	case "finish_rate":
		return word(lang, "完播完读率", "finished")
	case "click_rate":
		return word(lang, "点击率", "clicked")
	case "bounce_rate":
		return word(lang, "跳出率", "bounced")
	case "open_rate":
		return word(lang, "打开率", "opened")
	case "engage_rate":
		return word(lang, "互动率", "engaged")
	case "avg_seconds":
		return word(lang, "平均时长", "average time")
	}
	return name
}

// FieldWord names what a column of an imported file can be.
func FieldWord(lang, field string) string {
	switch field {
	case "title":
		return word(lang, "标题", "title")
	case "url":
		return word(lang, "链接", "link")
	case "post_id":
		return word(lang, "作品 ID", "post id")
	case "account":
		return word(lang, "账号", "account")
	case "published_at":
		return word(lang, "发布时间", "published")
	case "observed_at":
		return word(lang, "数据时间", "observed")
	case "", "-":
		return word(lang, "不导入", "leave out")
	}
	return CountWord(lang, field)
}

// ImportWord names how far an import has come.
func ImportWord(lang string, s xuanti.ImportState) string {
	switch s {
	case xuanti.ImportPreview:
		return word(lang, "待确认", "to confirm")
	case xuanti.ImportRunning:
		return word(lang, "未完成", "unfinished")
	case xuanti.ImportUndone:
		return word(lang, "已撤销", "undone")
	}
	return word(lang, "已导入", "imported")
}

// ProvenanceWord names where a count comes from.
func ProvenanceWord(lang, p string) string {
	switch {
	case p == "feed":
		return word(lang, "订阅源", "feed")
	case p == "board":
		return word(lang, "榜单", "board")
	case p == "api":
		return word(lang, "接口推送", "API")
	case p == "manual":
		return word(lang, "手工填写", "by hand")
	case p == "demo":
		return word(lang, "演示", "demo")
	case strings.HasPrefix(p, "import:"):
		return word(lang, "文件导入", "file import")
	}
	return p
}

// Amount prints the value of a count in its unit.
func Amount(lang, name string, v int64) string {
	switch u, _ := xuanti.CountUnit(name); u {
	case xuanti.UnitShare:
		return strings.TrimSuffix(strconv.FormatFloat(float64(v)/100, 'f', 1, 64), ".0") + "%"
	case xuanti.UnitSeconds:
		return word(lang, fmt.Sprintf("%d 秒", v), fmt.Sprintf("%d s", v))
	}
	return Number(lang, v)
}

// ReasonWord names a part of a search hit's score: the term, what it came in as
// and where it stands, or the factor.
func ReasonWord(lang, kind, term, zone string) string {
	switch kind {
	case "coverage":
		return word(lang, "覆盖", "coverage")
	case "fresh":
		return word(lang, "新鲜", "fresh")
	case "pair":
		term += word(lang, "（字对）", " (pair)")
	case "synonym":
		term += word(lang, "（同义词）", " (synonym)")
	case "pinyin":
		term += word(lang, "（拼音）", " (pinyin)")
	}
	switch zone {
	case "title":
		zone = word(lang, "标题", "title")
	case "lead":
		zone = word(lang, "开头", "lead")
	case "text":
		zone = word(lang, "正文", "text")
	case "lead+text":
		zone = word(lang, "开头和正文", "lead and text")
	}
	return term + " " + zone
}

// KindWord names the kind of an item or a source.
func KindWord(lang, kind string) string {
	switch kind {
	case "article":
		return word(lang, "文章", "article")
	case "post":
		return word(lang, "账号发布", "post")
	case "entry":
		return word(lang, "榜单", "board entry")
	case "feed":
		return word(lang, "订阅源", "feed")
	case "board":
		return word(lang, "热榜", "board")
	case "page":
		return word(lang, "网页", "page")
	}
	return kind
}

// CheckWord names a part of the program that is checked.
func CheckWord(lang, name string) string {
	switch name {
	case "store":
		return word(lang, "数据库", "store")
	case "index":
		return word(lang, "搜索索引", "search index")
	}
	return name
}
