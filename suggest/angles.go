package suggest

import (
	"fmt"
	"strings"

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
// members: an angle without supporting members is not offered.
var angles = [...]angle{
	{"原因", []string{"为什么", "为何", "原因", "怎么回事", "背后", "何以", "揭秘"}, "%s，背后的原因是什么"},
	{"影响", []string{"影响", "意味着", "将会", "受益", "波及", "冲击", "改变", "如何看待"}, "%s，会影响到谁"},
	{"回应", []string{"回应", "致歉", "道歉", "声明", "通报", "公告", "官方"}, "%s：各方怎么回应"},
	{"时间线", []string{"始末", "时间线", "全过程", "复盘", "最新", "进展", "后续"}, "一文看懂：%s的来龙去脉"},
	{"数字", []string{"万", "亿", "%", "倍", "元", "排名", "数据"}, "用数字看%s"},
	{"实用", []string{"攻略", "指南", "如何", "怎么办", "注意", "提醒", "技巧", "方法", "申请"}, "%s，普通人要知道的几件事"},
	{"比较", []string{"对比", "相比", "vs", "哪个好", "区别", "差距", "超过", "首次"}, "%s，和以往有什么不同"},
	{"人物", []string{"他", "她", "创始人", "主角", "当事人", "专访", "讲述", "亲历"}, "%s里的人"},
	{"争议", []string{"争议", "质疑", "吐槽", "热议", "该不该", "合理吗", "引发讨论", "炮轰"}, "%s，争的到底是什么"},
	{"辟谣", []string{"辟谣", "谣言", "不实", "真相", "别信"}, "%s，哪些是真的哪些是假的"},
}

// Angles gives the ways to tell an event that its members support, with the
// peers that used them already.
func Angles(c Candidate) []xuanti.Angle {
	subject := subjectOf(c)
	var out []xuanti.Angle
	for _, a := range angles {
		var support []string
		sources := map[string]bool{}
		for i := range c.Members {
			m := &c.Members[i]
			if a.in(m.Title) || a.in(firstRunes(m.Text, 200)) {
				if len(support) < 5 {
					support = append(support, m.ID)
				}
				sources[m.SourceID] = true
			}
		}
		if len(support) == 0 {
			continue
		}
		var used []string
		for _, p := range c.Peers {
			if a.in(p.Item.Title) && !has(used, p.Account.Name) {
				used = append(used, p.Account.Name)
			}
		}
		if len(sources) < 2 && len(used) == 0 {
			continue // one voice is not yet an aspect of the story
		}
		out = append(out, xuanti.Angle{Name: a.name, Title: fmt.Sprintf(a.skeleton, subject), UsedBy: used, Support: support})
	}
	return out
}

func (a *angle) in(text string) bool {
	t := nlp.Fold(text)
	for _, c := range a.cues {
		if strings.Contains(t, c) {
			return true
		}
	}
	return false
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// subjectOf is what the story is about: the shortest board wording that holds
// a key term, or the event's title.
func subjectOf(c Candidate) string {
	best := strings.Trim(c.Event.Title, "#")
	for _, p := range c.Presences {
		t := strings.Trim(p.Title, "#")
		if n := len([]rune(t)); n >= 6 && n < len([]rune(best)) && !strings.ContainsAny(t, "？?") {
			best = t
		}
	}
	return firstRunes(strings.TrimRight(best, "。！!？?"), 22)
}
