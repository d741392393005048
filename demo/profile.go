package demo

import (
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// Profiles returns three accounts that write, with what each has published in
// the month before day fourteen.
func (w *World) Profiles() ([]xuanti.Profile, []xuanti.OwnPost) {
	profiles := []xuanti.Profile{
		{ID: "demo-tech", Name: "科技数码号", Platform: "wechat",
			Keywords: []string{"手机", "芯片", "大模型", "折叠屏", "新能源车", "智能驾驶", "操作系统", "耳机", "电池", "云雀", "青糯", "跃川", "发布会", "测评"},
			Exclude:  []string{"股价预测", "明星绯闻"}, Peers: []string{"科技数码"}, Production: 3 * time.Hour},
		{ID: "demo-local", Name: "本地生活号", Platform: "xiaohongshu",
			Keywords: []string{"探店", "夜市", "小吃", "咖啡", "景区", "露营", "周末", "展览", "城市漫步", "地铁", "暴雨", "预约", "民宿", "早餐"},
			Exclude:  []string{"博彩", "股市"}, Peers: []string{"本地生活"}, Production: 2 * time.Hour},
		{ID: "demo-edu", Name: "教育育儿号", Platform: "wechat",
			Keywords: []string{"中考", "学生", "家长", "老师", "校园", "作业", "课后服务", "幼儿园", "阅读", "近视", "志愿", "大学", "校园餐", "书包"},
			Exclude:  []string{"游戏氪金", "体罚"}, Peers: []string{"教育育儿"}, Production: 5 * time.Hour},
	}
	var own []xuanti.OwnPost
	for i := range profiles {
		p := &profiles[i]
		p.CreatedAt, p.UpdatedAt = w.zero, w.zero
		list := w.vocab.lists["own-"+strings.TrimPrefix(p.ID, "demo-")]
		d := newDice(w.opt.Seed, "own", p.ID)
		for n, title := range list {
			// Older ones first, about one a day, in working hours.
			day := 13 - len(list) + n
			at := w.zero.Add(time.Duration(day)*24*time.Hour + time.Duration(9+d.below(11))*time.Hour + time.Duration(d.below(60))*time.Minute)
			own = append(own, xuanti.OwnPost{ProfileID: p.ID, Key: ownKey(p.ID, n), Title: title, At: at,
				URL: "http://" + Host + "/own/" + ownKey(p.ID, n)})
		}
	}
	return profiles, own
}

// Subscriptions returns three keyword subscriptions without channels.
func (w *World) Subscriptions() []xuanti.Subscription {
	sub := func(id, name string, rule xuanti.Rule) xuanti.Subscription {
		return xuanti.Subscription{ID: id, Name: name, Rule: rule, Active: true, Escalate: true, Cooldown: 6 * time.Hour, DailyCap: 30,
			CreatedAt: w.zero, UpdatedAt: w.zero}
	}
	weather := sub("demo-sub-weather", "极端天气", xuanti.Rule{Any: []string{"暴雨", "红色预警", "台风", "地震"}, Not: []string{"游戏", "电影"}})
	phones := sub("demo-sub-yunque", "云雀科技动态", xuanti.Rule{Any: []string{"云雀"}, Not: []string{"诗歌"}, Mode: xuanti.MatchContains})
	school := sub("demo-sub-canteen", "校园食品安全", xuanti.Rule{All: []string{"食堂"}, Any: []string{"学校", "高校", "大学", "校园", "学院"}})
	school.QuietFrom, school.QuietTo = "23:00", "07:00"
	return []xuanti.Subscription{weather, phones, school}
}
