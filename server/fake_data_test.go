package server

import (
	"fmt"
	"math"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

const fakeDigest = "# 选题日报 2026-11-23\n\n## 今日热点\n\n1. **青禾地铁七号线早高峰停运两小时** 升 · 微博 #2、知乎 #5\n2. **星澜发布三折屏手机** 高位 · 36氪 #1\n\n## 建议选题\n\n- 通勤族怎样索赔：交通故障的票款规则 [查看](https://demo.example/s/1)\n\n> 以上为演示数据。\n"

type seed struct {
	title     string
	state     xuanti.State
	heat      float64
	change    float64
	ageHours  float64
	platforms []string
	ranks     []int
	why       []string
	terms     []string
	risks     []xuanti.Risk
	grow      float64
}

func seeds() []seed {
	return []seed{
		{"青禾地铁七号线早高峰停运两小时，官方致歉", xuanti.StateRising, 91.3, 22.4, 3, []string{"weibo", "zhihu", "baidu", "douyin"}, []int{2, 5, 3, 9},
			[]string{"一小时内热度由 69 升到 91，增速是同批话题平均的 2.8 倍", "40 分钟内从微博扩散到知乎、百度、抖音共 4 个平台", "青禾发布等 3 家媒体已报道"}, []string{"七号线", "停运", "退票"}, nil, 0.71},
		{"星澜发布三折屏手机，起售价 12999 元", xuanti.StatePeak, 88.0, 1.2, 9, []string{"weibo", "bilibili", "36kr"}, []int{4, 1, 1},
			[]string{"已在高位停留 2 小时 10 分，36氪榜首", "B站有 6 个评测视频进入全站榜"}, []string{"三折屏", "星澜", "铰链"}, nil, 0.31},
		{"演员顾言川工作室回应番位争议", xuanti.StateFalling, 64.5, -11.8, 21, []string{"weibo", "douyin"}, []int{17, 22},
			[]string{"热度自峰值 83 回落 22%，两个榜单名次都在下降"}, []string{"番位", "工作室"}, []xuanti.Risk{{Rule: "celebrity", Label: "涉及艺人名誉", Reason: "标题点名个人且事实有争议，建议等双方说明"}}, 0.08},
		{"教育部门：中小学每天综合体育活动不少于两小时", xuanti.StatePeak, 82.7, 3.3, 7, []string{"baidu", "toutiao", "weibo", "thepaper", "zhihu"}, []int{1, 2, 6, 1, 12},
			[]string{"5 个平台同时在榜，百度与澎湃均为首位", "32 家媒体转载，其中 21 篇为同文"}, []string{"体育活动", "中小学"}, nil, 0.35},
		{"冬至快递停运日历流传，三家企业辟谣", xuanti.StateNew, 47.9, 30.1, 0.6, []string{"weibo", "toutiao"}, []int{31, 18},
			[]string{"38 分钟前首次上榜", "辟谣已加入，原传言仍在扩散"}, []string{"停运日历", "辟谣"}, []xuanti.Risk{{Rule: "rumour", Label: "传言未证实", Reason: "三家企业已否认，引用时请写明辟谣"}}, 0.64},
		{"纪录片《潮汐之间》重播引发小城旅游热", xuanti.StateBack, 55.2, 9.6, 60, []string{"bilibili", "zhihu"}, []int{8, 27},
			[]string{"离榜 31 小时后重新上榜", "上次峰值 70，出现在两天前"}, []string{"潮汐之间", "海岛"}, nil, 0.44},
		{"多地试行错峰休假，企业如何排班", xuanti.StateRising, 61.8, 14.0, 4, []string{"zhihu", "toutiao", "36kr"}, []int{3, 11, 5},
			[]string{"知乎名次 12 → 3，用时 50 分钟"}, []string{"错峰休假", "排班"}, nil, 0.58},
		{"海州队加时逆转，时隔九年重返决赛", xuanti.StatePeak, 79.4, -0.5, 11, []string{"weibo", "douyin", "baidu"}, []int{3, 2, 7},
			[]string{"三平台前十，互动量仍在增长但增速转平"}, []string{"海州队", "加时"}, nil, 0.22},
		{"高校图书馆推出「午睡舱」，学生排队体验", xuanti.StateNew, 38.6, 18.9, 1.1, []string{"douyin"}, []int{14},
			[]string{"1 小时前首次上榜，单平台，正在上升"}, []string{"午睡舱"}, nil, 0.52},
		{"国产大豆新品种亩产突破纪录", xuanti.StateFalling, 41.0, -6.2, 30, []string{"toutiao", "baidu"}, []int{29, 35}, []string{"名次连续 6 次下降"}, []string{"亩产", "大豆"}, nil, 0.05},
		{"「电子布洛芬」为什么火了", xuanti.StateRising, 52.3, 16.5, 5, []string{"bilibili", "weibo", "zhihu"}, []int{11, 40, 19},
			[]string{"新词「电子布洛芬」3 小时内出现 46 次，平常约 0.4 次"}, []string{"电子布洛芬", "解压"}, []xuanti.Risk{{Rule: "medical", Label: "医疗表述", Reason: "含药名，避免写成疗效"}}, 0.61},
		{"首条跨海高铁隧道贯通", xuanti.StatePeak, 74.9, 0.8, 14, []string{"thepaper", "weibo", "baidu", "toutiao"}, []int{2, 13, 5, 4}, []string{"4 个平台在榜，均在前 15"}, []string{"隧道", "贯通"}, nil, 0.18},
	}
}

func num(v float64) *float64 { return &v }

func when(t time.Time) *time.Time { return &t }
func count(v int64) *int64        { return &v }

func boardName(p string) string {
	return map[string]string{"weibo": "微博热搜", "zhihu": "知乎热榜", "baidu": "百度热搜", "douyin": "抖音热点", "bilibili": "B站热门", "toutiao": "头条热榜", "thepaper": "澎湃热榜", "36kr": "36氪热榜"}[p]
}

func label(s xuanti.State) string {
	return map[xuanti.State]string{xuanti.StateNew: "新", xuanti.StateRising: "升", xuanti.StatePeak: "高位", xuanti.StateFalling: "落", xuanti.StateBack: "回归", xuanti.StateQuiet: "平静"}[s]
}

// curve is a plausible day of heat that ends at heat.
func curve(now time.Time, s seed) []engine.CurvePoint {
	var out []engine.CurvePoint
	start := math.Min(s.ageHours, 24)
	for h := start; h >= 0; h -= 0.25 {
		x := 1 - h/start // 0…1 over its life
		v := s.heat
		switch s.state {
		case xuanti.StateRising, xuanti.StateNew:
			v *= math.Pow(x, 1.6)*0.8 + 0.2
		case xuanti.StateFalling:
			v *= 1.3 - 0.3*x - 0.6*math.Exp(-6*x)
		case xuanti.StateBack:
			v *= math.Max(0.08, x*x*x*x+0.6*math.Exp(-64*(x-.2)*(x-.2)))
		default:
			v *= 1 - 0.8*math.Exp(-5*x)
		}
		v *= 1 + 0.03*math.Sin(h*5)
		out = append(out, engine.CurvePoint{At: now.Add(-time.Duration(h * float64(time.Hour))), Heat: math.Min(v, 100), State: s.state})
	}
	return out
}

func newFake() *fake {
	now := time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC)
	f := &fake{now: now, ready: true, demo: true, secrets: map[string]xuanti.Token{}, subsc: map[chan engine.Change]bool{}}
	for i, sd := range seeds() {
		f.addTopic(i, sd)
	}
	f.addBoards()
	f.addWords()
	f.addProfiles()
	f.addAccounts()
	f.addAlerts()
	f.addSources()
	return f
}

