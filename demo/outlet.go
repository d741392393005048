package demo

import (
	"strings"
	"time"
)

// feedForm is the wire form of an outlet.
type feedForm string

const (
	formRSS     feedForm = "rss"      // RSS 2.0, text in content:encoded
	formAtom    feedForm = "atom"     // Atom with rsshub counts
	formJSON    feedForm = "json"     // JSON Feed 1.1
	formGBK     feedForm = "gbk"      // RSS 2.0 in GBK bytes
	formZone    feedForm = "zoneless" // RSS 2.0 whose dates name no zone (Beijing time is meant)
	formPartial feedForm = "partial"  // RSS 2.0 with summaries; the text is on the page
	formPage    feedForm = "page"     // a GBK page that lists articles
)

// outlet is an invented medium.
type outlet struct {
	id       string
	name     string
	form     feedForm
	domains  string // "" takes everything
	lead     string // how its articles begin
	swap     []string
	minutes  int // usual delay after the happening
	trust    float64
	reporter []string
}

// outlets are the media of the demo world; none of them exists.
var outlets = [...]outlet{
	{"chenan", "晨岸新闻", formRSS, "", "晨岸新闻{date}讯（记者 {r}）", []string{"此次", "本次", "截至目前", "截至发稿时"}, 35, 1.3, []string{"许望舒", "贺兰亭", "谢知秋"}},
	{"zhiwei", "知微科技", formAtom, "科技 汽车 财经 游戏", "", []string{"表示，", "称，", "此外，", "另外，"}, 25, 1.1, []string{"端木一行", "苏格子"}},
	{"caipan", "财盘网", formJSON, "财经 科技 汽车 消费 美食", "财盘网{date}消息，", []string{"公司称", "该公司表示", "业内人士", "行业人士"}, 45, 1, []string{"丁一鸣", "戚朗"}},
	{"jiangan", "江岸都市报", formGBK, "社会 天气 教育 旅游 健康 消费 美食", "江岸都市报讯（记者 {r}）", []string{"表示，", "告诉记者，", "随后", "之后"}, 55, 1, []string{"柳叶舟", "郝向北", "孟尝青"}},
	{"xingping", "星屏娱乐", formZone, "娱乐 游戏 体育", "", []string{"截至目前", "截至发稿", "非常", "相当"}, 20, 0.8, []string{"阿柚", "小满"}},
	{"lujian", "路见教育周刊", formPartial, "教育 健康 社会", "路见教育周刊记者 {r} 报道：", []string{"此次", "这一次", "相关", "有关"}, 70, 1.1, []string{"温如书", "席慕白"}},
	{"lingnan", "岭南生活网", formPage, "旅游 美食 社会 健康 天气 消费", "岭南生活网{date}电 ", []string{"表示，", "介绍，", "提醒，", "建议，"}, 60, 0.9, []string{"区小鱼", "麦冬"}},
	{"saidao", "赛道体育", formRSS, "体育 汽车 游戏", "赛道体育{date}报道，", []string{"此次", "本次", "表示，", "谈到，"}, 15, 1, []string{"石磊磊", "高远征"}},
}

func outletNamed(id string) *outlet {
	for i := range outlets {
		if outlets[i].id == id {
			return &outlets[i]
		}
	}
	return nil
}

func (o *outlet) takes(domain string) bool {
	return o.domains == "" || strings.Contains(o.domains, domain)
}

// feedTitle is the title that the feed prints: it says what it is.
func (o *outlet) feedTitle() string { return o.name + "（演示数据 Demo data）" }

// article is one text in one outlet.
type article struct {
	id         string
	outlet     *outlet
	title      string
	paragraphs []string
	author     string
	at         time.Time
	story      string
	phase      string
	reach      float64 // 0…1.3, drives its counts
	copyOf     string  // id of the article it repeats word for word
}

func (a *article) path() string { return "/a/" + a.id }
func (a *article) url() string  { return "http://" + Host + a.path() }
func (a *article) text() string { return strings.Join(a.paragraphs, "\n\n") }

func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
