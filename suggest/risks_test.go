package suggest

import (
	"slices"
	"testing"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

func TestRisks(t *testing.T) {
	for _, c := range []struct {
		title string
		want  []string
	}{
		{"六一儿童节游园会开幕", nil},
		{"儿童节当天一儿童走失", []string{"minor"}},
		{"儿童文学作家谈写作", nil},
		{"工地塔吊倾倒致三人受伤", []string{"casualty"}},
		{"欧洲杯死亡之组出炉", nil},
		{"死亡之组首战现死亡威胁", []string{"casualty"}},
		{"爆炸头造型回潮", nil},
		{"一化工厂发生爆炸", []string{"casualty"}},
		{"治愈系动画上映", nil},
		{"新药宣称三天治愈糖尿病", []string{"medical"}},
		{"五星酒店总统套房揭秘", nil},
		{"某国总统抵达访问", []string{"politics"}},
		{"球队错失战机遗憾出局", nil},
		{"两国战机相遇", []string{"military"}},
		{"潮玩盲盒开盒现场", nil},
		{"主播被开盒报警", []string{"privacy"}},
		{"蜗牛股份发布新游戏", nil},
		{"网传某校食堂涨价，官方：不属实", []string{"rumour", "refuted"}},
		{"某公司高管涉嫌内幕交易被立案调查", []string{"finance", "justice"}},
		{"地震台网系统升级", nil},
		{"凌晨发生地震", []string{"casualty"}},
		{"網傳女童走失", []string{"minor", "rumour"}},
		{"城市马拉松开跑", nil},
		{"", nil},
	} {
		var got []string
		for _, r := range Risks(c.title, nil, nil) {
			got = append(got, r.Rule)
			if r.Label == "" || r.Reason == "" {
				t.Errorf("%q: %+v", c.title, r)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.title, got, c.want)
		}
	}
}

func TestRisksOfMembers(t *testing.T) {
	rules := func(terms []string, platforms int, titles ...string) []string {
		var items []xuanti.Item
		for i, s := range titles {
			items = append(items, xuanti.Item{Title: s, Platform: string(rune('a' + i%platforms))})
		}
		var out []string
		for _, r := range Risks("山区公路抢通", terms, items) {
			out = append(out, r.Rule)
		}
		return out
	}
	if got := rules(nil, 2, "抢通进展", "抢通进展", "抢通进展", "抢通进展", "抢通进展", "车祸旧闻"); len(got) != 0 {
		t.Errorf("one odd member flags %v", got)
	}
	if got := rules(nil, 2, "车祸现场", "车祸后续", "抢通进展"); !slices.Equal(got, []string{"casualty"}) {
		t.Errorf("%v", got)
	}
	if got := rules([]string{"车祸"}, 2, "抢通进展", "抢通"); !slices.Equal(got, []string{"casualty"}) {
		t.Errorf("%v", got)
	}
	if got := rules(nil, 1, "抢通进展", "抢通"); !slices.Equal(got, []string{"single_source"}) {
		t.Errorf("%v", got)
	}
	if got := Risks("山区公路抢通", nil, nil); len(got) != 0 {
		t.Errorf("without members %v", got)
	}
}

// anglesFor are the angles of an event whose titles were read.
func anglesFor(c Candidate) []xuanti.Angle {
	sc := &scored{c: &c}
	for i := range c.Members {
		sc.members = append(sc.members, nlp.Fold(c.Members[i].Title))
	}
	return anglesOf(sc)
}

func TestAngles(t *testing.T) {
	c := event("a", "#城市马拉松名额秒空#")
	c.Members = nil
	add := func(source, title, text string) {
		c.Members = append(c.Members, xuanti.Item{ID: source + title, SourceID: source, Title: title, Text: text})
	}
	names := func() []string {
		var out []string
		for _, a := range anglesFor(c) {
			out = append(out, a.Name)
			if len(a.Support) == 0 || a.Title == "" {
				t.Errorf("%+v", a)
			}
		}
		return out
	}
	if got := names(); len(got) != 0 {
		t.Errorf("angles of nothing: %v", got)
	}
	add("s1", "马拉松名额为何秒空", "")
	if got := names(); len(got) != 0 {
		t.Errorf("one voice makes %v", got)
	}
	add("s1", "名额秒空的原因", "")
	if got := names(); len(got) != 0 {
		t.Errorf("one source twice makes %v", got)
	}
	add("s2", "跑友盼扩容", "秒空背后是报名人数翻番。")
	if got := names(); !slices.Equal(got, []string{"原因"}) {
		t.Errorf("%v", got)
	}
	add("s1", "万科与元旦其他赛事", "千万别错过吉他音乐会")
	add("s2", "万事俱备只待元旦", "其他安排")
	if got := names(); !slices.Equal(got, []string{"原因"}) {
		t.Errorf("%v: a 万 without a digit is no figure, a 其他 no person", got)
	}
	add("s1", "3万人抢名额", "")
	c.Peers = []PeerPost{{Item: xuanti.Item{Title: "12万元奖金给谁"}, Account: xuanti.Account{Name: "跑步号"}}, {Item: xuanti.Item{Title: "50%的人没抢到"}, Account: xuanti.Account{Name: "跑步号"}}}
	got := anglesFor(c)
	if len(got) != 2 || got[1].Name != "数字" || !slices.Equal(got[1].UsedBy, []string{"跑步号"}) {
		t.Errorf("%+v", got)
	}
	if got[0].Title != "城市马拉松名额秒空，背后的原因是什么" {
		t.Errorf("title %q", got[0].Title)
	}
	c.Event.Terms = []string{"马拉松"}
	c.Presences = []Presence{{Title: "抢到了吗？"}, {Title: "今晚七点开播"}, {Title: "#马拉松秒空#"}}
	if got := anglesFor(c)[0].Title; got != "马拉松秒空，背后的原因是什么" && got != "城市马拉松名额秒空，背后的原因是什么" {
		t.Errorf("title %q", got)
	}
	c.Presences = []Presence{{Title: "#马拉松报名秒空#"}}
	if got := anglesFor(c)[0].Title; got != "马拉松报名秒空，背后的原因是什么" {
		t.Errorf("title %q", got)
	}
}