func (f *fake) addTopic(i int, sd seed) {
	now := f.now
	tid, eid := fmt.Sprintf("topic%02d", i+1), fmt.Sprintf("event%02d", i+1)
	first := now.Add(-time.Duration(sd.ageHours * float64(time.Hour)))
	c := curve(now, sd)
	var pres []engine.Presence
	var tracks []engine.Trajectory
	var members []engine.MemberView
	for k, p := range sd.platforms {
		var heat *int64
		if p != "zhihu" {
			heat = count(int64(sd.heat*23456) / int64(k+1))
		}
		iid := fmt.Sprintf("item%02d%d", i+1, k)
		pres = append(pres, engine.Presence{
			Board: p, BoardName: boardName(p), Platform: p, Rank: sd.ranks[k], PrevRank: max(0, sd.ranks[k]+int(sd.change/4)),
			Heat: heat, Label: []string{"热", "", "新"}[k%3], Title: sd.title, URL: "https://demo.example/" + p + "/" + tid, ItemID: iid, Since: first.Add(time.Duration(k) * 12 * time.Minute), At: now.Add(-2 * time.Minute),
		})
		tr := engine.Trajectory{Board: p, BoardName: boardName(p), ItemID: iid, Title: sd.title}
		for n, pt := range c {
			if n%2 == 0 && n >= 2*k {
				tr.Points = append(tr.Points, engine.TrajectoryPoint{At: pt.At, Rank: max(1, sd.ranks[k]+int((sd.heat-pt.Heat)/3)), Heat: heat})
			}
		}
		tracks = append(tracks, tr)
		item := engine.ItemView{
			ID: iid, Kind: []xuanti.ItemKind{xuanti.ItemEntry, xuanti.ItemArticle, xuanti.ItemPost}[k%3], Title: sd.title, Excerpt: "记者从现场了解到，相关情况仍在核实，更多细节将陆续公布。",
			URL: "https://demo.example/" + p + "/" + tid, Platform: p, SourceID: p, SourceName: boardName(p), PublishedAt: first.Add(time.Duration(k) * 7 * time.Minute), SeenAt: first.Add(time.Duration(k) * 9 * time.Minute),
			EventID: eid, Counts: []engine.CountView{{Name: "comment", Value: int64(320 * (k + 1))}},
		}
		if k == 2 {
			item.Relation, item.CopyOf = xuanti.RelationCopy, members[0].Item.ID
		}
		f.items = append(f.items, item)
		m := engine.MemberView{Item: item, Score: 1 - 0.07*float64(k), By: "scorer", Why: []xuanti.Feature{
			{Name: "title_words", Value: 0.83, Weight: 4.2, Points: 2.1}, {Name: "entity_overlap", Value: 0.5, Weight: 2.6, Points: 0.9},
			{Name: "time_gap_hours", Value: 0.4, Weight: -0.3, Points: -0.12}, {Name: "number_conflict", Value: 0, Weight: -3, Points: 0},
		}}
		members = append(members, m)
	}
	odds := engine.Odds{Grow: num(sd.grow), Stay: num(0.93 - sd.grow/10), Top10: num(0.41 + sd.grow/4), Lift: num(sd.grow / 0.25)}
	if len(sd.platforms) < 3 {
		odds.Spread = num(0.37)
	}
	ev := engine.EventView{
		ID: eid, TopicID: tid, Title: sd.title, State: sd.state, StateLabel: label(sd.state), StateSince: now.Add(-35 * time.Minute), Heat: sd.heat, PeakHeat: sd.heat + 3, PeakAt: when(now.Add(-20 * time.Minute)),
		Odds: odds, Platforms: sd.platforms, Presences: pres, Items: 6 + i, Copies: 3 * i, FirstAt: first, LastAt: now.Add(-2 * time.Minute), Terms: sd.terms, Curve: c, Why: sd.why, Risks: sd.risks, URL: pres[0].URL,
	}
	second := ev
	second.ID, second.Title, second.Heat, second.State, second.StateLabel = eid+"b", "相关讨论："+sd.terms[0]+"背后的原因", sd.heat/2, xuanti.StateQuiet, "平静"
	tv := engine.TopicView{
		ID: tid, Title: sd.title, State: sd.state, StateLabel: label(sd.state), StateSince: ev.StateSince, Heat: sd.heat, HeatHour: sd.change, Odds: odds, Platforms: sd.platforms, Presences: pres,
		EventCount: 2, Items: ev.Items, Copies: ev.Copies, FirstAt: first, LastAt: ev.LastAt, Terms: sd.terms, Curve: c, Why: sd.why, Risks: sd.risks, EventID: eid, URL: ev.URL,
	}
	f.topics = append(f.topics, engine.TopicDetail{TopicView: tv, Outlook: fakeOutlook(pres), Events: []engine.EventView{ev, second}, Trajectories: tracks, Members: members, AsOf: now})
	f.events = append(f.events, engine.EventDetail{EventView: ev, Trajectories: tracks, Members: members, AsOf: now}, engine.EventDetail{EventView: second, AsOf: now})
}

