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

// generate invents news: words of a made-up vocabulary drawn by Zipf's law,
// a title of about 16 characters and a text of about 400, over 60 days.
func generate(n int) (docs []index.Doc, bytes int64) {
	rng := rand.New(rand.NewPCG(7, 11))
	chars := []rune("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严")
	word := func() string {
		k := int(rng.ExpFloat64() * float64(len(chars)*4))
		var b strings.Builder
		for i := range 2 + k%2 {
			b.WriteRune(chars[(k*(i*7+3)+i*13)%len(chars)])
		}
		return b.String()
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
	docs, size := generate(4000)
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
	docs, _ := generate(20_000)
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
