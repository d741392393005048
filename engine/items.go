package engine

import (
	"context"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/suggest"
)

const excerptRunes = 120 // short excerpts only: the text belongs to its publisher

// itemView shows an item with an excerpt of its text.
func (e *Engine) itemView(it *xuanti.Item, sources map[string]xuanti.Source, counts []CountView) ItemView {
	name := it.SourceID
	if s, ok := sources[it.SourceID]; ok {
		name = s.Name
	} else if strings.HasPrefix(it.SourceID, store.ImportMark("")) {
		name = "导入的数据"
	} else if it.SourceID == "api" {
		name = "接口推送"
	} else if n := e.boardName(it.SourceID); n != "" {
		name = n
	}
	return ItemView{
		ID: it.ID, Kind: it.Kind, Title: it.Title, Excerpt: excerpt(it.Text), URL: e.link(it.URL), Platform: it.Platform, SourceID: it.SourceID,
		SourceName: name, AccountID: it.AccountID, Author: it.Author, Image: it.Image, PublishedAt: it.PublishedAt, SeenAt: it.SeenAt,
		EventID: it.EventID, Relation: it.Relation, CopyOf: it.CopyOf, Counts: list(counts),
	}
}

// excerpt cuts a text at a sentence within the excerpt's length.
func excerpt(text string) string {
	r := []rune(strings.Join(strings.Fields(text), " "))
	if len(r) <= excerptRunes {
		return string(r)
	}
	for i := excerptRunes; i > excerptRunes/2; i-- {
		switch r[i-1] {
		case '。', '！', '？', '；', '!', '?':
			return string(r[:i])
		}
	}
	return string(r[:excerptRunes]) + "…"
}

// itemViews gives views by item id, with the newest counts.
func (e *Engine) itemViews(ctx context.Context, ids []string) (map[string]ItemView, error) {
	items, err := e.store.ItemsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	views, err := e.viewsOf(ctx, items)
	if err != nil {
		return nil, err
	}
	out := make(map[string]ItemView, len(views))
	for _, v := range views {
		out[v.ID] = v
	}
	return out, nil
}

func (e *Engine) viewsOf(ctx context.Context, items []xuanti.Item) ([]ItemView, error) {
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return nil, err
	}
	var counted []string
	for i := range items {
		if items[i].Kind != xuanti.ItemEntry {
			counted = append(counted, items[i].ID)
		}
	}
	counts := map[string][]CountView{}
	if len(counted) > 0 {
		ms, err := e.store.Metrics(ctx, counted, e.Now())
		if err != nil {
			return nil, err
		}
		for _, m := range newestCounts(ms) {
			counts[m.ItemID] = append(counts[m.ItemID], CountView(m.Count))
		}
	}
	out := make([]ItemView, len(items))
	for i := range items {
		out[i] = e.itemView(&items[i], sources, counts[items[i].ID])
	}
	return out, nil
}

// newestCounts keeps the newest value of each count of each item, in order of
// first appearance.
func newestCounts(ms []xuanti.Metric) []xuanti.Metric {
	at := map[string]int{}
	var out []xuanti.Metric
	for _, m := range ms {
		k := m.ItemID + "\x00" + m.Count.Name
		if i, ok := at[k]; ok {
			if !m.At.Before(out[i].At) {
				out[i] = m
			}
			continue
		}
		at[k] = len(out)
		out = append(out, m)
	}
	return out
}

// checkSpan refuses a span that ends before it begins; zero is open.
func checkSpan(since, until time.Time) error {
	if !since.IsZero() && !until.IsZero() && !since.Before(until) {
		return invalid("since", "since 必须早于 until (since must be before until)")
	}
	return nil
}

// Items implements Reader.
func (e *Engine) Items(ctx context.Context, q ItemQuery) (Page[ItemView], error) {
	now := e.Now()
	if err := checkSpan(q.Since, q.Until); err != nil {
		return Page[ItemView]{}, err
	}
	f := store.ItemFilter{AccountID: q.AccountID, EventID: q.EventID, Since: q.Since, Until: q.Until, Limit: clampLimit(q.Limit), Cursor: q.Cursor}
	if f.Until.IsZero() || f.Until.After(now) {
		f.Until = now
	}
	if q.Kind != "" {
		f.Kinds = []xuanti.ItemKind{xuanti.ItemKind(q.Kind)}
	}
	if q.Platform != "" {
		f.Platforms = []string{q.Platform}
	}
	if q.SourceID != "" {
		f.SourceIDs = []string{q.SourceID}
	}
	items, next, err := e.store.Items(ctx, f)
	if err != nil {
		return Page[ItemView]{}, err
	}
	views, err := e.viewsOf(ctx, items)
	return Page[ItemView]{Items: list(views), NextCursor: next, AsOf: now}, err
}

// Item implements Reader.
func (e *Engine) Item(ctx context.Context, id string) (ItemView, error) {
	it, err := e.store.Item(ctx, id)
	if err != nil {
		return ItemView{}, err
	}
	if it.SeenAt.After(e.Now()) {
		return ItemView{}, xuanti.Errorf(xuanti.CodeNotFound, "内容 %s 在这个时间还没有出现 (item not seen yet)", id)
	}
	views, err := e.viewsOf(ctx, []xuanti.Item{it})
	if err != nil {
		return ItemView{}, err
	}
	return views[0], nil
}

// risksOf flags what needs care, from the title and what its members say.
func (e *Engine) risksOf(title string, terms []string, members []MemberView) []xuanti.Risk {
	items := make([]xuanti.Item, 0, min(len(members), 40))
	for _, m := range members[:min(len(members), 40)] {
		items = append(items, xuanti.Item{ID: m.Item.ID, Title: m.Item.Title, Text: m.Item.Excerpt, SourceID: m.Item.SourceID, Platform: m.Item.Platform, Kind: m.Item.Kind})
	}
	return list(suggest.Risks(title, terms, items))
}