func (f *fake) addBoards() {
	for n, p := range []string{"weibo", "zhihu", "baidu", "douyin", "bilibili", "toutiao", "thepaper", "36kr"} {
		b := engine.BoardView{ID: p, Name: boardName(p), Platform: p, At: f.now.Add(-time.Duration(n+1) * time.Minute), Health: xuanti.HealthOK, Adapter: "web"}
		if p == "36kr" {
			b.Stale, b.Health, b.At, b.LastError = true, xuanti.HealthFailing, f.now.Add(-3*time.Hour), "对方返回 503，已重试 6 次"
		}
		for r := 1; r <= 20; r++ {
			t := f.topics[(r*5+n*3)%len(f.topics)]
			e := engine.BoardEntry{Rank: r, PrevRank: (r*7 + n) % 23, Title: t.Title, URL: t.URL, Label: []string{"", "热", "", "新", "爆"}[(r+n)%5], TopicID: t.ID, EventID: t.EventID, State: t.State, StateLabel: t.StateLabel, Stay: num(1 - float64(r)/30), Since: t.FirstAt}
			if p != "zhihu" {
				e.Heat = count(int64(9_876_543 / r))
			}
			b.Entries = append(b.Entries, e)
		}
		f.boards = append(f.boards, b)
	}
}

