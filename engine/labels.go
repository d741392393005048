package engine

import (
	"fmt"
	"time"

	"github.com/xuanti/xuanti"
)

// stateLabel is the Chinese name of a state.
func stateLabel(s xuanti.State) string {
	switch s {
	case xuanti.StateNew:
		return "新"
	case xuanti.StateRising:
		return "升"
	case xuanti.StatePeak:
		return "高位"
	case xuanti.StateFalling:
		return "落"
	case xuanti.StateBack:
		return "回归"
	case xuanti.StateQuiet:
		return "平静"
	}
	return string(s)
}

func stageLabel(s xuanti.Stage) string {
	switch s {
	case xuanti.StageFirst:
		return "首次命中"
	case xuanti.StageRising:
		return "开始上升"
	case xuanti.StageDoubled:
		return "热度翻倍"
	case xuanti.StageSpread:
		return "扩散到三个平台"
	case xuanti.StageRefuted:
		return "出现辟谣"
	case xuanti.StageOfficial:
		return "权威来源跟进"
	}
	return string(s)
}

func verdictLabel(v string) string {
	switch v {
	case "viral":
		return "爆款"
	case "strong":
		return "高于平常"
	case "usual":
		return "正常"
	case "weak":
		return "低于平常"
	}
	return "无数据"
}

// healthText says in words how a source is.
func healthText(s *xuanti.Source, now time.Time) string {
	f := &s.Fetch
	switch s.Health(now) {
	case xuanti.HealthNew:
		return "还没有抓取过"
	case xuanti.HealthPaused:
		return "已暂停"
	case xuanti.HealthGone:
		return "服务器说它已永久下线（410），已停止抓取"
	case xuanti.HealthFailing:
		if f.LastSuccess.IsZero() {
			return fmt.Sprintf("从未成功，连续失败 %d 次：%s", f.Failures, f.LastError)
		}
		return fmt.Sprintf("连续失败 %d 次，上次成功 %s前：%s", f.Failures, spanText(now.Sub(f.LastSuccess)), f.LastError)
	case xuanti.HealthStale:
		return fmt.Sprintf("已 %s没有成功抓取，内容不是最新", spanText(now.Sub(f.LastSuccess)))
	}
	return fmt.Sprintf("正常，%s前抓取 %d 条，新增 %d 条", spanText(now.Sub(f.LastSuccess)), f.LastItems, f.LastNew)
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

// Platforms maps platform ids to their Chinese names.
func (e *Engine) Platforms() map[string]string {
	out := map[string]string{"rss": "资讯订阅", "news": "新闻", "wechat": "公众号", "xiaohongshu": "小红书", "douyin": "抖音", "weibo": "微博", "bilibili": "哔哩哔哩", "kuaishou": "快手", "channels": "视频号"}
	for _, b := range e.boards.All() {
		if _, ok := out[b.Platform]; !ok {
			out[b.Platform] = b.Name
		}
	}
	return out
}

func (e *Engine) boardName(id string) string {
	if b, err := e.boards.Board(id); err == nil {
		return b.Name
	}
	return id
}
