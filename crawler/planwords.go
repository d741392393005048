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

// why joins what is said about the next poll in Chinese and in English, as
// xuanti.FetchState keeps it.
func why(zh, en string) string { return zh + "\n" + en }

// planWords says why the next poll comes in wait.
func planWords(wait time.Duration, r *rhythm, reason planReason, boosted bool, rates *[weekHours]float64) string {
	mean := 0.0
	for _, v := range rates {
		mean += v / weekHours
	}
	zh, en := rateWords(mean)
	zh, en = waitWords(wait)+"后：平均"+zh, "in "+waitWordsEN(wait)+": brings "+en
	switch {
	case boosted:
		zh, en = zh+"，正在报道突发事件，加快", en+", faster while it tells of a burst"
	case reason == byList:
		zh, en = zh+fmt.Sprintf("，列表只有 %d 条，早看免漏", r.list), en+fmt.Sprintf(", before its list of %d rows overflows", r.list)
	case reason == byShortest:
		zh, en = zh+"，已到最短间隔", en+", the shortest interval"
	case reason == byLongest:
		zh, en = zh+"，已到最长间隔", en+", the longest interval"
	}
	return why(zh, en)
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

func waitWordsEN(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()+.5))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()+.5))
	case d < 48*time.Hour:
		return fmt.Sprintf("%.1f h", d.Hours())
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24+.5))
}

// rateWords prints items an hour in the unit in which people count them.
func rateWords(perHour float64) (zh, en string) {
	switch {
	case perHour >= 1:
		return fmt.Sprintf("每小时 %.1f 条", perHour), fmt.Sprintf("%.1f items an hour", perHour)
	case perHour*24 >= 1:
		return fmt.Sprintf("每天 %.1f 条", perHour*24), fmt.Sprintf("%.1f items a day", perHour*24)
	}
	return fmt.Sprintf("每周 %.1f 条", perHour*24*7), fmt.Sprintf("%.1f items a week", perHour*24*7)
}
