package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

var benchStart = time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)

func benchItem(n int) xuanti.Item {
	at := benchStart.Add(time.Duration(n) * 7 * time.Second)
	key := fmt.Sprintf("bench.example/articles/2025/%08d.html", n)
	return xuanti.Item{
		ID: xuanti.NewID(at, key), SourceID: fmt.Sprint("source-", n%40), Platform: fmt.Sprint("p", n%12), Kind: xuanti.ItemArticle,
		URL: "https://" + key, Key: key, Title: "柳溪村的灯亮了一整夜，村民说是为了等晚归的船", Text: strings.Repeat("河面上起了雾，岸边的灯一盏一盏亮起来。", 20),
		Author: "河边记者", PublishedAt: at, SeenAt: at,
	}
}

// storeItem does all the store work that an import does for one item; one item
// in four founds an event.
func storeItem(b *testing.B, tx *store.Tx, n int, data []byte) {
	b.Helper()
	ctx := b.Context()
	it := benchItem(n)
	added, err := tx.InsertItem(ctx, &it)
	if err != nil || !added {
		b.Fatalf("insert: %v %v", added, err)
	}
	event := fmt.Sprintf("event-%07d", n/4)
	steps := []error{
		tx.PutFingerprint(ctx, store.FingerprintRow{ItemID: it.ID, At: it.SeenAt, Runes: 400, Data: data}),
		tx.PutEvent(ctx, xuanti.Event{
			ID: event, TopicID: event, Title: it.Title, FirstAt: it.SeenAt, LastAt: it.SeenAt, Items: n%4 + 1,
			Platforms: []string{it.Platform}, Terms: []string{"柳溪村", "灯", "晚归"}, State: xuanti.StateNew,
		}),
		tx.PutMembership(ctx, xuanti.Membership{ItemID: it.ID, EventID: event, At: it.SeenAt, Score: .8, By: "scorer", Why: []xuanti.Feature{
			{Name: "title", Value: .5, Weight: 2, Points: 1}, {Name: "terms", Value: .3, Weight: 2, Points: .6},
		}}),
		tx.AddEventPoints(ctx, []xuanti.EventPoint{{EventID: event, At: it.SeenAt, Heat: float64(n % 100), State: xuanti.StateNew}}),
		tx.AddMetrics(ctx, []xuanti.Metric{{ItemID: it.ID, At: it.SeenAt, Count: xuanti.Count{Name: "read", Value: int64(n)}}}),
	}
	for _, err := range steps {
		if err != nil {
			b.Fatal(err)
		}
	}
}

