package demo

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
)

// Row is one archived row: exactly one field is set.
type Row struct {
	Snapshot *xuanti.Snapshot
	Item     *xuanti.Item // Key and ID are left to the engine
}

// at is the time at which the row was seen.
func (r Row) at() time.Time {
	if r.Snapshot != nil {
		return r.Snapshot.At
	}
	return r.Item.SeenAt
}

// ages at which the counts of a post are archived.
var countAges = [...]time.Duration{15 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 96 * time.Hour}

// The last day of a history is archived every 20 minutes and the days before
// it every hour; the oldest ones every two hours, which halves the time of the
// replay and changes little that a visitor sees.
const (
	fineHistory   = 30 * time.Hour
	hourlyHistory = 5 * 24 * time.Hour
)

// History calls fn for every archived row with from <= time < to, in time
// order: board snapshots, articles, and the posts of benchmark accounts. A post
// comes again with the same URL as its counts grow. An error of fn ends the
// history and is returned.
func (w *World) History(from, to time.Time, fn func(Row) error) error {
	items := w.itemRows(from, to)
	next := 0
	for at := from.Truncate(time.Hour); at.Before(to); at = at.Add(step(at, to)) {
		if at.Before(from) {
			continue
		}
		for ; next < len(items) && items[next].SeenAt.Before(at); next++ {
			if err := fn(Row{Item: items[next]}); err != nil {
				return err
			}
		}
		for i := range boards {
			snap, _ := w.Snapshot(boards[i].id, at)
			if len(snap.Entries) == 0 {
				continue
			}
			if err := fn(Row{Snapshot: &snap}); err != nil {
				return err
			}
		}
	}
	for ; next < len(items); next++ {
		if err := fn(Row{Item: items[next]}); err != nil {
			return err
		}
	}
	return nil
}

func step(at, to time.Time) time.Duration {
	if to.Sub(at) <= fineHistory {
		return 20 * time.Minute
	}
	if to.Sub(at) <= hourlyHistory {
		return time.Hour
	}
	return 2 * time.Hour
}

// itemRows returns the articles and posts first seen, or counted again, in the
// range, in time order.
func (w *World) itemRows(from, to time.Time) []*xuanti.Item {
	var out []*xuanti.Item
	add := func(it xuanti.Item) {
		if !it.SeenAt.Before(from) && it.SeenAt.Before(to) {
			out = append(out, &it)
		}
	}
	for n := w.cycleAt(from); n <= w.cycleAt(to); n++ {
		c := w.cycle(n)
		for _, a := range c.articles {
			add(a.item(a.at.Add(a.lag())))
		}
		for _, p := range c.posts {
			for _, age := range countAges {
				add(p.item(p.at.Add(age)))
				if !p.creator.counts {
					break
				}
			}
		}
	}
	slices.SortFunc(out, func(x, y *xuanti.Item) int {
		return cmp.Or(x.SeenAt.Compare(y.SeenAt), cmp.Compare(x.URL, y.URL))
	})
	return out
}

// lag is the time between publication and the poll that finds the article.
func (a *article) lag() time.Duration {
	return time.Duration(2+hash(0, a.id)%13) * time.Minute
}

// item is the article as the crawler would hand it over when it sees it at t.
func (a *article) item(t time.Time) xuanti.Item {
	ext := a.id
	if a.outlet.form == formPage {
		ext = "" // a page prints none
	}
	return xuanti.Item{SourceID: a.outlet.id, Platform: xuanti.PlatformNews, Kind: xuanti.ItemArticle, ExtID: ext, URL: a.url(),
		Title: a.title, Text: a.text(), Author: a.author, PublishedAt: a.at, SeenAt: t, Counts: a.counts(t)}
}

// counts are the upvotes and comments that an Atom outlet prints at t.
func (a *article) counts(t time.Time) []xuanti.Count {
	age := t.Sub(a.at).Hours()
	if a.outlet.form != formAtom || age <= 0 {
		return nil
	}
	grown := a.reach * age / (age + 5)
	var out []xuanti.Count
	if n := int64(430 * grown); n > 0 {
		out = append(out, xuanti.Count{Name: "comment", Value: n})
	}
	if n := int64(5200 * grown); n > 0 {
		out = append(out, xuanti.Count{Name: "like", Value: n})
	}
	return out
}

// item is the post as the crawler would hand it over when it sees it at t.
func (p *post) item(t time.Time) xuanti.Item {
	return xuanti.Item{SourceID: p.creator.sourceID(), Platform: p.creator.platform, AccountID: p.creator.id, Kind: xuanti.ItemPost,
		ExtID: p.id, URL: p.url(), Title: p.title, Text: p.text, Author: p.creator.name, PublishedAt: p.at, SeenAt: t, Counts: p.counts(t)}
}

func (c *creator) sourceID() string { return "acct-" + c.id }

// ownKey is the key of a profile's n-th own post.
func ownKey(profile string, n int) string { return fmt.Sprintf("demo-%s-%02d", profile, n) }
