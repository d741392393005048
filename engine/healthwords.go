package engine

import (
	"fmt"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/health"
)

// healthText says in Chinese and English how a source is.
func healthText(s *xuanti.Source, now time.Time) (zh, en string) {
	f := &s.Fetch
	good := now.Sub(f.LastSuccess)
	switch s.Health(now) {
	case xuanti.HealthNew:
		return "还没有抓取过", "not read yet"
	case xuanti.HealthPaused:
		return "已暂停", "paused"
	case xuanti.HealthGone:
		return "服务器说它已永久下线（410），已停止抓取", "the server says that it is gone for good (410); no longer polled"
	case xuanti.HealthFailing:
		zh, en = fmt.Sprintf("连续失败 %d 次", f.Failures), fmt.Sprintf("failed %d times in a row", f.Failures)
		if !f.FailingSince.IsZero() {
			zh, en = zh+"（"+stampText(f.FailingSince, now)+" 起）", en+" since "+stampText(f.FailingSince, now)
		}
		if f.LastSuccess.IsZero() {
			zh, en = "从未成功，"+zh, "never worked, "+en
		} else {
			zh, en = zh+fmt.Sprintf("，上次成功 %s前", spanText(good)), en+", last good "+spanTextEN(good)+" ago"
		}
		return zh + "：" + f.LastError, en + ": " + health.CauseText(f.Cause)
	case xuanti.HealthStale:
		if f.QuietSince.IsZero() {
			return fmt.Sprintf("已 %s没有抓取，内容不是最新", spanText(good)), "not read for " + spanTextEN(good) + "; what it shows is old"
		}
		quiet := now.Sub(f.QuietSince)
		return fmt.Sprintf("能打开，但 %s没有任何变化，远超平常", spanText(quiet)), "answers, but nothing has changed for " + spanTextEN(quiet) + ", far longer than usual"
	case xuanti.HealthSlow:
		return fmt.Sprintf("正常但很慢，最近一次用了 %.1f 秒", f.Latency.Seconds()), fmt.Sprintf("works, but slowly: the last answer took %.1f s", f.Latency.Seconds())
	case xuanti.HealthMoved:
		return fmt.Sprintf("正常，但服务器说它已永久搬走（第 %d 次），确认后会自动改地址", f.MovedCount), fmt.Sprintf("works, but has moved for good (seen %d times); the address is updated once that is certain", f.MovedCount)
	}
	return fmt.Sprintf("正常，%s前抓取 %d 条，新增 %d 条", spanText(good), f.LastItems, f.LastNew),
		fmt.Sprintf("fine: %d rows %s ago, %d of them new", f.LastItems, spanTextEN(good), f.LastNew)
}

// healthSince is when the present state began, where that is known.
func healthSince(s *xuanti.Source, now time.Time) *time.Time {
	var t time.Time
	switch s.Health(now) {
	case xuanti.HealthFailing, xuanti.HealthGone:
		t = s.Fetch.FailingSince
	case xuanti.HealthStale:
		if t = s.Fetch.QuietSince; t.IsZero() {
			t = s.Fetch.LastSuccess
		}
	}
	return dated(t)
}

// healthAdvice says what to do, "" when nothing.
func healthAdvice(s *xuanti.Source, now time.Time) (zh, en string) {
	switch s.Health(now) {
	case xuanti.HealthFailing, xuanti.HealthGone:
		return health.Advice(s.Fetch.Cause, s.Kind)
	case xuanti.HealthStale:
		if s.Fetch.QuietSince.IsZero() {
			return "程序没有按时抓取：查看运行状态和日志", "Polls are overdue: look at status and log"
		}
		return staleAdvice()
	case xuanti.HealthSlow:
		return "对方响应慢：不影响使用；长期如此可把间隔调长", "Their answers are slow: nothing is lost; lengthen the interval if it lasts"
	}
	return "", ""
}

func staleAdvice() (zh, en string) {
	return "在浏览器里打开看看：可能停更、改版，或给机器的是旧缓存；可换来源或改地址", "Open it in a browser: it may have stopped, changed, or serve machines an old copy; replace it or edit the address"
}

func eventAdvice(ev *xuanti.SourceEvent, kind xuanti.SourceKind) (zh, en string) {
	if ev.Kind == xuanti.SourceStale {
		return staleAdvice()
	}
	return health.Advice(ev.Cause, kind)
}

// eventWords says what became of a source.
func eventWords(ev *xuanti.SourceEvent) (zh, en string) {
	span := ev.At.Sub(ev.Since)
	switch ev.Kind {
	case xuanti.SourceFailing:
		return fmt.Sprintf("%s 起失效：%s", stampText(ev.Since, ev.At), ev.Detail), "failing since " + stampText(ev.Since, ev.At) + ": " + health.CauseText(ev.Cause)
	case xuanti.SourceStale:
		return fmt.Sprintf("%s没有任何变化，远超平常", spanText(span)), "nothing has changed for " + spanTextEN(span) + ", far longer than usual"
	case xuanti.SourceWentGone:
		return "服务器说它已永久下线（410），已停止抓取", "gone for good (410), no longer polled"
	case xuanti.SourceRecovered:
		return fmt.Sprintf("已恢复，中断了 %s", spanText(span)), "works again after " + spanTextEN(span)
	case xuanti.SourceMoved:
		return "已永久搬走，地址改为 " + ev.Detail, "moved for good, now at " + ev.Detail
	}
	return string(ev.Kind), string(ev.Kind)
}

// nextWhy says why the next poll is when it is.
func nextWhy(s *xuanti.Source, now time.Time) (zh, en string) {
	f := &s.Fetch
	zh, en, _ = strings.Cut(f.Why, "\n")
	switch {
	case s.State == xuanti.SourcePaused:
		return "已暂停，不会抓取", "paused"
	case s.State == xuanti.SourceGone:
		return "已下线，不再抓取", "gone"
	case !f.NextAt.After(now):
		return "已到时间，排队中", "due now"
	case zh != "":
		if en == "" { // written by a version that knew no English
			en = spanTextEN(f.NextAt.Sub(f.LastAttempt)) + " after the last poll"
		}
		return zh, en
	case f.LastError != "":
		return fmt.Sprintf("连续失败 %d 次，逐次拉长等待", f.Failures), fmt.Sprintf("waits longer after each of %d failures in a row", f.Failures)
	case f.NextAt.Sub(f.LastAttempt) > s.Interval+s.Interval/5:
		return "服务器要求晚些再来", "the server asked to come later"
	}
	return "按设定的间隔", "the wanted interval"
}

// stampText is a time in China, with its date when it is another day than now.
func stampText(t, now time.Time) string {
	t, now = t.In(xuanti.Shanghai), now.In(xuanti.Shanghai)
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("01-02 15:04")
}

// spanText says a duration in Chinese, coarsely.
func spanText(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "不到 1 分钟"
	case d < time.Hour:
		return fmt.Sprintf("%d 分钟", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d 小时", int(d.Hours()))
	}
	return fmt.Sprintf("%d 天", int(d.Hours()/24))
}

func spanTextEN(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