func (f *fake) addWords() {
	for i, w := range []string{"七号线", "三折屏", "电子布洛芬", "午睡舱", "错峰休假", "停运日历", "番位", "潮汐之间", "体育活动", "海州队"} {
		n := 46 - 4*i
		f.terms = append(f.terms, engine.TermView{Term: w, Count: float64(n), Expected: 0.4 + float64(i)*0.7, Ratio: float64(n) / (0.4 + float64(i)*0.7), Score: 38 - 3*float64(i), Sources: 6 - i/2, Window: "3h", Since: f.now.Add(-time.Duration(100+i*10) * time.Minute), At: f.now, Titles: []string{f.topics[i].Title, "关于" + w + "，你需要知道的三件事"}, EventIDs: []string{f.topics[i].EventID}, NewWord: i == 2 || i == 3, Also: []string{}})
	}
	for i, w := range []string{"电子布洛芬", "午睡舱", "停运日历", "搭子经济", "情绪税"} {
		st := xuanti.WordProposed
		if i == 3 {
			st = xuanti.WordAuto
		}
		f.words = append(f.words, engine.WordView{Text: w, Status: st, Score: 18.4 - float64(i)*2.1, Count: 31 - 5*i, Sources: 5 - i/2, FirstAt: f.now.Add(-time.Duration(8+i*9) * time.Hour), Samples: []string{"「" + w + "」为什么火了", "网友热议" + w}})
	}
}

func (f *fake) addProfiles() {
	f.profiles = []engine.ProfileView{
		{ID: "city", Name: "青禾生活指南", Platform: "wechat", Keywords: []string{"通勤", "地铁", "本地生活", "退票"}, Exclude: []string{"番位", "明星"}, Peers: []string{"本地号"}, Production: "3h0m0s", OwnPosts: 128},
		{ID: "tech", Name: "拆机研究所", Platform: "bilibili", Keywords: []string{"手机", "折叠屏", "芯片"}, Production: "24h0m0s", OwnPosts: 46},
	}
	for i := range 4 {
		t := f.topics[[]int{0, 6, 4, 8}[i]]
		at := f.now.Add(-30 * time.Minute)
		ev := []xuanti.Evidence{
			{Kind: "board", Text: "微博热搜第 2 位", URL: t.URL, Platform: "weibo", At: at},
			{Kind: "own_post", Text: "《早高峰换乘攻略》，阅读是平时的 2.4 倍", URL: "https://demo.example/own/7", At: f.now.Add(-200 * time.Hour)},
		}
		cs := []xuanti.Contribution{
			{Name: "bias", Label: "起点", Points: -2.2, Why: "没有任何证据时，一条热点被采纳的对数几率"},
			{Name: "fit", Label: "领域契合", Value: 0.82 - 0.1*float64(i), Baseline: 0.3, Weight: 3.6, Points: 1.87 - 0.3*float64(i), Why: "与账号关键词「通勤、地铁」重合，历史文章最近的相似度 0.82", Evidence: ev[1:]},
			{Name: "momentum", Label: "上升势头", Value: 0.71, Baseline: 0.25, Weight: 2.4, Points: 1.1, Why: "三小时内再涨五分之一的概率 71%，同批平均 25%", Evidence: ev[:1]},
			{Name: "window", Label: "来得及", Value: 0.9, Baseline: 0.5, Weight: 1.2, Points: 0.48, Why: "制作约 3 小时，预计届时仍在榜的概率 90%"},
			{Name: "peers", Label: "同行已写", Value: 0.4, Baseline: 0.1, Weight: -0.9, Points: -0.27, Why: "2 个对标账号已发布"},
			{Name: "risk", Label: "风险", Value: float64(len(t.Risks)), Baseline: 0, Weight: -0.6, Points: -0.6 * float64(len(t.Risks)), Why: "每个风险提示降低一点优先级"},
		}
		sum := 0.0
		for _, c := range cs {
			sum += c.Points
		}
		f.suggestions = append(f.suggestions, engine.SuggestionView{
			ID: fmt.Sprintf("sug%d", i+1), ProfileID: "city", EventID: t.EventID, TopicID: t.ID, Title: t.Title, State: t.State, StateLabel: t.StateLabel, Score: sum, Probability: 1 / (1 + math.Exp(-sum)),
			Contributions: cs, Evidence: ev, Risks: t.Risks, Angles: []xuanti.Angle{{Name: "服务", Title: "停运两小时，票款怎么退？一图看懂", UsedBy: nil}, {Name: "数据", Title: "一年 14 次故障：七号线为什么总出问题", UsedBy: []string{"青禾观察"}}},
			Peers: []xuanti.Evidence{{Kind: "peer_post", Text: "青禾观察：七号线停运现场", URL: "https://demo.example/p/1", At: f.now.Add(-50 * time.Minute)}}, Status: xuanti.SuggestionOpen, Explore: i == 3, At: at,
		})
	}
}

