package demo

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// creator is an invented benchmark account.
type creator struct {
	id, platform, channel, name, handle, group string
	domains                                    string
	followers                                  int64
	perDay                                     float64
	base                                       float64 // what a usual post reaches in the end
	form                                       feedForm
	counts                                     bool
	hours                                      float64 // time constant of its growth
	note                                       string
}

// creators are the benchmark accounts; none of them exists.
var creators = [...]creator{
	{"mp-xiaozaotai", "wechat", "mp", "数码小灶台", "gh_demo_xzt", "科技数码", "科技 汽车 游戏", 186000, 2.1, 23000, formJSON, true, 11, "手机与电脑的长测评"},
	{"bv-acheng", "bilibili", "bv", "拆机的阿橙", "demo_3401", "科技数码", "科技 汽车 游戏", 742000, 1.7, 210000, formJSON, true, 22, "拆解视频，更新慢但数据稳"},
	{"wo-xiangsu", "weibo", "wo", "像素观察员", "demo_7788", "科技数码", "科技 汽车 财经 消费", 1310000, 5.5, 1500, formAtom, true, 6, "快讯型账号"},
	{"mp-manzou", "wechat", "mp", "江城慢走", "gh_demo_mz", "本地生活", "社会 旅游 美食 天气 消费", 95000, 1.8, 12000, formJSON, true, 12, "城市漫步与本地服务"},
	{"xh-xiangkou", "xiaohongshu", "xh", "巷口吃喝指南", "demo_xk21", "本地生活", "美食 旅游 消费", 264000, 2.4, 1900, formAtom, true, 30, "探店笔记"},
	{"wo-zhoumo", "weibo", "wo", "周末去哪野", "demo_5120", "本地生活", "旅游 天气 社会 美食 健康", 480000, 4.2, 620, formAtom, true, 7, "出行信息"},
	{"xh-xiangpi", "xiaohongshu", "xh", "橡皮擦妈妈", "demo_xpc", "教育育儿", "教育 健康 社会", 158000, 2.2, 1300, formAtom, true, 28, "低年级家长"},
	{"mp-shengxue", "wechat", "mp", "升学门道", "gh_demo_sx", "教育育儿", "教育", 211000, 1.6, 0, formJSON, false, 12, "政策解读，订阅源不带阅读数"},
	{"bv-laozhou", "bilibili", "bv", "课桌旁的老周", "demo_9046", "教育育儿", "教育 健康 科技", 395000, 1.7, 88000, formJSON, true, 24, "退休教师讲方法"},
}

func creatorNamed(id string) *creator {
	for i := range creators {
		if creators[i].id == id {
			return &creators[i]
		}
	}
	return nil
}

func (c *creator) url() string { return "http://" + Host + "/u/" + c.id }

// feedTitle is the title that the account's feed prints.
func (c *creator) feedTitle() string { return c.name + " 的更新（演示数据 Demo data）" }

// Accounts returns the benchmark accounts of the demo in three groups.
func (w *World) Accounts() []xuanti.Account {
	out := make([]xuanti.Account, len(creators))
	for i := range creators {
		c := &creators[i]
		followers := c.followers
		out[i] = xuanti.Account{ID: c.id, Platform: c.platform, Name: c.name, Handle: c.handle, URL: c.url(), Group: c.group,
			Followers: &followers, FollowersAt: w.zero, Note: c.note + "（演示账号）", CreatedAt: w.zero}
	}
	return out
}

// post is one publication of a benchmark account.
type post struct {
	id      string
	creator *creator
	title   string
	text    string
	at      time.Time
	final   float64 // main count in the end
	viral   bool    // far above the account's usual
	story   string
}

func (p *post) url() string { return "http://" + Host + "/p/" + p.id }

