package ui

import "github.com/xuanti/xuanti"

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

// HealthWord names the health of a source.
func HealthWord(lang string, h xuanti.HealthState) string {
	switch h {
	case xuanti.HealthNew:
		return word(lang, "待抓取", "New")
	case xuanti.HealthOK:
		return word(lang, "正常", "OK")
	case xuanti.HealthFailing:
		return word(lang, "失败", "Failing")
	case xuanti.HealthStale:
		return word(lang, "过期", "Stale")
	case xuanti.HealthPaused:
		return word(lang, "暂停", "Paused")
	case xuanti.HealthGone:
		return word(lang, "已失效", "Gone")
	}
	return string(h)
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
	case "share", "repost":
		return word(lang, "转发", "shares")
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
	}
	return name
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