func (f *fake) addAccounts() {
	last := f.now.Add(-2 * time.Hour)
	f.accounts = []engine.AccountView{
		{ID: "acc1", Platform: "wechat", Name: "青禾观察", Handle: "qinghe-view", URL: "https://demo.example/a/1", Group: "本地号", Followers: count(384000), FollowersAt: &last, Posts: 212, LastPost: &last, Viral: 5, Sources: []string{"src9"}},
		{ID: "acc2", Platform: "bilibili", Name: "老周拆机", Handle: "1029", URL: "https://demo.example/a/2", Group: "科技号", Followers: count(1260000), Posts: 88, LastPost: &last, Viral: 2},
		{ID: "acc3", Platform: "weibo", Name: "海州体育台", Group: "体育号", Posts: 40},
	}
	verdicts := []struct {
		v, l     string
		ratio, z float64
	}{{"viral", "爆款", 7.4, 4.1}, {"strong", "偏强", 2.3, 1.8}, {"usual", "正常", 1.05, 0.1}, {"weak", "偏弱", 0.4, -1.6}}
	for i := range 9 {
		item := f.items[i*2]
		item.ID, item.Kind, item.AccountID, item.Platform = fmt.Sprintf("post%d", i), xuanti.ItemPost, fmt.Sprintf("acc%d", i%3+1), "wechat"
		p := engine.PostView{Item: item, Account: f.accounts[i%3].Name}
		if i%3 == 2 {
			item.Counts = nil
			p.Item = item
			p.Score = engine.PostScoreView{Metric: "read", Verdict: "unknown", Label: "未知"}
		} else {
			v := verdicts[i%4]
			p.Item.Counts = []engine.CountView{{Name: "read", Value: int64(13000 * v.ratio), AtLeast: v.ratio > 7}, {Name: "like", Value: int64(420 * v.ratio)}}
			p.Score = engine.PostScoreView{Metric: "read", Actual: num(13000 * v.ratio), Expected: num(13000), Ratio: num(v.ratio), Z: num(v.z), Confidence: 0.84, Verdict: v.v, Label: v.l, Posts: 63}
		}
		f.posts = append(f.posts, p)
	}
}

