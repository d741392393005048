package nlp

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/xuanti/xuanti/nlp/dict"
)

// Inverse document frequencies where the table is silent, in nats as there.
const (
	maxIDF    = 13.9 // of a word in one document; unknown words are the news
	numberIDF = 8.0  // a bare number tells little without its unit
	dateIDF   = 6.0
)

// IDF is the inverse document frequency of a folded word in general Chinese
// text, 0 to 13.9. A word that the table lacks gets the maximum: it is new, not
// meaningless (gse would give it 0). Numbers and dates get fixed middle values.
func (a *Analyzer) IDF(word string) float64 {
	if v, ok := a.tables.idf[word]; ok {
		return float64(v)
	}
	if word == "" {
		return 0
	}
	if c := word[0]; c >= '0' && c <= '9' || strings.HasPrefix(word, "第") {
		if _, ok := parseNumeral(word); ok {
			return numberIDF
		}
	}
	if isDateWord(word) {
		return dateIDF
	}
	if _, ok := parseHan(word); ok {
		return numberIDF
	}
	return maxIDF
}

func isDateWord(word string) bool {
	for _, unit := range [...]string{"年", "月", "日", "号", "时", "月份"} {
		if stem, ok := strings.CutSuffix(word, unit); ok {
			if _, ok := parseNumeral(stem); ok {
				return true
			}
		}
	}
	return false
}

// boilerplate are words that platforms and headlines put everywhere: they tell
// nothing about the matter.
const boilerplate = `转发 视频 网友 回应 微博 超话 全文 展开 收起 点击 查看 点击查看 详情 链接 网页链接 原文 图文 图片 组图 来源 编辑 责编 记者 通讯员 报道 消息 讯 据悉
获悉 了解到 近日 日前 今日 今天 昨日 昨天 明天 目前 最新 最新消息 快讯 突发 刚刚 重磅 独家 热搜 热议 引热议 关注 引发 引发关注 冲上热搜 登上热搜 话题 曝光 直播 回放 播放 点赞 评论 收藏 分享
表示 称 据 发布 宣布 发文 正式 官方 官宣 回复 怎么 如何 为何 为什么 什么 多少 是否 竟然 居然 原来 到底 究竟 终于 真的 这样 这么 怎样 怎么样 怎么回事 什么梗 什么意思 你怎么看 该不该 能不能 会不会 有没有
男子 女子 网传 一个 一次 一名 一位 两个 多个 多名 相关 进行 成为 出现 可能 可以 开始 已经 没有 不要 不能 我们 他们 你们 自己 大家 我国 the of and to in for on is at with a an by from http https www com cn html t.cn`

// notStop are words of gse's list that carry meaning in headlines.
const notStop = `保险 保管 叮咚 叮当 个人 传说 传闻 充分 光 冲 公然 全力 全都 历 初 别人 凝神 八成 串行 传 达旦 单纯 大量 大张旗鼓 奋勇 屡次 独自 隔夜 隔日 立马 敞开儿 老 老大 老老实实 顺 普通 暗地里 白 白白 连日 连日来 迫于 风雨无阻 高低 高兴 今年 今后 明年 去年 前后 主张 主要 严格 严重 继续 维持 看到 看来 认为 认真 认识 练习 组成 结合 绝对 联系 联袂 特殊 特点 突出 突然 明显 明确 显著 显然 普遍 有力 有效 有利 有着 更加 来自 来看 根据 构成 欢迎 正常 正在 比较 沿着 深入 清楚 满足 演奏 状态 现在 现代 理应 直接 相信 相反 相同 相对 相应 相当 看见 真正 确定 社会主义 移动 积极 立即 立刻 竟然 企图 使用 促进 保持 保障 先后 先生 全体 全面 公布 共同 具体 具有 准备 凝聚 切实 加入 加强 取得 合理 坚决 坚持 基本 失去 好象 完成 完全 实现 宣布 容易 密切 对应 对待 尽管 巨大 左右 巩固 广大 广泛 应当 应用 开展 引起 强烈 强调 形成 得到 心里 必然 忽然 怎样 愿意 成年 战斗 所有 扩大 掌握 接着 接著 整个 方便 方面 无法 日益 日臻 日见 显示 转动 转变 转贴 运用 迅速 适应 适当 适用 这些 进入 进步 造成 遇到 遭到 遵循 遵照 避免 部分 采取 重大 重新 重要 长期 附近 限制 除外 集中 需要`

var stopWords = sync.OnceValue(func() map[string]struct{} {
	list, err := dict.Read("stop.txt.gz")
	if err != nil {
		panic("nlp: " + err.Error()) // embedded and covered by a test
	}
	stop := make(map[string]struct{}, 1600)
	for _, w := range strings.Fields(list) {
		stop[w] = struct{}{}
	}
	for _, w := range strings.Fields(notStop) {
		delete(stop, w)
	}
	for _, w := range strings.Fields(boilerplate) {
		stop[w] = struct{}{}
	}
	return stop
})

// IsStop says whether a folded word is a function word, a mark, or boilerplate
// of platforms and headlines (转发, 视频, 网友, 回应).
func IsStop(word string) bool {
	_, ok := stopWords()[word]
	return ok
}

// isTerm says whether a token is worth comparing texts by: not a stop word or
// mark, and two runes and more, or Latin.
func isTerm(t *Token) bool {
	switch t.POS {
	case "w", "":
		if t.POS == "w" {
			return false
		}
	case "m":
		if len(t.Text) < 2 || strings.IndexByte("0123456789", t.Text[0]) < 0 {
			return false
		}
	case "uj", "ul", "ud", "uv", "uz", "ug", "y", "e", "c", "p":
		return false
	}
	if len(t.Text) < 2 || len(t.Text) <= utf8.UTFMax && utf8.RuneCountInString(t.Text) < 2 {
		return false
	}
	return !IsStop(t.Text)
}