// counts are the numbers that the platform prints at t. They grow quickly at
// first and level off; a count that is still zero is not printed.
func (p *post) counts(t time.Time) []xuanti.Count {
	age := t.Sub(p.at).Hours()
	if !p.creator.counts || age <= 0 {
		return nil
	}
	main := p.final * math.Pow(1-math.Exp(-age/p.creator.hours), 0.85)
	h := hash(0, p.id)
	share := func(lo, hi float64, n uint) float64 {
		return main * (lo + (hi-lo)*float64(h>>n%1000)/1000)
	}
	var out []xuanti.Count
	add := func(name string, v float64) {
		n := int64(v)
		if p.creator.form == formAtom && n >= 10000 {
			n = n / 1000 * 1000 // printed as 1.2万
		}
		if n > 0 {
			out = append(out, xuanti.Count{Name: name, Value: n})
		}
	}
	switch p.creator.platform {
	case "wechat":
		read := int64(main)
		if read >= 100000 { // the platform prints no more than 10万+
			out = append(out, xuanti.Count{Name: "read", Value: 100000, AtLeast: true})
		} else {
			add("read", main)
		}
		add("like", share(0.006, 0.016, 3))
		add("comment", share(0.001, 0.004, 13))
	case "bilibili":
		add("play", main)
		add("like", share(0.03, 0.08, 3))
		add("comment", share(0.003, 0.009, 13))
		add("danmaku", share(0.004, 0.015, 23))
		add("coin", share(0.006, 0.03, 33))
		add("favorite", share(0.008, 0.03, 43))
	default: // Atom carries two counts only
		add("like", main)
		add("comment", share(0.06, 0.2, 13))
	}
	slices.SortFunc(out, func(a, b xuanti.Count) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// accountPosts lays out what the benchmark accounts publish: some posts on the
// storylines, the rest from the account's own columns.
func (p *planner) accountPosts() {
	for i := range creators {
		c := &creators[i]
		d := p.dice("account", c.id)
		for j := range p.w.stories {
			p.creatorStory(d, c, &p.w.stories[j])
		}
		p.creatorColumns(d, c)
	}
}

// creatorStory writes on a storyline that offers a title for the channel.
func (p *planner) creatorStory(d *dice, c *creator, s *storyline) {
	if !strings.Contains(c.domains, s.domain) || !p.active(s) {
		return
	}
	for i := range s.phases {
		ph := &s.phases[i]
		for _, wd := range ph.wordings {
			if wd.code != c.channel {
				continue
			}
			at := p.c.zero.Add(s.start + ph.at + time.Duration(40+d.below(420))*time.Minute)
			text := ""
			if c.platform != "weibo" {
				text = p.postOnStory(d, s, ph)
			}
			p.addPost(d, c, p.text(s, wd.text), text, at, s.id, 1.25, 0.3)
		}
	}
}

// postOnStory retells a phase: some of the facts, in another order.
func (p *planner) postOnStory(d *dice, s *storyline, ph *phase) string {
	var all []string
	for _, f := range ph.facts {
		all = append(all, splitSentences(p.text(s, f))...)
	}
	order := d.shuffle(len(all))
	keep := order[:max(1, len(order)*2/3)]
	var b strings.Builder
	for _, i := range keep {
		b.WriteString(all[i])
	}
	f := p.w.vocab.fill(d, dateSlots(p.c.zero.Add(s.start+ph.at)))
	f.slot["topic"], f.slot["outlet"] = p.text(s, s.name), "我们"
	return b.String() + "\n\n" + f.expand(p.wider(d, s.domain))
}

// creatorColumns fills the days with the account's own columns.
func (p *planner) creatorColumns(d *dice, c *creator) {
	list := p.w.vocab.lists["post-"+c.id]
	var order []int
	first := 0
	if p.c.n == 0 {
		first = -2
	}
	for day := first; day < Days; day++ {
		for range poisson(d, c.perDay) {
			if len(order) == 0 {
				order = d.shuffle(len(list))
			}
			hour := []int{7, 8, 11, 12, 17, 18, 19, 20, 21}[d.below(9)]
			at := p.c.zero.Add(time.Duration(day*24+hour)*time.Hour + time.Duration(d.below(60))*time.Minute)
			f := p.w.vocab.fill(d, dateSlots(at))
			f.slot["topic"] = "这个话题"
			f.slot["outlet"] = c.name
			title := f.expand(list[order[0]])
			order = order[1:]
			domain := strings.Fields(c.domains)[d.below(len(strings.Fields(c.domains)))]
			text := ""
			if c.platform != "weibo" { // a post there is its title
				text = title + "。" + f.expand(p.wider(d, domain)) + "\n\n" + f.expand(p.wider(d, domain))
			}
			p.addPost(d, c, title, text, at, "", 1, 0.07)
		}
	}
}

func (p *planner) addPost(d *dice, c *creator, title, text string, at time.Time, story string, boost, viral float64) {
	key := c.id + " " + title
	if p.headlines[key] {
		return
	}
	p.headlines[key] = true
	ps := &post{creator: c, title: title, text: text, at: at, story: story,
		id:    fmt.Sprintf("%x", hash(p.w.opt.Seed, c.id, title, fmt.Sprint(p.c.n))>>20),
		final: c.base * boost * math.Exp(0.35*d.normal())}
	if d.chance(viral) {
		ps.viral = true
		ps.final *= 4 + 7*d.float()
	}
	p.c.posts = append(p.c.posts, ps)
}
