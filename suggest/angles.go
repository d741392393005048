package suggest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// angle is a way to tell a story: the words that show that its facts exist, and
// the skeleton of a headline.
type angle struct {
	name     string
	cues     []string
	skeleton string // %s is the subject
}

// angles are the ways of telling that fit most stories. The facts come from the
// members: an angle without supporting members is not offered. It is only read.
var angles = [...]angle{
	{"原因", []string{"为什么", "为何", "原因", "怎么回事", "背后", "何以", "揭秘"}, "%s，背后的原因是什么"},
	{"影响", []string{"影响", "意味着", "受益", "波及", "冲击", "如何看待"}, "%s，会影响到谁"},
	{"回应", []string{"回应", "致歉", "道歉", "声明", "通报"}, "%s：各方怎么回应"},
	{"时间线", []string{"始末", "时间线", "全过程", "复盘", "最新进展", "后续"}, "一文看懂：%s的来龙去脉"},
	{"数字", nil, "用数字看%s"},
	{"实用", []string{"攻略", "指南", "怎么办", "提醒", "技巧", "教程", "如何申请", "注意事项"}, "%s，普通人要知道的几件事"},
	{"比较", []string{"对比", "相比", "哪个好", "区别", "差距", "超过去年", "同比"}, "%s，和以往有什么不同"},
	{"人物", []string{"创始人", "主角", "当事人", "专访", "讲述", "亲历", "对话"}, "%s里的人"},
	{"争议", []string{"争议", "质疑", "吐槽", "该不该", "合理吗", "引发讨论", "炮轰", "引热议"}, "%s，争的到底是什么"},
	{"辟谣", []string{"辟谣", "谣言", "不实", "真相", "别信"}, "%s，哪些是真的哪些是假的"},
}

const (
	angleMembers = 20 // the newest, that are looked at
	angleSupport = 5  // member ids kept
	angleSources = 2  // one voice is not yet an aspect of the story
)

// anglesOf are the ways to tell an event that at least two sources, or a member
// and a peer, support, with the peers that used them already.
func anglesOf(sc *scored) []xuanti.Angle {
	c := sc.c
	subject := subjectOf(c)
	peers := make([]string, len(c.Peers))
	for i := range c.Peers {
		peers[i] = nlp.Fold(c.Peers[i].Item.Title)
	}
	var out []xuanti.Angle
	for i := range angles {
		a := &angles[i]
		var support, used []string
		sources := map[string]bool{}
		for j := range c.Members[:min(angleMembers, len(c.Members))] {
			if len(support) >= angleSupport && len(sources) >= angleSources {
				break
			}
			if !a.in(sc.members[j]) && !a.in(sc.body(j)) {
				continue
			}
			if len(support) < angleSupport {
				support = append(support, c.Members[j].ID)
			}
			sources[c.Members[j].SourceID] = true
		}
		for j, t := range peers {
			if a.in(t) && !slices.Contains(used, c.Peers[j].Account.Name) {
				used = append(used, c.Peers[j].Account.Name)
			}
		}
		if len(support) > 0 && (len(sources) >= angleSources || len(used) > 0) {
			out = append(out, xuanti.Angle{Name: a.name, Title: fmt.Sprintf(a.skeleton, subject), UsedBy: used, Support: support})
		}
	}
	return out
}

// in reports whether a folded text shows the aspect. An angle without cues is
// that of the figures.
func (a *angle) in(folded string) bool {
	if a.cues == nil {
		return figure(folded)
	}
	return slices.ContainsFunc(a.cues, func(c string) bool { return strings.Contains(folded, c) })
}

// units are what makes a number a fact to tell. It is only read.
var units = [...]string{"万", "亿", "%", "倍", "元", "人", "吨", "公里", "名", "家"}

// figure reports whether a digit stands directly before a unit.
func figure(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		for _, u := range units {
			if strings.HasPrefix(s[i+1:], u) {
				return true
			}
		}
	}
	return false
}

// subjectOf is what the story is about: the shortest board wording that holds
// a key term and asks nothing, or the event's title.
func subjectOf(c *Candidate) string {
	best := strings.Trim(c.Event.Title, "# ")
	for _, p := range c.Presences {
		t := strings.Trim(p.Title, "# ")
		n := utf8.RuneCountInString(t)
		if n < 6 || n >= utf8.RuneCountInString(best) || strings.ContainsAny(t, "？?") {
			continue
		}
		folded := nlp.Fold(t)
		for _, w := range c.Event.Terms {
			if strings.Contains(folded, nlp.Fold(w)) {
				best = t
				break
			}
		}
	}
	return nlp.Shorten(strings.TrimRight(best, "。！!？?"), 22)
}
