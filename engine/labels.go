package engine

import (
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

// Platforms maps platform ids to their Chinese names.
func (e *Engine) Platforms() map[string]string {
	out := map[string]string{xuanti.PlatformNews: "新闻", "wechat": "公众号", "xiaohongshu": "小红书", "douyin": "抖音", "weibo": "微博", "bilibili": "哔哩哔哩", "kuaishou": "快手", "channels": "视频号"}
	for _, b := range e.boards.All() {
		if _, ok := out[b.Platform]; !ok {
			out[b.Platform] = b.Name
		}
	}
	return out
}

// boardPlatform is the platform of a board. One that nobody describes, as in an
// archive, is a platform by itself.
func (e *Engine) boardPlatform(id string) string {
	if b, err := e.boards.Board(id); err == nil {
		return b.Platform
	}
	return id
}

func (e *Engine) boardName(id string) string {
	if b, err := e.boards.Board(id); err == nil {
		return b.Name
	}
	return id
}
