package suggest

import (
	"testing"

	"github.com/xuanti/xuanti"
)

// A narrow account about coffee, with the headline words that everybody uses.
var coffee = posts(
	"今天发布最新咖啡豆测评，三款日晒豆值得买", "手冲咖啡的水温到底怎么选", "全国最值得去的十家咖啡馆", "官方回应咖啡涨价，为什么越来越贵",
	"瑞幸新品体验：椰云拿铁好喝吗", "网友热议：美式咖啡提神还是伤胃", "首次曝光云南咖啡庄园的一天", "如何在家做一杯好喝的拿铁",
	"意式咖啡机推荐盘点，新手怎么选", "星巴克上新季节限定，测评来了",
)

// unrelated are national stories that share headline words with the posts.
var unrelated = []string{
	"国务院今天发布最新放假安排，网友热议", "官方回应高铁票涨价：为什么越来越贵", "全国多地今天发布暴雨红色预警", "首次曝光！国产大飞机一天的试飞现场",
	"教育部最新通报：高考报名时间公布", "网友热议某地首个无人驾驶公交上线", "地震台网正式测定今日凌晨发生五级地震", "如何看待年轻人在家办公一天的体验",
	"央行今天宣布下调利率，房贷值得关注", "女排首次夺冠，全国观众热议这一天", "手机新品发布：新手怎么选，测评来了", "全国最值得去的十座古城名单公布",
}

var related = []string{
	"云南咖啡豆出口量创新高", "瑞幸咖啡门店数突破三万家", "咖啡期货价格连涨两个月", "星巴克咖啡中国业务易主", "年轻人为什么爱上手冲咖啡", "研究称每天两杯美式更健康，咖啡因含量引关注",
}

func TestGenericWordsCarryNoRelevance(t *testing.T) {
	r := NewRanker(chinese(t))
	var cands []Candidate
	for i, s := range append(append([]string{}, unrelated...), related...) {
		cands = append(cands, event(string(rune('a'+i)), s))
	}
	for _, p := range []xuanti.Profile{{ID: "own posts alone"}, {ID: "with a keyword", Keywords: []string{"咖啡"}}} {
		shown := map[string]float64{}
		for _, s := range r.Rank(p, coffee, nil, cands, now, 50) {
			if !s.Explore {
				shown[s.Title] = contribution(s, "relevance").Value
			}
		}
		for _, s := range unrelated {
			if v, ok := shown[s]; ok {
				t.Errorf("%s: %q passes with relevance %.2f", p.ID, s, v)
			}
		}
		for _, s := range related {
			if _, ok := shown[s]; !ok {
				t.Errorf("%s: %q is hidden", p.ID, s)
			}
		}
	}
}

// What is in everybody's titles today is of no domain, however rare it is in
// the shipped table.
func TestWordsOfTheDayCarryNoRelevance(t *testing.T) {
	r := NewRanker(chinese(t))
	own := posts("台风天宜喝热拿铁", "台风来了，咖啡馆还开门吗", "台风过境后的咖啡馆", "手冲咖啡入门")
	var cands []Candidate
	for i, place := range []string{"温州", "宁波", "台州", "福州", "厦门", "泉州", "汕头", "湛江", "海口", "三亚", "珠海", "中山", "惠州", "漳州", "莆田", "舟山", "嘉兴", "绍兴", "金华", "衢州", "丽水", "南平"} {
		cands = append(cands, event(string(rune('a'+i)), place+"因台风停课停航"))
	}
	for _, s := range r.Rank(xuanti.Profile{ID: "p"}, own, nil, cands, now, 50) {
		if !s.Explore {
			t.Errorf("%q passes with relevance %.2f: %s", s.Title, contribution(s, "relevance").Value, contribution(s, "relevance").Why)
		}
	}
}

func TestKeywordPlaces(t *testing.T) {
	r := NewRanker(chinese(t))
	many := func(n int, text string) []string {
		var out []string
		for range n {
			out = append(out, text)
		}
		return out
	}
	body := func(c Candidate, n int, text string) Candidate {
		for i := range c.Members {
			c.Members[i].Text = "开头一段无关的话。"
			if i < n {
				c.Members[i].Text += text
			}
		}
		return c
	}
	terms := event("t", "城市夜跑路线推荐")
	terms.Event.Terms = []string{"夜跑", "露营"}
	for _, c := range []struct {
		name string
		cand Candidate
		word string
		show bool
	}{
		{"title", event("a", "露营地周末一位难求"), "露营", true},
		{"terms", terms, "露营", true},
		{"many members", event("b", "周末去哪儿", "周末露营好去处", "露营装备清单"), "露营", true},
		{"one odd member of forty", event("c", "周末去哪儿", append(many(37, "周末出游人潮"), "露营装备清单")...), "露营", false},
		{"all bodies", body(event("d", "周末去哪儿"), 2, "大家都去露营。"), "露营", true},
		{"one body of six", body(event("e", "周末去哪儿", many(4, "出游")...), 1, "大家都去露营。"), "露营", false},
		{"across a border", event("f", "中国美食节人气旺"), "国美", false},
		{"inside a longer word", event("g", "长安汽车发布新车"), "长安", true},
		{"inside a latin word", event("h", "这本Paintbook卖断货"), "ai", false},
		{"latin", event("i", "AI眼镜卖断货"), "ai", true},
		{"traditional", event("j", "露營地一位難求"), "露营", true},
		{"nowhere", event("k", "周末去哪儿"), "露营", false},
	} {
		got := r.Rank(xuanti.Profile{ID: "p", Keywords: []string{c.word}}, nil, nil, []Candidate{c.cand}, now, 5)
		if (len(got) == 1) != c.show {
			t.Errorf("%s: shown %v, want %v", c.name, len(got) == 1, c.show)
		}
	}
}

func TestOwnPostsAlone(t *testing.T) {
	r := NewRanker(chinese(t))
	got := r.Rank(xuanti.Profile{ID: "p"}, coffee, nil, []Candidate{event("a", "云南咖啡庄园迎来采收季")}, now, 5)
	if len(got) != 1 {
		t.Fatal("a story of the own domain is hidden")
	}
	rel := contribution(got[0], "relevance")
	own := 0
	for _, e := range rel.Evidence {
		if e.Kind == "own_post" {
			own++
		}
	}
	if own == 0 || rel.Why == "" {
		t.Errorf("no own post is named: %+v", rel)
	}
	future := posts("云南咖啡庄园迎来采收季")
	future[0].At = now.AddDate(0, 0, 1)
	if got := r.Rank(xuanti.Profile{ID: "p"}, future, nil, []Candidate{event("a", "云南咖啡庄园迎来采收季")}, now, 5); len(got) != 0 {
		t.Error("a post of tomorrow counts")
	}
	if v := contribution(r.Rank(xuanti.Profile{ID: "p", Keywords: []string{"咖啡"}}, posts("云南咖啡庄园迎来采收季"), nil, []Candidate{event("a", "云南咖啡庄园迎来采收季")}, now, 5)[0], "novelty"); v.Value > 0.3 || v.Points >= 0 {
		t.Errorf("a story already written is new: %+v", v)
	}
}