// fill stores n items in transactions of 500.
func fill(b *testing.B, s *store.Store, n int) {
	b.Helper()
	data := make([]byte, 300)
	for from := 0; from < n; from += 500 {
		err := s.Update(b.Context(), func(tx *store.Tx) error {
			for i := from; i < min(from+500, n); i++ {
				storeItem(b, tx, i, data)
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkImport measures one item: item, text, fingerprint, event, membership,
// point and metric, in transactions of 500.
func BenchmarkImport(b *testing.B) {
	s := open(b, b.TempDir())
	b.ReportAllocs()
	b.ResetTimer()
	fill(b, s, b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
}

// BenchmarkSnapshot measures one board of 50 rows, its entries known already.
func BenchmarkSnapshot(b *testing.B) {
	s := open(b, b.TempDir())
	rows := boardRows(b, s)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		addBoard(b, s, i, rows)
	}
	b.ReportMetric(50*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func boardRows(b *testing.B, s *store.Store) []xuanti.Observation {
	b.Helper()
	var rows []xuanti.Observation
	err := s.Update(b.Context(), func(tx *store.Tx) error {
		for n := range 50 {
			it := benchItem(n)
			if _, err := tx.InsertItem(b.Context(), &it); err != nil {
				return err
			}
			rows = append(rows, xuanti.Observation{ItemID: it.ID, Rank: n + 1})
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return rows
}

func addBoard(b *testing.B, s *store.Store, i int, rows []xuanti.Observation) {
	b.Helper()
	err := s.Update(b.Context(), func(tx *store.Tx) error {
		return tx.AddSnapshot(b.Context(), store.SnapshotRow{Board: "weibo", At: benchStart.Add(time.Duration(i) * 10 * time.Minute)}, rows)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSnapshotAt reads a board of 50 rows from the middle of two weeks.
func BenchmarkSnapshotAt(b *testing.B) {
	s := open(b, b.TempDir())
	rows := boardRows(b, s)
	for i := range 2016 {
		addBoard(b, s, i, rows)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		got, _, err := s.SnapshotAt(b.Context(), "weibo", benchStart.Add(7*24*time.Hour))
		if err != nil || len(got) != 50 {
			b.Fatal(len(got), err)
		}
	}
}

const benchDays = 14

// eventHistory stores 14 days with 2,000 new events and 16,700 points a day, so
// that 72 hours hold 50,000 points of about 7,000 events.
func eventHistory(b *testing.B, s *store.Store) (end time.Time) {
	b.Helper()
	ctx := b.Context()
	const perDay, perEvent = 2000, 8
	for day := range benchDays {
		err := s.Update(ctx, func(tx *store.Tx) error {
			for i := range perDay {
				n := day*perDay + i
				id := xuanti.NewID(benchStart, fmt.Sprint(n))
				first := benchStart.Add(time.Duration(n) * 24 * time.Hour / perDay)
				if err := tx.PutEvent(ctx, xuanti.Event{
					ID: id, TopicID: id, Title: "柳溪村的灯亮了一整夜，村民说是为了等晚归的船", FirstAt: first, LastAt: first,
					Platforms: []string{"weibo", "zhihu"}, Terms: []string{"柳溪村", "灯", "晚归", "船"},
				}); err != nil {
					return err
				}
				var points []xuanti.EventPoint
				for p := range perEvent {
					points = append(points, xuanti.EventPoint{
						EventID: id, At: first.Add(time.Duration(p*p) * 20 * time.Minute), Heat: float64((n*31+p*7)%1000) / 10, State: xuanti.StateRising,
					})
				}
				if err := tx.AddEventPoints(ctx, points); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return benchStart.Add((benchDays*24 + 17) * time.Hour)
}

// BenchmarkEventsAt reads the 50 hottest events of 72 hours, now and in the past.
func BenchmarkEventsAt(b *testing.B) {
	s := open(b, b.TempDir())
	end := eventHistory(b, s)
	for _, c := range []struct {
		name  string
		at    time.Time
		limit int
	}{{"now", end, 50}, {"now-all", end, 0}, {"past", end.Add(-5 * 24 * time.Hour), 50}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				rows, err := s.EventsAt(b.Context(), c.at, 72*time.Hour, c.limit)
				if err != nil {
					b.Fatal(err)
				}
				n = len(rows)
			}
			b.ReportMetric(float64(n), "events")
		})
	}
}

// BenchmarkItems reads the newest 50 items of 50,000.
func BenchmarkItems(b *testing.B) {
	s := open(b, b.TempDir())
	fill(b, s, 50_000)
	for _, c := range []struct {
		name string
		f    store.ItemFilter
	}{
		{"all", store.ItemFilter{Limit: 50}},
		{"platform", store.ItemFilter{Limit: 50, Platforms: []string{"p3"}}},
		{"platforms", store.ItemFilter{Limit: 50, Platforms: []string{"p3", "p4"}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if items, _, err := s.Items(b.Context(), c.f); err != nil || len(items) != 50 {
					b.Fatal(len(items), err)
				}
			}
		})
	}
}

// BenchmarkOpen opens and closes a database of some 200 MB.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir)
	fill(b, s, 55_000)
	st, err := s.Stats(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(st.Bytes)/(1<<20), "MB")
	b.ReportAllocs()
	for b.Loop() {
		s, err := store.Open(b.Context(), store.Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLease takes ten deliveries of 5,000 that wait, and finishes them.
func BenchmarkLease(b *testing.B) {
	s := open(b, b.TempDir())
	ctx := b.Context()
	err := s.Update(ctx, func(tx *store.Tx) error {
		for i := range 5000 {
			id := fmt.Sprintf("d%05d", i)
			if _, err := tx.PutDelivery(ctx, xuanti.Delivery{ID: id, DedupeKey: id, State: xuanti.DeliveryPending, CreatedAt: benchStart}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	now := benchStart
	for b.Loop() {
		got, err := s.LeaseDeliveries(ctx, now, 10, time.Minute)
		if err != nil || len(got) != 10 {
			b.Fatal(len(got), err)
		}
		for _, d := range got {
			d.NextAt = now.Add(time.Second)
			if err := s.FinishDelivery(ctx, d); err != nil {
				b.Fatal(err)
			}
		}
		now = now.Add(time.Second)
	}
}
