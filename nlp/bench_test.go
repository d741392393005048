package nlp

import (
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// article is about 500 characters of invented news.
var article = strings.Repeat("昨日下午，青岩市政府召开新闻发布会，通报城东新区轨道交通3号线建设进展。市交通局局长李文博表示，该线路全长27.6公里，设站19座，总投资182亿元，预计2027年6月通车。"+
	"记者了解到，沿线居民最关心的是噪声和换乘问题，项目方承诺采用新型减振轨道。\n业内人士认为，随着新能源车和网约车的普及，城市交通结构正在发生变化，公共交通仍是通勤的主要方式。", 3)

const headline = "青岩地铁3号线2027年通车，李文博回应噪声问题"

func BenchmarkSegment(b *testing.B) {
	a := testAnalyzer(b)
	text := Fold(article)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		a.Segment(text)
	}
}

func BenchmarkAnalyze(b *testing.B) {
	a := testAnalyzer(b)
	b.SetBytes(int64(len(headline) + len(article)))
	b.ReportAllocs()
	for b.Loop() {
		a.Analyze(headline, article)
	}
}

func BenchmarkAnalyzeTitle(b *testing.B) {
	a := testAnalyzer(b)
	b.SetBytes(int64(len(headline)))
	b.ReportAllocs()
	for b.Loop() {
		a.Analyze(headline, "")
	}
}

func BenchmarkFingerprint(b *testing.B) {
	title, folded := Fold(headline), Fold(article)
	b.SetBytes(int64(len(article)))
	b.ReportAllocs()
	for b.Loop() {
		newFingerprint(title, folded, article)
	}
}

func BenchmarkFold(b *testing.B) {
	b.SetBytes(int64(len(article)))
	b.ReportAllocs()
	for b.Loop() {
		Fold(article)
	}
}

func BenchmarkNearIndex(b *testing.B) {
	x := NewNearIndex()
	at := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		fp := fingerprintOf("", strconv.Itoa(i)+wire[i%4]+strconv.Itoa(i*7919)+wire[(i+1)%4])
		x.Find(fp)
		x.Add("id", at, fp, 100)
	}
}

// BenchmarkLoad reads the embedded dictionary and tables as the first New of a
// process does, and states the heap that they keep.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	heap := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / 1e6
	}
	var words *base
	var lists *tables
	before := heap()
	for b.Loop() {
		var err error
		if words, err = newBase(); err != nil {
			b.Fatal(err)
		}
		if lists, err = readTables(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(heap()-before, "MB-kept")
	runtime.KeepAlive(words)
	runtime.KeepAlive(lists)
}

// BenchmarkSetWords replaces 2,000 added words.
func BenchmarkSetWords(b *testing.B) {
	a, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	list := make([]xuanti.Word, 2000)
	for i := range list {
		list[i] = xuanti.Word{Text: "鲸" + strconv.Itoa(i) + "落", Status: xuanti.WordAuto, Count: 20}
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := a.SetWords(list); err != nil {
			b.Fatal(err)
		}
	}
}
