package demo

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
)

func titles(entries []xuanti.Entry) []string {
	out := make([]string, len(entries))
	for i := range entries {
		out[i] = entries[i].Title
	}
	return out
}

func TestHistoryIsOrderedAndBounded(t *testing.T) {
	w := shared(t)
	from, to := w.Zero(), w.Zero().Add(14*24*time.Hour)
	var last time.Time
	snaps, rows := map[string]int{}, map[string]int{}
	urls := map[string]bool{}
	items, posts, articles := 0, 0, 0
	err := w.History(from, to, func(r Row) error {
		if (r.Snapshot == nil) == (r.Item == nil) {
			t.Fatal("a row must be either a snapshot or an item")
		}
		if at := r.at(); at.Before(last) || at.Before(from) || !at.Before(to) {
			t.Fatalf("row at %v after one at %v", at, last)
		}
		last = r.at()
		if r.Snapshot != nil {
			snaps[r.Snapshot.Board]++
			rows[r.Snapshot.Board] += len(r.Snapshot.Entries)
			for _, e := range r.Snapshot.Entries {
				urls[e.URL] = true
			}
			return nil
		}
		it := r.Item
		if it.Key != "" || it.ID != "" || it.Title == "" || it.SourceID == "" || it.PublishedAt.After(it.SeenAt) {
			t.Errorf("item %+v", it)
		}
		items++
		if !urls[it.URL] {
			urls[it.URL] = true
			if it.Kind == xuanti.ItemPost {
				posts++
			} else {
				articles++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(snaps) != 12 {
		t.Errorf("%d boards", len(snaps))
	}
	for board, n := range snaps {
		if n < 260 || n > 320 {
			t.Errorf("%s: %d snapshots, want 260 to 320", board, n)
		}
		if mean := rows[board] / n; mean < 12 {
			t.Errorf("%s: %d rows on average", board, mean)
		}
	}
	if len(urls) > 10000 || articles < 900 || posts < 300 || items > 4500 {
		t.Errorf("%d addresses, %d articles, %d posts, %d item rows", len(urls), articles, posts, items)
	}
}

func TestSnapshotsHaveNoDuplicates(t *testing.T) {
	w := shared(t)
	for h := 0; h < 16*24; h += 5 {
		for _, id := range w.Boards() {
			snap, ok := w.Snapshot(id, w.Zero().Add(time.Duration(h)*time.Hour))
			if !ok {
				t.Fatalf("no board %s", id)
			}
			list := titles(snap.Entries)
			slices.Sort(list)
			if n := len(list); n != len(slices.Compact(list)) {
				t.Errorf("%s at hour %d: a title stands twice", id, h)
			}
			for i, e := range snap.Entries {
				if e.Rank != i+1 || e.Heat == nil || e.Title == "" || strings.ContainsAny(e.Title, "{}") {
					t.Errorf("%s at hour %d: row %+v", id, h, e)
				}
			}
		}
	}
	if _, ok := w.Snapshot("nowhere", w.Zero()); ok {
		t.Error("an unknown board has a snapshot")
	}
}

func TestArticlesRead(t *testing.T) {
	w := shared(t)
	copies, long := 0, 0
	for _, a := range w.cycle(0).articles {
		if strings.ContainsAny(a.text(), "{}") {
			t.Errorf("%s: a slot is open: %s", a.title, a.text())
		}
		if a.copyOf != "" {
			copies++
			if orig := w.articleByID(a.copyOf); orig == nil || orig.text() != a.text() || !orig.at.Before(a.at) {
				t.Errorf("%s is no later copy", a.title)
			}
		}
		if n := utf8.RuneCountInString(a.text()); n > 1000 {
			t.Errorf("%s: %d characters", a.title, n)
		} else if n >= 250 {
			long++
		}
	}
	if copies < 8 || long*10 < 8*len(w.cycle(0).articles) {
		t.Errorf("%d copies, %d of %d articles of 250 characters", copies, long, len(w.cycle(0).articles))
	}
}

func TestCountsGrow(t *testing.T) {
	w := shared(t)
	viral, without := 0, 0
	for _, p := range w.cycle(0).posts {
		if p.viral {
			viral++
		}
		if !p.creator.counts {
			without++
			if p.counts(p.at.Add(time.Hour)) != nil {
				t.Errorf("%s prints counts", p.creator.id)
			}
			continue
		}
		old := map[string]int64{}
		for _, age := range countAges {
			for _, c := range p.counts(p.at.Add(age)) {
				if c.Value < old[c.Name] || c.Value <= 0 {
					t.Errorf("%s: %s falls from %d to %d", p.title, c.Name, old[c.Name], c.Value)
				}
				old[c.Name] = c.Value
			}
		}
	}
	if viral < 15 || without < 10 {
		t.Errorf("%d viral posts, %d without counts", viral, without)
	}
}

func TestPeople(t *testing.T) {
	w := shared(t)
	groups := map[string]int{}
	for _, a := range w.Accounts() {
		groups[a.Group]++
	}
	profiles, own := w.Profiles()
	if len(groups) != 3 || len(w.Accounts()) < 8 || len(profiles) != 3 || len(w.Subscriptions()) != 3 {
		t.Errorf("%d groups, %d profiles", len(groups), len(profiles))
	}
	per := map[string]int{}
	for _, o := range own {
		per[o.ProfileID]++
		if o.At.After(w.Zero().Add(14 * 24 * time.Hour)) {
			t.Errorf("own post %q lies in the future", o.Title)
		}
	}
	for _, p := range profiles {
		if per[p.ID] < 25 {
			t.Errorf("%s has %d own posts", p.ID, per[p.ID])
		}
		for _, g := range p.Peers {
			if groups[g] == 0 {
				t.Errorf("%s: no accounts in group %s", p.ID, g)
			}
		}
	}
}
