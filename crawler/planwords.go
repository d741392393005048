package crawler

import (
	"fmt"
	"time"
)

// planReason is what decided the time of the next poll.
type planReason int

const (
	byRate planReason = iota
	byList
	byShortest
	byLongest
)

// planWords says why the next poll comes in wait.
func planWords(wait time.Duration, r *rhythm, reason planReason, boosted bool, rates *[weekHours]float64) string {
	mean := 0.0
	for _, v := range rates {
		mean += v / weekHours
	}
	text := waitWords(wait) + "后：平均" + rateWords(mean)
	switch {
	case boosted:
		text += "，正在报道突发事件，加快"
	case reason == byList:
		text += fmt.Sprintf("，列表只有 %d 条，早看免漏", r.list)
	case reason == byShortest:
		text += "，已到最短间隔"
	case reason == byLongest:
		text += "，已到最长间隔"
	}
	return text
}

// waitWords prints a duration as people say it.
func waitWords(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d 秒", int(d.Seconds()+.5))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d 分钟", int(d.Minutes()+.5))
	case d < 48*time.Hour:
		return fmt.Sprintf("%.1f 小时", d.Hours())
	}
	return fmt.Sprintf("%d 天", int(d.Hours()/24+.5))
}

// rateWords prints items an hour in the unit in which people count them.
func rateWords(perHour float64) string {
	switch {
	case perHour >= 1:
		return fmt.Sprintf("每小时 %.1f 条", perHour)
	case perHour*24 >= 1:
		return fmt.Sprintf("每天 %.1f 条", perHour*24)
	}
	return fmt.Sprintf("每周 %.1f 条", perHour*24*7)
}
