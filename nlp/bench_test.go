package nlp

import (
	"strconv"
	"strings"
	"testing"
	"time"
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

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
