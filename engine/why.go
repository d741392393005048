package engine

import (
	"fmt"
	"time"

	"github.com/xuanti/xuanti"
)

// eventWhy says in sentences, with their figures, why an event is where it is:
// the same ones in Chinese and in English.
func eventWhy(v *EventView, now time.Time) (zh, en []string) {
	say := func(inChinese, inEnglish string) { zh, en = append(zh, inChinese), append(en, inEnglish) }
	if n := len(v.Presences); n > 0 {
		best := v.Presences[0]
		if n == 1 {
			say(fmt.Sprintf("%s第 %d 位", best.BoardName, best.Rank), fmt.Sprintf("no. %d on %s", best.Rank, best.BoardName))
		} else {
			say(fmt.Sprintf("%d 个榜单同时在列，最高%s第 %d 位", n, best.BoardName, best.Rank), fmt.Sprintf("on %d boards at once, at best no. %d on %s", n, best.Rank, best.BoardName))
		}
	} else if n := len(v.Platforms); n > 0 {
		say(fmt.Sprintf("不在任何榜单，%d 个平台有报道", n), fmt.Sprintf("on no board; told on %s", many(n, "platform")))
	}
	if d, ok := heatChange(v.Curve, now); ok && (d >= 2 || d <= -2) {
		say(fmt.Sprintf("1 小时内热度 %+.0f", d), fmt.Sprintf("heat %+.0f within an hour", d))
	}
	if age := now.Sub(v.FirstAt); age < 48*time.Hour {
		say(spanText(age)+"前首次出现", "first seen "+spanTextEN(age)+" ago")
	} else {
		say("已持续 "+spanText(age), "has lasted "+spanTextEN(age))
	}
	if v.Copies > 0 {
		say(fmt.Sprintf("%d 条报道，另有 %d 次转载", v.Items, v.Copies), fmt.Sprintf("%s and %s", many(v.Items, "report"), many(v.Copies, "reprint")))
	} else if v.Items > 1 {
		say(fmt.Sprintf("%d 条内容", v.Items), many(v.Items, "item"))
	}
	if p := v.Odds.Stay; p != nil && len(v.Presences) > 0 {
		text, textEN := chance(*p)
		say("3 小时后仍在榜的概率 "+text, "still listed in 3 h: "+textEN)
	}
	if l := v.Odds.Lift; l != nil && *l >= 1.5 && v.State != xuanti.StateFalling {
		say(fmt.Sprintf("上升可能是同榜平均的 %.1f 倍", *l), fmt.Sprintf("%.1f times as likely to grow as its board's mean", *l))
	}
	return zh, en
}

// topicWhy says why a topic is where it is, by the figures of its own row.
func topicWhy(v *TopicView, now time.Time) (zh, en []string) {
	e := EventView{State: v.State, Presences: v.Presences, Platforms: v.Platforms, Curve: v.Curve, FirstAt: v.FirstAt, Items: v.Items, Copies: v.Copies, Odds: v.Odds}
	zh, en = eventWhy(&e, now)
	if v.EventCount > 1 {
		zh, en = append(zh, fmt.Sprintf("包含 %d 个事件", v.EventCount)), append(en, many(v.EventCount, "event"))
	}
	return zh, en
}

// chance prints a probability; nothing that is forecast is certain.
func chance(p float64) (zh, en string) {
	switch {
	case p > 0.99:
		return "超过 99%", "more than 99%"
	case p < 0.01:
		return "不到 1%", "less than 1%"
	}
	text := fmt.Sprintf("%.0f%%", p*100)
	return text, text
}

// many is a count of things in English.
func many(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
