package engine

import (
	"context"
	"encoding/json"
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
	at := now
	if date != "" && date != "today" {
		day, err := time.ParseInLocation(time.DateOnly, date, xuanti.Shanghai)
		if err != nil {
			return nil, "", invalid("date", "日期要写成 2026-01-31 或 today (not a date)")
		}
		if day.After(now) {
			return nil, "", xuanti.Errorf(xuanti.CodeNotFound, "这一天还没有到 (no digest of the future)")
		}
		if end := day.AddDate(0, 0, 1).Add(-time.Millisecond).UTC(); end.Before(now) {
			at = end
		}
	}
	d, err := e.digest(ctx, at, profileID, baseURL)
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

func (e *Engine) digest(ctx context.Context, at time.Time, profileID, baseURL string) (alert.Digest, error) {
	in := alert.DigestInput{Date: at.In(xuanti.Shanghai).Format(time.DateOnly), AsOf: at, BaseURL: baseURL, Demo: e.demo != nil}
	rows, err := e.store.EventsAt(ctx, at, hotWindow, hotEvents)
	if err != nil {
		return alert.Digest{}, err
	}
	boards, err := e.store.Boards(ctx)
	if err != nil {
		return alert.Digest{}, err
	}
	pres := map[string][]Presence{}
	for _, b := range boards {
		br, err := e.boardAt(ctx, b, at)
		if err != nil {
			return alert.Digest{}, err
		}
		for _, r := range br.rows {
			if r.EventID != "" && at.Sub(br.snap.At) <= boardFresh {
				pres[r.EventID] = append(pres[r.EventID], e.presence(b, br, r))
			}
		}
	}
	dayStart := at.Add(-24 * time.Hour)
	topics := map[string]bool{}
	for _, r := range rows {
		if r.Point.Heat <= 0 || topics[r.TopicID] || len(in.Topics) == digestTopics {
			continue
		}
		topics[r.TopicID] = true
		v := e.eventView(r, pres[r.ID], nil, at)
		t := alert.DigestTopic{ID: v.TopicID, EventID: v.ID, Title: v.Title, State: v.State, StateLabel: v.StateLabel, Heat: v.Heat, Why: v.Why, New: v.FirstAt.After(dayStart)}
		for _, p := range v.Presences {
			t.Platforms = appendNew(t.Platforms, p.BoardName)
			if len(t.Links) < 3 {
				t.Links = append(t.Links, alert.DigestLink{Title: p.Title, Source: p.BoardName, URL: p.URL, At: p.At})
			}
		}
		items, _, err := e.store.Items(ctx, store.ItemFilter{EventID: v.ID, Kinds: []xuanti.ItemKind{xuanti.ItemArticle}, Until: at, Limit: 3})
		if err != nil {
			return alert.Digest{}, err
		}
		for _, it := range items {
			t.Links = append(t.Links, alert.DigestLink{Title: it.Title, Source: it.SourceID, URL: e.link(it.URL), At: it.PublishedAt})
			if t.Lead == "" {
				t.Lead = excerpt(it.Text)
			}
		}
		for _, r := range v.Risks {
			t.Risks = append(t.Risks, r.Label)
		}
		in.Topics = append(in.Topics, t)
	}
	bursts, err := e.store.BurstsAt(ctx, at, 12)
	if err != nil {
		return alert.Digest{}, err
	}
	for _, b := range bursts {
		in.Terms = append(in.Terms, alert.DigestTerm{Term: Spelled(b.Term, b.Titles), Count: b.Count, Expected: b.Expected, Ratio: round1(b.Ratio())})
	}
	if at.Equal(e.Now()) && e.at.IsZero() {
		if in.Notice, err = e.sourceNotice(ctx); err != nil {
			return alert.Digest{}, err
		}
	}
	if profileID != "" && at.Equal(e.Now()) {
		s, err := e.Suggestions(ctx, profileID, "", 5)
		if err != nil {
			return alert.Digest{}, err
		}
		for _, v := range s.Items {
			why := ""
			if len(v.Contributions) > 0 {
				best := v.Contributions[0]
				for _, c := range v.Contributions {
					if c.Points > best.Points {
						best = c
					}
				}
				why = best.Why
			}
			in.Suggestions = append(in.Suggestions, alert.DigestSuggestion{Title: v.Title, Score: v.Score, Why: why, EventID: v.EventID})
		}
	}
	return alert.BuildDigest(in), nil
}
