package engine

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend"
)

// sighting is what the burst detector sees of an item: its words, the unknown
// strings that already behave like one, and the story it tells.
func (e *Engine) sighting(it *xuanti.Item, a *nlp.Analysis) trend.Sighting {
	var terms []string
	for _, t := range append(append([]string(nil), a.Terms...), e.state.words.Candidates(a.Title)...) {
		if canTrend(t) {
			terms = append(terms, t)
		}
	}
	voice := it.Platform
	if voice == xuanti.PlatformNews {
		voice = it.SourceID
	}
	return trend.Sighting{At: it.SeenAt, Story: it.EventID, Source: voice, Terms: terms, Title: it.Title}
}

// clockWords name a time; they come and go with the clock, not with the news.
var clockWords = map[string]bool{
	"今天": true, "今日": true, "今晚": true, "昨天": true, "昨日": true, "昨晚": true, "明天": true, "明日": true, "上午": true, "中午": true, "下午": true,
	"晚上": true, "凌晨": true, "早上": true, "周末": true, "周一": true, "周二": true, "周三": true, "周四": true, "周五": true, "周六": true, "周日": true,
	"星期一": true, "星期二": true, "星期三": true, "星期四": true, "星期五": true, "星期六": true, "星期日": true, "早报": true, "晚报": true, "全部": true,
}

// canTrend leaves out what says nothing by itself: numbers with or without a
// unit, dates, and words for times. Names with letters and digits stay.
func canTrend(term string) bool {
	if clockWords[term] {
		return false
	}
	digits, letters, others := 0, 0, 0
	for _, r := range term {
		switch {
		case unicode.IsDigit(r):
			digits++
		case r < utf8.RuneSelf && unicode.IsLetter(r):
			letters++
		default:
			others++
		}
	}
	return digits == 0 || letters >= 2 || letters == 1 && others >= 2 || digits == 1 && others >= 3
}

// burstKey names a burst.
type burstKey struct {
	term    string
	started int64
}

func keyOf(b *xuanti.Burst) burstKey { return burstKey{b.Term, xuanti.Millis(b.StartedAt)} }

func (k burstKey) compare(o burstKey) int {
	return cmp.Or(strings.Compare(k.term, o.term), cmp.Compare(k.started, o.started))
}

// burst records a term that starts, grows or ends.
func (e *Engine) burst(c *change, b xuanti.Burst) {
	k := keyOf(&b)
	_, on := e.state.burstsOn[k]
	if b.EndedAt.IsZero() {
		e.state.burstsOn[k] = b
	} else {
		delete(e.state.burstsOn, k)
	}
	c.bursts = append(c.bursts, b)
	if !on && b.EndedAt.IsZero() {
		c.say(b.At, "term.bursting", termView(b))
	}
}
