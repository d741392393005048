package engine

import (
	"context"
	"sort"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/index"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

const (
	searchPool    = 300 // hits that are collapsed by event; deeper pages come after
	snippetRunes  = 110
	searchMaxPage = 1000
)

// Search implements Reader: full text, collapsed by event.
func (e *Engine) Search(ctx context.Context, q SearchQuery) (SearchView, error) {
	now := e.Now()
	v := SearchView{Items: []SearchHit{}, Names: []NameView{}, Platforms: []Facet{}, Sources: []Facet{}, Days: []Facet{}, AsOf: now}
	if strings.TrimSpace(q.Text) == "" {
		return v, invalid("char 1", "请输入要找的词 (empty query)")
	}
	expr, err := index.ParseQuery(q.Text)
	if err != nil {
		return v, err
	}
	offset, err := offsetOf(q.Cursor)
	if err != nil {
		return v, err
	}
	if err := checkSpan(q.Since, q.Until); err != nil {
		return v, err
	}
	limit := clampLimit(q.Limit)
	if offset > searchMaxPage {
		return v, xuanti.Errorf(xuanti.CodeInvalid, "最多翻到第 %d 条，请缩小范围 (page too deep)", searchMaxPage)
	}
	iq := index.Query{
		Text: q.Text, Since: q.Since, Until: q.Until, Platforms: q.Platforms, Sources: q.Sources, Sort: q.Sort,
		Limit: max(searchPool, offset+limit+1), Facets: true, Explain: q.Explain, Now: now,
		IDs: func(field, name string) ([]string, error) { return e.idsNamed(ctx, field, name) },
	}
	if iq.Until.IsZero() || iq.Until.After(now) {
		iq.Until = now
	}
	if q.Kind != "" {
		iq.Kinds = []xuanti.ItemKind{xuanti.ItemKind(q.Kind)}
	}
	if iq.Intent, err = e.intent(ctx, q.Text, now); err != nil {
		return v, err
	}
	res, err := e.index.Search(ctx, iq)
	if err != nil {
		return v, err
	}
	v.Total, v.Relaxed, v.RelaxedHow, v.Intent, v.TookMillis = res.Total, res.Relaxed != "", res.Relaxed, res.Intent, float64(res.Took.Microseconds())/1000
	ids := make([]string, len(res.Hits))
	found := make(map[string]index.Hit, len(res.Hits))
	for i, h := range res.Hits {
		ids[i] = h.ID
		found[h.ID] = h
	}
	belonging, err := e.store.ItemEvents(ctx, ids)
	if err != nil {
		return v, err
	}
	shown, more := collapse(belonging, now, q.Flat)
	shown, v.NextCursor = cut(shown, offset, limit)
	page, err := e.store.ItemsByID(ctx, shown)
	if err != nil {
		return v, err
	}
	views, err := e.viewsOf(ctx, page)
	if err != nil {
		return v, err
	}
	h, err := e.hotNow(ctx)
	if err != nil {
		return v, err
	}
	for i := range page {
		it := &page[i]
		hit := SearchHit{Item: views[i], Score: found[it.ID].Score, More: more[it.ID], Why: reasons(found[it.ID].Why)}
		hit.Title = fragments(index.Snippet(it.Title, expr, e.nlp, 200))
		hit.Snippet = list(fragments(index.Snippet(it.Text, expr, e.nlp, snippetRunes)))
		if k, ok := h.byID[it.EventID]; ok {
			hit.EventTitle, hit.EventState = h.events[k].Title, h.events[k].State
		}
		v.Items = append(v.Items, hit)
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return v, err
	}
	if v.Names, err = e.namesOf(ctx, q.Text, sources); err != nil {
		return v, err
	}
	names := e.Platforms()
	v.Platforms = facets(res.Platforms, func(s string) string { return names[s] })
	v.Sources = facets(res.Sources, func(s string) string {
		if src, ok := sources[s]; ok {
			return src.Name
		}
		return e.boardName(s)
	})
	v.Days = facets(res.Days, nil)
	sort.Slice(v.Days, func(i, j int) bool { return v.Days[i].Value > v.Days[j].Value })
	return v, nil
}

// idsNamed gives the ids behind the name of a source, a platform or an account
// as the pages show it.
func (e *Engine) idsNamed(ctx context.Context, field, name string) (ids []string, err error) {
	want := nlp.Fold(strings.TrimSpace(name))
	add := func(id, name string) {
		if nlp.Fold(name) == want {
			ids = append(ids, id)
		}
	}
	switch field {
	case index.FieldSource:
		sources, err := e.sourceMap(ctx)
		if err != nil {
			return nil, err
		}
		for id, s := range sources {
			add(id, s.Name)
		}
		for _, b := range e.boards.All() {
			add(b.ID, b.Name)
		}
	case index.FieldPlatform:
		for id, label := range e.Platforms() {
			add(id, label)
		}
	case index.FieldAccount:
		accounts, err := e.store.Accounts(ctx, "")
		if err != nil {
			return nil, err
		}
		for _, a := range accounts {
			add(a.ID, a.Name)
		}
	}
	return ids, nil
}

// collapse keeps the best hit of each event and counts the others.
func collapse(items []store.ItemEvent, now time.Time, flat bool) (shown []string, more map[string]int) {
	more = map[string]int{}
	first := map[string]string{}
	for _, it := range items {
		if it.SeenAt.After(now) {
			continue
		}
		if !flat && it.EventID != "" {
			if id, ok := first[it.EventID]; ok {
				more[id]++
				continue
			}
			first[it.EventID] = it.ID
		}
		shown = append(shown, it.ID)
	}
	return shown, more
}

func fragments(fs []index.Fragment) []Fragment {
	out := make([]Fragment, len(fs))
	for i, f := range fs {
		out[i] = Fragment(f)
	}
	return out
}

// facets sorts counts, largest first, at most thirty.
func facets(m map[string]int, label func(string) string) []Facet {
	out := make([]Facet, 0, len(m))
	for k, n := range m {
		f := Facet{Value: k, Label: k, Count: n}
		if label != nil {
			if s := label(k); s != "" {
				f.Label = s
			}
		}
		out = append(out, f)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Count != out[j].Count {
			return out[i].Count > out[j].Count
		}
		return out[i].Value < out[j].Value
	})
	return out[:min(len(out), 30)]
}
