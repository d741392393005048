package index_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
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

// question is what people ask of such a stream, of twenty: eight times a word,
// four times two, three times a pasted headline, and once each a phrase in
// quotes, a word newest first, a word of the last day, a word on two
// platforms without another word, and a name nobody wrote beside a word or letters that
// may be pinyin. Words are drawn as they stand in the texts, so half of the
// questions hold one that up to a third of all items hold.
func (n *newsroom) question(now time.Time) (kind string, q index.Query) {
	q = index.Query{Now: now, Until: now, Limit: 300, Facets: true} // as the engine asks
	switch k := n.rng.IntN(20); {
	case k < 8:
		kind, q.Text = "word", n.word()
	case k < 12:
		kind, q.Text = "two", n.word()+" "+n.word()
	case k < 15:
		kind, q.Text = "headline", n.text(8)
	case k < 16:
		kind, q.Text = "phrase", `"`+n.word()+n.word()+`"`
	case k < 17:
		kind, q.Text, q.Sort = "newest", n.word(), index.SortNewest
	case k < 18:
		kind, q.Text, q.Since = "day", n.word(), now.Add(-24*time.Hour)
	case k < 19:
		kind, q.Text, q.Platforms = "without", n.word()+" -"+n.word(), []string{"weibo", "rss"}
	case n.rng.IntN(2) == 0:
		kind, q.Text = "unknown", n.word()+"鑫淼焱垚"
	default:
		letters := []byte("bcdfghjlmnpqrstwxyz")
		kind, q.Text = "letters", string([]byte{letters[n.rng.IntN(len(letters))], letters[n.rng.IntN(len(letters))], letters[n.rng.IntN(len(letters))]})
	}
	return kind, q
}

// million says where the items of BenchmarkMillion are and what building them
// took.
type million struct {
	Items             int
	Raw               int64   // bytes of titles and texts
	Fresh             int64   // bytes of the index before it is compacted
	Building, Merging float64 // seconds
}

// BenchmarkMillion builds an index of invented items over 90 days, compacts
// what is over as a night does, and lets four clients search it. It takes
// 50,000 items; XUANTI_BENCH_ITEMS=1000000 makes it a million. An index in the
// folder XUANTI_BENCH_DIR is used again, or kept there:
//
//	XUANTI_BENCH_ITEMS=1000000 XUANTI_BENCH_DIR=million go test ./index -run '^$' -bench Million -benchtime 1x -timeout 2h
func BenchmarkMillion(b *testing.B) {
	items := 50_000
	if s := os.Getenv("XUANTI_BENCH_ITEMS"); s != "" {
		var err error
		if items, err = strconv.Atoi(s); err != nil || items < 1000 {
			b.Fatalf("XUANTI_BENCH_ITEMS=%q is no number from 1000", s)
		}
	}
	dir := os.Getenv("XUANTI_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	testAnalyzer(b)
	now := time.Date(2026, 3, 20, 12, 0, 0, 0, xuanti.Shanghai)
	m := ready(b, dir, items, now)
	for b.Loop() {
		e := openBleve(b, dir)
		size := sizeOf(b, e)
		started := time.Now()
		if _, err := e.Search(context.Background(), index.Query{Text: "天气", Now: now}); err != nil {
			b.Fatal(err)
		}
		first := time.Since(started) // waits for what is loaded after the start
		spent := processor(b)
		took, kinds := ask(b, e, now)
		spent = processor(b) - spent
		anon, mapped := resident()
		b.ReportMetric(float64(items)/m.Building, "items/s")
		b.ReportMetric(float64(m.Raw)/1e6, "raw-MB")
		b.ReportMetric(float64(m.Fresh)/float64(m.Raw), "size/raw-fresh")
		b.ReportMetric(float64(size)/float64(m.Raw), "size/raw")
		b.ReportMetric(m.Merging, "compact-s")
		b.ReportMetric(1000*first.Seconds(), "first-ms")
		b.ReportMetric(1000*spent/float64(len(took)), "cpu-ms/query")
		for _, p := range []float64{0.5, 0.95, 0.99, 1} {
			b.ReportMetric(at(took, p), fmt.Sprintf("p%g-ms", 100*p))
		}
		b.ReportMetric(anon, "anon-MB")
		b.ReportMetric(mapped, "mapped-MB")
		b.ReportMetric(0, "ns/op")
		for _, kind := range slices.Sorted(maps.Keys(kinds)) {
			t := kinds[kind]
			slices.Sort(t)
			b.Logf("%-9s %4d times, ms: half %.1f, 95%% %.1f", kind, len(t), at(t, 0.5), at(t, 0.95))
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// at is a quantile of ascending times in milliseconds.
func at(took []time.Duration, p float64) float64 {
	return took[int(p*float64(len(took)-1))].Seconds() * 1000
}

// ready builds the index unless the folder holds it.
func ready(b *testing.B, dir string, items int, now time.Time) (m million) {
	note := filepath.Join(dir, "million.json")
	if raw, err := os.ReadFile(note); err == nil {
		if err := json.Unmarshal(raw, &m); err != nil || m.Items != items {
			b.Fatalf("%s is of %d items: %v", note, m.Items, err)
		}
		return m
	}
	if err := index.Wipe(dir); err != nil { // half built
		b.Fatal(err)
	}
	e := openBleve(b, dir)
	raw, built := build(b, e, items, now)
	e = reopen(b, e, dir)
	m = million{Items: items, Raw: raw, Fresh: sizeOf(b, e), Building: built.Seconds()}
	started := time.Now()
	if err := e.Compact(context.Background(), now); err != nil {
		b.Fatal(err)
	}
	m.Merging = time.Since(started).Seconds()
	if err := reopen(b, e, dir).Close(); err != nil {
		b.Fatal(err)
	}
	said, err := json.Marshal(m)
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(note, said, 0o600); err != nil {
		b.Fatal(err)
	}
	return m
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

// ask lets four clients search and returns the times, all in ascending order
// and by kind of question.
func ask(b *testing.B, e index.Engine, now time.Time) (took []time.Duration, kinds map[string][]time.Duration) {
	const clients, each = 4, 250
	var mu sync.Mutex
	var wg sync.WaitGroup
	kinds = map[string][]time.Duration{}
	for c := range uint64(clients) {
		wg.Go(func() {
			asker := newNewsroom(100 + c)
			for range each {
				kind, q := asker.question(now)
				r, err := e.Search(context.Background(), q)
				if err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				took, kinds[kind] = append(took, r.Took), append(kinds[kind], r.Took)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took, kinds
}

// processor is the processor time of this process in seconds.
func processor(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
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
