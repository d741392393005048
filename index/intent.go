package index

import (
	"math"
	"strings"
	"time"

	"github.com/xuanti/xuanti/nlp"
)

// The intents of a search: how much it matters that a hit is fresh.
const (
	IntentNews    = "news"    // recent documents rise a little
	IntentNow     = "now"     // something is happening: hours count
	IntentArchive = "archive" // the past is meant: age does not count
)

// nowWords and pastWords are what people add to a query to say which they mean.
const (
	nowWords  = " 今天 今日 今晚 今早 刚刚 现在 最新 最新消息 目前 此刻 实时 突发 快讯 正在 "
	pastWords = " 历年 往年 去年 前年 当年 历史 历史上 回顾 盘点 曾经 往届 历届 旧闻 "
)

// intentOf reads the intent from the words of a query.
func intentOf(texts []Expr, seg segmenter) string {
	for _, e := range texts {
		w, ok := e.(Words)
		if !ok {
			continue
		}
		for _, term := range w.Terms {
			for _, t := range seg.Segment(nlp.Fold(term)) {
				switch word := " " + t.Text + " "; {
				case strings.Contains(nowWords, word):
					return IntentNow
				case strings.Contains(pastWords, word):
					return IntentArchive
				}
			}
		}
	}
	return IntentNews
}

// bags are the bags of words of an expression, without what stands below NOT.
func bags(e Expr) []Expr {
	var parts []Expr
	switch x := e.(type) {
	case Words:
		return []Expr{x}
	case And:
		parts = x.Parts
	case Or:
		parts = x.Parts
	}
	var out []Expr
	for _, p := range parts {
		out = append(out, bags(p)...)
	}
	return out
}

// freshness is how much a document gains by its age in hours: a table, since
// it is asked for every match. A gain stays below what a clearly better match
// has ahead.
type freshness struct {
	now  int64 // milliseconds; 0 is no gain at all
	gain []float32
}

const freshHours = 30 * 24 // older documents gain nothing

func newFreshness(intent string, now time.Time) freshness {
	gain, decay := 0.3, 72.0 // hours
	switch {
	case now.IsZero() || intent == IntentArchive:
		return freshness{}
	case intent == IntentNow:
		gain, decay = 0.6, 12
	}
	f := freshness{now: now.UnixMilli(), gain: make([]float32, freshHours)}
	for h := range f.gain {
		f.gain[h] = float32(1 + gain*math.Exp(-float64(h)/decay))
	}
	return f
}

// of is the factor of a document of the given time.
func (f *freshness) of(at int64) float32 {
	if f.now == 0 || at == 0 {
		return 1
	}
	if h := max(f.now-at, 0) / int64(time.Hour/time.Millisecond); h < freshHours {
		return f.gain[h]
	}
	return 1
}
