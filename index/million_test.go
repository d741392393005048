package index_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/index"
)

// newsroom invents a stream of items as an engine takes them in: two of five
// are rows of boards, which are titles alone, the others have texts of 60 to
// 600 characters, 190 on average. Half of the words are everyday ones, the others come from
// tens of thousands of pairs of characters, both by Zipf's law. Everything
// follows from the seed.
type newsroom struct {
	rng      *rand.Rand
	everyday []string
	chars    []rune
	rare     *rand.Zipf
}

func newNewsroom(seed uint64) *newsroom {
	rng := rand.New(rand.NewPCG(seed, 11))
	n := &newsroom{rng: rng, everyday: strings.Fields(vocabulary)}
	for _, w := range n.everyday {
		for _, r := range w {
			if !slices.Contains(n.chars, r) {
				n.chars = append(n.chars, r)
			}
		}
	}
	n.rare = rand.NewZipf(rng, 1.05, 20, uint64(len(n.chars)*len(n.chars)-1))
	return n
}

func (n *newsroom) word() string {
	if n.rng.IntN(2) == 0 {
		return n.everyday[min(int(n.rng.ExpFloat64()*float64(len(n.everyday))/4), len(n.everyday)-1)]
	}
	// A fixed shuffle, so that frequent pairs do not share their characters.
	k := int(n.rare.Uint64() * 7919 % uint64(len(n.chars)*len(n.chars)))
	return string([]rune{n.chars[k/len(n.chars)], n.chars[k%len(n.chars)]})
}

func (n *newsroom) text(words int) string {
	var b strings.Builder
	for i := range words {
		b.WriteString(n.word())
		switch {
		case i%27 == 26:
			b.WriteString("。")
		case i%9 == 8:
			b.WriteString("，")
		}
	}
	return b.String()
}

func (n *newsroom) doc(i int, at time.Time) index.Doc {
	d := index.Doc{ID: fmt.Sprintf("%026d", i), Title: n.text(8), Kind: xuanti.ItemEntry, At: at,
		Platform: []string{"weibo", "baidu", "zhihu", "douyin", "toutiao"}[i%5], Source: fmt.Sprintf("source%03d", n.rng.IntN(300))}
	if i%5 >= 2 {
		d.Kind, d.Platform, d.Text = xuanti.ItemArticle, "rss", n.text(min(30+int(n.rng.ExpFloat64()*65), 300))
	}
	return d
}

// question is what people ask of such a stream: mostly one or two words, some
// pasted headlines, phrases, orders by time, and words that nobody wrote.
func (n *newsroom) question(now time.Time) index.Query {
	q := index.Query{Now: now, Until: now, Limit: 300, Facets: true} // as the engine asks
	switch k := n.rng.IntN(20); {
	case k < 8:
		q.Text = n.word()
	case k < 13:
		q.Text = n.word() + " " + n.word()
	case k < 16:
		q.Text = n.text(8)
	case k < 17:
		q.Text = `"` + n.word() + n.word() + `"`
	case k < 18:
		q.Text, q.Sort = n.word(), index.SortNewest
	case k < 19:
		q.Text, q.Since = n.word(), now.Add(-24*time.Hour)
	default:
		q.Text = n.word() + "鑫淼焱垚"
	}
	return q
}

// BenchmarkMillion builds an index of invented items over 90 days, compacts
// what is over as a night does, and lets four clients search it. It takes
// 50,000 items; XUANTI_BENCH_ITEMS=1000000 makes it a million:
//
//	XUANTI_BENCH_ITEMS=1000000 go test ./index -run '^$' -bench Million -benchtime 1x -timeout 2h
func BenchmarkMillion(b *testing.B) {
	items := 50_000
	if s := os.Getenv("XUANTI_BENCH_ITEMS"); s != "" {
		var err error
		if items, err = strconv.Atoi(s); err != nil || items < 1000 {
			b.Fatalf("XUANTI_BENCH_ITEMS=%q is no number from 1000", s)
		}
	}
	testAnalyzer(b)
	for b.Loop() {
		dir := b.TempDir()
		e := openBleve(b, dir)
		now := time.Date(2026, 3, 20, 12, 0, 0, 0, xuanti.Shanghai)
		raw, built := build(b, e, items, now)
		e = reopen(b, e, dir)
		before := sizeOf(b, e)
		started := time.Now()
		if err := e.Compact(context.Background(), now); err != nil {
			b.Fatal(err)
		}
		compacting := time.Since(started)
		e = reopen(b, e, dir)
		after := sizeOf(b, e)
		took := ask(b, e, now)
		anon, mapped := resident()
		at := func(p float64) float64 { return took[int(p*float64(len(took)-1))].Seconds() * 1000 }
		b.ReportMetric(float64(items)/built.Seconds(), "items/s")
		b.ReportMetric(float64(raw)/1e6, "raw-MB")
		b.ReportMetric(float64(before)/float64(raw), "size/raw-fresh")
		b.ReportMetric(float64(after)/float64(raw), "size/raw")
		b.ReportMetric(compacting.Seconds(), "compact-s")
		b.ReportMetric(at(0.5), "p50-ms")
		b.ReportMetric(at(0.95), "p95-ms")
		b.ReportMetric(at(0.99), "p99-ms")
		b.ReportMetric(anon, "anon-MB")
		b.ReportMetric(mapped, "mapped-MB")
		b.ReportMetric(0, "ns/op")
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func build(b *testing.B, e index.Engine, items int, now time.Time) (raw int64, took time.Duration) {
	news := newNewsroom(1)
	const span = 90 * 24 * time.Hour
	for i := 0; i < items; {
		var docs []index.Doc
		for ; i < items && len(docs) < 1000; i++ {
			d := news.doc(i, now.Add(-span+time.Duration(float64(span)*float64(i)/float64(items))))
			raw += int64(len(d.Title) + len(d.Text))
			docs = append(docs, d)
		}
		started := time.Now()
		if err := e.Index(context.Background(), docs); err != nil {
			b.Fatal(err)
		}
		took += time.Since(started)
	}
	return raw, took
}

// reopen makes sure that files nobody needs any more are gone: Bleve removes
// them some time after a merge, and at the latest when it opens.
func reopen(b *testing.B, e *index.Bleve, dir string) *index.Bleve {
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
	return openBleve(b, dir)
}

func sizeOf(b *testing.B, e index.Engine) int64 {
	s, err := e.Stats(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	return s.Bytes
}

// ask lets four clients search and returns the times in ascending order.
func ask(b *testing.B, e index.Engine, now time.Time) []time.Duration {
	const clients, each = 4, 250
	var mu sync.Mutex
	var wg sync.WaitGroup
	took := make([]time.Duration, 0, clients*each)
	for c := range uint64(clients) {
		wg.Go(func() {
			asker := newNewsroom(100 + c)
			for range each {
				r, err := e.Search(context.Background(), asker.question(now))
				if err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				took = append(took, r.Took)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took
}

// resident is the memory of this process in megabytes: its own, and pages of
// mapped files, which the system takes back when it needs them. NaN where the
// system does not tell.
func resident() (anon, mapped float64) {
	anon, mapped = math.NaN(), math.NaN()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return anon, mapped
	}
	for line := range strings.Lines(string(status)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "RssAnon: %f kB", &kb); n == 1 {
			anon = kb / 1024
		}
		if n, _ := fmt.Sscanf(line, "RssFile: %f kB", &kb); n == 1 {
			mapped = kb / 1024
		}
	}
	return anon, mapped
}
