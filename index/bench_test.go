package index_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/index"
)

// vocabulary is everyday news language; names are made up on top of it.
const vocabulary = `今天 昨天 记者 公司 市场 价格 上涨 下跌 城市 地铁 开通 学校 学生 老师 医院 医生 患者 研究 发现 专家 表示 认为 目前 已经 正在 计划 项目 建设 完成 开始 结束
比赛 球队 冠军 决赛 教练 球员 观众 电影 上映 票房 导演 演员 音乐 歌手 演出 游戏 玩家 手机 发布 电池 芯片 汽车 销量 工厂 工人 农民 粮食 丰收 天气 暴雨 台风 预警 高温 交通 事故 警方 调查
法院 判决 银行 贷款 利率 股票 基金 投资 收益 消费 旅游 景区 游客 酒店 航班 高铁 车票 节日 春节 家庭 孩子 父母 老人 社区 服务 健康 饮食 运动 睡眠 技术 创新 人工智能 机器人 数据 网络 平台
直播 主播 商品 快递 外卖 餐厅 咖啡 水果 蔬菜 猪肉 房价 租金 小区 物业 环境 保护 森林 河流 海洋 动物 植物 航天 卫星 火箭 科学 历史 文化 博物馆 展览 文物 考古 教育 考试 高考 大学 毕业 就业 工资 企业 政策 改革 发展 经济 增长 出口 进口 贸易 国际 合作 会议 协议`

// generate invents news: words drawn by Zipf's law, every twelfth a made-up
// name, a title of 16 characters or so and a text of 350, over 60 days.
func generate(n int) (docs []index.Doc, bytes int64) {
	rng := rand.New(rand.NewPCG(7, 11))
	words := strings.Fields(vocabulary)
	syllables := []rune("岚汐墨舟砚霁棠晏芷屿澜栩霖珩朔筠禾砾湛昀")
	word := func() string {
		if rng.IntN(12) == 0 {
			k := rng.IntN(len(syllables) * len(syllables))
			return string([]rune{syllables[k%len(syllables)], syllables[k/len(syllables)]})
		}
		return words[min(int(rng.ExpFloat64()*float64(len(words))/4), len(words)-1)]
	}
	text := func(words int) string {
		var b strings.Builder
		for i := range words {
			b.WriteString(word())
			if i%9 == 8 {
				b.WriteString("，")
			}
		}
		return b.String()
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, xuanti.Shanghai)
	for i := range n {
		d := index.Doc{ID: fmt.Sprintf("doc%07d", i), Title: text(7), Text: text(160), Kind: xuanti.ItemArticle,
			Platform: []string{"weibo", "rss", "zhihu", "baidu"}[i%4], Source: fmt.Sprintf("source%02d", i%40),
			At: start.Add(time.Duration(i) * 60 * 24 * time.Hour / time.Duration(n))}
		bytes += int64(len(d.Title) + len(d.Text))
		docs = append(docs, d)
	}
	return docs, bytes
}

func BenchmarkIndex(b *testing.B) {
	docs, size := generate(2000)
	testAnalyzer(b)
	b.ReportAllocs()
	b.SetBytes(size)
	var ratio float64
	for b.Loop() {
		b.StopTimer()
		e := openBleve(b, b.TempDir())
		b.StartTimer()
		if err := e.Index(context.Background(), docs); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		st, err := e.Stats(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		ratio = float64(st.Bytes) / float64(size)
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(len(docs))*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(ratio, "size/raw")
}

func BenchmarkSearch(b *testing.B) {
	docs, _ := generate(10_000)
	e := openBleve(b, b.TempDir())
	defer func() {
		if err := e.Close(); err != nil {
			b.Error(err)
		}
	}()
	if err := e.Index(context.Background(), docs); err != nil {
		b.Fatal(err)
	}
	head := []rune(docs[777].Title)
	now := docs[len(docs)-1].At
	cases := []struct {
		name string
		q    index.Query
	}{
		{"word", index.Query{Text: string(head[:2])}},
		{"two words", index.Query{Text: string(head[:2]) + " " + string(head[4:6])}},
		{"headline", index.Query{Text: string(head)}},
		{"phrase", index.Query{Text: `"` + string(head[:4]) + `"`}},
		{"newest", index.Query{Text: string(head[:2]), Sort: index.SortNewest}},
		{"last day", index.Query{Text: string(head[:2]) + " last:1d", Sort: index.SortNewest, Now: now}},
		{"everything newest", index.Query{Sort: index.SortNewest}},
		{"facets", index.Query{Text: string(head[:2]), Facets: true}},
		{"unknown", index.Query{Text: "鑫淼焱"}},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			total := 0
			for b.Loop() {
				r, err := e.Search(context.Background(), c.q)
				if err != nil {
					b.Fatal(err)
				}
				total = r.Total
			}
			b.ReportMetric(float64(total), "hits")
		})
	}
}

func BenchmarkSnippet(b *testing.B) {
	docs, _ := generate(1)
	text := strings.Repeat(docs[0].Text, 3)
	e, err := index.ParseQuery(string([]rune(docs[0].Text)[200:202]))
	if err != nil {
		b.Fatal(err)
	}
	a := testAnalyzer(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		index.Snippet(text, e, a, 120)
	}
}

func BenchmarkParseQuery(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := index.ParseQuery(`(折叠屏 OR 平板) 标题：评测 -广告 “上手体验” platform:weibo last:3d`); err != nil {
			b.Fatal(err)
		}
	}
}