func (f *fake) addAlerts() {
	last := f.now.Add(-18 * time.Minute)
	f.subs = []engine.SubscriptionView{
		{ID: "sub1", Name: "本地交通", Rule: xuanti.Rule{Any: []string{"地铁", "公交", "停运"}, Not: []string{"招聘"}, Mode: xuanti.MatchDefault}, Channels: []string{"ch1"}, FeedPath: "/feeds/k3v9f2m7q8t1.xml", Active: true, Escalate: true, Cooldown: "6h0m0s", DailyCap: 30, QuietFrom: "23:00", QuietTo: "07:30", Matches: 12, LastMatch: &last, CreatedAt: f.now.Add(-300 * time.Hour)},
		{ID: "sub2", Name: "折叠屏", Rule: xuanti.Rule{All: []string{"折叠屏"}, TitleOnly: true, MinHeat: 30}, FeedPath: "/feeds/aa77.xml", Active: false, Cooldown: "6h0m0s", DailyCap: 10, CreatedAt: f.now.Add(-90 * time.Hour)},
	}
	for i := range 3 {
		t := f.topics[[]int{0, 4, 6}[i]]
		f.matches = append(f.matches, engine.MatchView{ID: fmt.Sprintf("m%d", i), SubscriptionID: "sub1", EventID: t.EventID, Stage: xuanti.StageFirst, StageLabel: []string{"首次命中", "转为上升", "扩散到三个平台"}[i], At: f.now.Add(-time.Duration(18+i*40) * time.Minute), Terms: []string{"停运"}, Title: t.Title, URL: t.URL, Heat: t.Heat, Platforms: len(t.Platforms)})
	}
	f.channels = []engine.ChannelView{{ID: "ch1", Kind: "webhook", Name: "值班群机器人", URL: "https://hooks.demo.example/x", Active: true, CreatedAt: f.now.Add(-300 * time.Hour)}}
	done := f.now.Add(-17 * time.Minute)
	f.deliveries = []engine.DeliveryView{
		{ID: "d1", SubscriptionID: "sub1", ChannelID: "ch1", Type: "subscription.matched", Title: f.topics[0].Title, State: xuanti.DeliveryDelivered, Attempts: 1, LastCode: 200, CreatedAt: last, DoneAt: &done},
		{ID: "d2", SubscriptionID: "sub1", ChannelID: "ch1", Type: "subscription.escalated", Title: f.topics[4].Title, State: xuanti.DeliveryFailed, Attempts: 8, LastCode: 410, LastError: "对方返回 410：地址已停用", CreatedAt: last.Add(-time.Hour)},
	}
}

func (f *fake) addSources() {
	add := func(id string, kind xuanti.SourceKind, name string, h xuanti.HealthState, text, lastErr string, ago time.Duration) {
		st := xuanti.SourceActive
		if h == xuanti.HealthPaused {
			st = xuanti.SourcePaused
		}
		f.sources = append(f.sources, engine.SourceView{ID: id, Kind: kind, Name: name, URL: "https://demo.example/" + id, Platform: id, Group: "内置", Weight: 1, Interval: "5m0s", State: st, Health: h, HealthText: text, LastError: lastErr, LastSuccess: when(f.now.Add(-ago)), LastAttempt: when(f.now.Add(-time.Minute)), NextAt: when(f.now.Add(4 * time.Minute)), Success: 0.97, Items: 1200, LastItems: 50, LastNew: 3, LatencyMS: 240, Builtin: kind == xuanti.SourceBoard,
			Tags: []string{}, HeaderNames: []string{}, Stats: &engine.SourceStats{}, Hours: []engine.SourceHour{{At: f.now.Truncate(time.Hour), Polls: 12, Failed: 2, New: 9}}, Polls: []engine.SourcePoll{{At: f.now, OK: true, Status: 200, LatencyMS: 240, Rows: 50, New: 3}}})
	}
	add("weibo", xuanti.SourceBoard, "微博热搜", xuanti.HealthOK, "正常", "", time.Minute)
	add("zhihu", xuanti.SourceBoard, "知乎热榜", xuanti.HealthOK, "正常", "", 2*time.Minute)
	add("baidu", xuanti.SourceBoard, "百度热搜", xuanti.HealthOK, "正常", "", 3*time.Minute)
	add("36kr", xuanti.SourceBoard, "36氪热榜", xuanti.HealthFailing, "抓取失败", "对方返回 503，已重试 6 次", 3*time.Hour)
	add("src8", xuanti.SourceFeed, "青禾日报", xuanti.HealthStale, "超过 26 小时没有更新", "", 26*time.Hour)
	add("src9", xuanti.SourceFeed, "青禾观察（对标）", xuanti.HealthOK, "正常", "", 9*time.Minute)
	add("src10", xuanti.SourcePage, "海州发布 公告页", xuanti.HealthPaused, "已暂停", "", 50*time.Hour)
	f.imports = []engine.ImportView{{ID: "imp1", Kind: "opml", Name: "feeds.opml", At: f.now.Add(-30 * time.Hour), Rows: 42, Added: 40, Skipped: 2, Errors: []xuanti.ImportError{{Row: 7, Message: "缺少 xmlUrl"}}}}
}
