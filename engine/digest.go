package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/alert"
	"github.com/xuanti/xuanti/store"
)

const digestTopics = 15

// Digest implements Reader. A past day is the state at its end, today is the
// state now; both are computed from the store, so any day of the past can be
// asked for.
func (e *Engine) Digest(ctx context.Context, date, profileID, format, baseURL string) ([]byte, string, error) {
	now := e.Now()
	at, today := now, true
	if date != "" && date != "today" {
		day, err := time.ParseInLocation(time.DateOnly, date, xuanti.Shanghai)
		if err != nil {
			return nil, "", invalid("date", "日期要写成 2026-01-31 或 today (not a date)")
		}
		if day.After(now) {
			return nil, "", xuanti.Errorf(xuanti.CodeNotFound, "这一天还没有到 (no digest of the future)")
		}
		if end := day.AddDate(0, 0, 1).Add(-time.Millisecond).UTC(); end.Before(now) {
			at, today = end, false
		}
	}
	d, err := e.digest(ctx, at, today, profileID, baseURL)
	if err != nil {
		return nil, "", err
	}
	switch format {
	case "", "json":
		b, err := json.Marshal(d)
		if err != nil {
			return nil, "", xuanti.Wrap(xuanti.CodeInternal, err, "the digest cannot be written")
		}
		return b, "application/json", nil
	case "md":
		return []byte(d.Markdown()), "text/markdown; charset=utf-8", nil
	case "txt":
		return []byte(d.Text()), "text/plain; charset=utf-8", nil
	}
	return nil, "", invalid("format", "格式只有 json、md、txt (unknown format)")
}

// digest gathers the day that at is in. What only the present knows is part of
// today's alone: which sources fail, and what a profile should write.
func (e *Engine) digest(ctx context.Context, at time.Time, today bool, profileID, baseURL string) (alert.Digest, error) {
	in := alert.DigestInput{Date: at.In(xuanti.Shanghai).Format(time.DateOnly), AsOf: at, BaseURL: baseURL, Demo: e.demo != nil}
	var err error
	if in.Topics, err = e.digestTopics(ctx, at); err != nil {
		return alert.Digest{}, err
	}
	bursts, err := e.store.BurstsAt(ctx, at, 12)
	if err != nil {
		return alert.Digest{}, err
	}
	for _, b := range bursts {
		in.Terms = append(in.Terms, alert.DigestTerm{Term: Spelled(b.Term, b.Titles), Count: b.Count, Expected: b.Expected, Ratio: round1(b.Ratio())})
	}
	if today && e.at.IsZero() {
		if in.Notice, err = e.sourceNotice(ctx); err != nil {
			return alert.Digest{}, err
		}
	}
	if today && profileID != "" {
		if in.Suggestions, err = e.digestSuggestions(ctx, profileID); err != nil {
			return alert.Digest{}, err
		}
	}
	return alert.BuildDigest(in), nil
}

// digestTopics are the hottest topics as of a time, each by its hottest event.
func (e *Engine) digestTopics(ctx context.Context, at time.Time) ([]alert.DigestTopic, error) {
	rows, err := e.store.EventsAt(ctx, at, hotWindow, hotEvents)
	if err != nil {
		return nil, err
	}
	boards, err := e.boardsAt(ctx, at)
	if err != nil {
		return nil, err
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return nil, err
	}
	pres := e.presences(boards, sources, at)
	var out []alert.DigestTopic
	told := map[string]bool{}
	for _, r := range rows {
		if r.Point.Heat <= 0 || told[r.TopicID] || len(out) == digestTopics {
			continue
		}
		told[r.TopicID] = true
		t, err := e.digestTopic(ctx, e.eventView(r, pres[r.ID], nil, at), at)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// digestTopic is an event with links to check it: its places, then articles.
func (e *Engine) digestTopic(ctx context.Context, v EventView, at time.Time) (alert.DigestTopic, error) {
	t := alert.DigestTopic{ID: v.TopicID, EventID: v.ID, Title: v.Title, State: v.State, StateLabel: v.StateLabel, Heat: v.Heat, Why: v.Why, New: v.FirstAt.After(at.Add(-24 * time.Hour))}
	for _, p := range v.Presences {
		t.Platforms = appendNew(t.Platforms, p.BoardName)
		if len(t.Links) < 3 {
			t.Links = append(t.Links, alert.DigestLink{Title: p.Title, Source: p.BoardName, URL: p.URL, At: p.At})
		}
	}
	items, _, err := e.store.Items(ctx, store.ItemFilter{EventID: v.ID, Kinds: []xuanti.ItemKind{xuanti.ItemArticle}, Until: at, Limit: 3})
	if err != nil {
		return t, err
	}
	views, err := e.viewsOf(ctx, items)
	if err != nil {
		return t, err
	}
	for _, it := range views {
		t.Links = append(t.Links, alert.DigestLink{Title: it.Title, Source: it.SourceName, URL: it.URL, At: it.PublishedAt})
		t.Lead = cmp.Or(t.Lead, it.Excerpt)
	}
	for _, r := range v.Risks {
		t.Risks = append(t.Risks, r.Label)
	}
	return t, nil
}

// digestSuggestions are the first suggestions for a profile, each with the
// reason that counts most.
func (e *Engine) digestSuggestions(ctx context.Context, profileID string) ([]alert.DigestSuggestion, error) {
	page, err := e.Suggestions(ctx, profileID, "", 5)
	if err != nil {
		return nil, err
	}
	var out []alert.DigestSuggestion
	for _, v := range page.Items {
		s := alert.DigestSuggestion{Title: v.Title, Score: v.Score, EventID: v.EventID}
		if len(v.Contributions) > 0 {
			s.Why = slices.MaxFunc(v.Contributions, func(a, b xuanti.Contribution) int { return cmp.Compare(a.Points, b.Points) }).Why
		}
		out = append(out, s)
	}
	return out, nil
}
