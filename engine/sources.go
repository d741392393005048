package engine

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler"
	"github.com/xuanti/xuanti/store"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Sources implements Reader.
func (e *Engine) Sources(ctx context.Context, kind, health string) (Page[SourceView], error) {
	all, err := e.store.Sources(ctx, store.SourceFilter{Kind: xuanti.SourceKind(kind)})
	if err != nil {
		return Page[SourceView]{}, err
	}
	p := Page[SourceView]{Items: []SourceView{}, AsOf: e.Now()}
	for i := range all {
		if v := e.sourceView(&all[i], p.AsOf); health == "" || string(v.Health) == health {
			p.Items = append(p.Items, v)
		}
	}
	return p, nil
}

// Source implements Reader.
func (e *Engine) Source(ctx context.Context, id string) (SourceView, error) {
	s, err := e.store.Source(ctx, id)
	if err != nil {
		return SourceView{}, err
	}
	return e.sourceView(&s, e.Now()), nil
}

func (e *Engine) sourceView(s *xuanti.Source, now time.Time) SourceView {
	f := &s.Fetch
	v := SourceView{ID: s.ID, Kind: s.Kind, Name: s.Name, URL: s.URL, Platform: s.Platform, Board: s.Board, AccountID: s.AccountID, Group: s.Group, Tags: list(s.Tags),
		Selector: s.Selector, Zone: s.Zone, Weight: s.Weight, Interval: s.Interval.String(), FullText: s.FullText, State: s.State, Health: s.Health(now), HealthText: healthText(s, now),
		LastSuccess: f.LastSuccess, LastChange: f.LastChange, LastAttempt: f.LastAttempt, LastError: f.LastError, LastStatus: f.LastStatus, NextAt: f.NextAt,
		Failures: f.Failures, Items: f.Items, LastItems: f.LastItems, LastNew: f.LastNew, LatencyMS: f.Latency.Milliseconds(), Adapter: f.Adapter, Builtin: s.Builtin}
	if f.Attempts > 0 {
		v.Success = float64(f.Successes) / float64(f.Attempts)
	}
	return v
}

// PutSource implements Writer.
func (e *Engine) PutSource(ctx context.Context, id string, in SourceInput) (SourceView, error) {
	if err := e.writable(); err != nil {
		return SourceView{}, err
	}
	now := e.Now()
	s := xuanti.Source{ID: id, Kind: in.Kind, Weight: 1, Interval: 30 * time.Minute, State: xuanti.SourceActive, CreatedAt: now}
	if id != "" {
		old, err := e.store.Source(ctx, id)
		if err != nil {
			return SourceView{}, err
		}
		s = old
		if in.Kind != "" && in.Kind != s.Kind {
			return SourceView{}, invalid("/kind", "来源的类型不能改，请新建一个 (kind cannot change)")
		}
	}
	if in.URL == "" && id != "" {
		in.URL = s.URL
	}
	if s.Kind != xuanti.SourceBoard {
		if err := webAddress("/url", in.URL); err != nil {
			return SourceView{}, err
		}
		s.URL = strings.TrimSpace(in.URL)
	}
	if s.Kind == "" {
		if e.crawler == nil {
			return SourceView{}, invalid("/kind", "离线时要指明类型 feed 或 page (kind is needed offline)")
		}
		found, res, err := e.crawler.Detect(ctx, s.URL)
		if err == nil {
			err = res.Err
		}
		if err != nil {
			return SourceView{}, err
		}
		s.Kind, s.URL = found.Kind, found.URL
		if in.Name == "" {
			in.Name = found.Name
		}
	}
	switch s.Kind {
	case xuanti.SourceFeed, xuanti.SourcePage:
	case xuanti.SourceBoard:
		if id == "" {
			return SourceView{}, invalid("/kind", "榜单用文件描述，放进数据目录的 boards 文件夹，见 docs/boards.md (boards are files in DATA/boards)")
		}
	default:
		return SourceView{}, invalid("/kind", "类型只能是 feed 或 page (unknown kind)")
	}
	if in.Name != "" {
		s.Name = firstRunes(in.Name, 100)
	}
	if s.Name == "" {
		s.Name = s.URL
	}
	if in.Platform != "" {
		s.Platform = in.Platform
	}
	if s.Platform == "" {
		s.Platform = "news"
	}
	if in.AccountID != "" {
		a, err := e.store.Account(ctx, in.AccountID)
		if err != nil {
			return SourceView{}, invalid("/account_id", "没有这个账号 (no such account)")
		}
		s.AccountID, s.Platform = a.ID, a.Platform
	}
	if in.Group != "" {
		s.Group = in.Group
	}
	if in.Tags != nil {
		s.Tags = words(in.Tags)
	}
	if in.Headers != nil {
		s.Headers = in.Headers
	}
	if in.Selector != "" {
		s.Selector = in.Selector
	}
	if in.Zone != "" {
		if _, err := time.LoadLocation(in.Zone); err != nil {
			return SourceView{}, invalid("/zone", "时区要写成 Asia/Shanghai 这样 (unknown zone)")
		}
		s.Zone = in.Zone
	}
	if in.Weight != 0 {
		if in.Weight < 0 || in.Weight > 2 {
			return SourceView{}, invalid("/weight", "权重要在 0 到 2 之间 (weight out of range)")
		}
		s.Weight = in.Weight
	}
	s.FullText = in.FullText || s.FullText
	var err error
	if s.Interval, err = duration("/interval", in.Interval, s.Interval, time.Minute, 7*24*time.Hour); err != nil {
		return SourceView{}, err
	}
	switch in.State {
	case "":
	case xuanti.SourceActive, xuanti.SourcePaused:
		s.State = in.State
	default:
		return SourceView{}, invalid("/state", "状态只能是 active 或 paused (unknown state)")
	}
	if id == "" {
		all, err := e.store.Sources(ctx, store.SourceFilter{})
		if err != nil {
			return SourceView{}, err
		}
		for i := range all {
			if all[i].Kind == s.Kind && all[i].URL == s.URL {
				return SourceView{}, xuanti.Errorf(xuanti.CodeConflict, "已经有这个来源：%s (source exists)", all[i].Name)
			}
		}
		s.ID = xuanti.NewID(now, "source", s.URL)
	}
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutSource(ctx, s) }); err != nil {
		return SourceView{}, err
	}
	e.sources.forget()
	e.wake()
	return e.Source(ctx, s.ID)
}

// DeleteSource implements Writer. What it brought stays.
func (e *Engine) DeleteSource(ctx context.Context, id string) error {
	if err := e.writable(); err != nil {
		return err
	}
	if _, err := e.store.Source(ctx, id); err != nil {
		return err
	}
	err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteSource(ctx, id) })
	e.sources.forget()
	return err
}

// PollSource implements Writer: try now, whatever the schedule says.
func (e *Engine) PollSource(ctx context.Context, id string) (SourceView, error) {
	if err := e.writable(); err != nil {
		return SourceView{}, err
	}
	if e.crawler == nil {
		return SourceView{}, xuanti.Errorf(xuanti.CodeUnavailable, "离线运行，不能抓取 (sources are off)")
	}
	s, err := e.store.Source(ctx, id)
	if err != nil {
		return SourceView{}, err
	}
	if err := e.take(ctx, e.crawler.Poll(ctx, s)); err != nil {
		return SourceView{}, err
	}
	return e.Source(ctx, id)
}

// PreviewSource implements Writer: what an address would bring, without saving
// anything.
func (e *Engine) PreviewSource(ctx context.Context, url string) (SourcePreview, error) {
	if e.crawler == nil {
		return SourcePreview{}, xuanti.Errorf(xuanti.CodeUnavailable, "离线运行，不能抓取 (sources are off)")
	}
	if err := webAddress("/url", url); err != nil {
		return SourcePreview{}, err
	}
	src, res, err := e.crawler.Detect(ctx, strings.TrimSpace(url))
	if err != nil {
		return SourcePreview{}, err
	}
	return e.preview(src, res), nil
}

// StoredSource gives a source as it is stored, headers included.
func (e *Engine) StoredSource(ctx context.Context, id string) (xuanti.Source, error) {
	return e.store.Source(ctx, id)
}

// preview shows what a poll brought.
func (e *Engine) preview(src xuanti.Source, res crawler.Result) SourcePreview {
	now := e.Now()
	p := SourcePreview{Source: e.sourceView(&src, now), Items: []ItemView{}, Warnings: list(res.Warnings), Others: []FeedLink{}}
	for _, l := range res.Others {
		p.Others = append(p.Others, FeedLink{URL: l.URL, Title: l.Title})
	}
	if res.Err != nil {
		p.Error = res.Err.Error()
	}
	for i := range res.Items {
		if i == 20 {
			break
		}
		it := res.Items[i]
		if it.SeenAt.IsZero() {
			it.SeenAt = now
		}
		var counts []CountView
		for _, c := range it.Counts {
			counts = append(counts, CountView{Name: c.Name, Value: c.Value, AtLeast: c.AtLeast})
		}
		p.Items = append(p.Items, e.itemView(&it, nil, counts))
	}
	if res.Snapshot != nil {
		for i := range res.Snapshot.Entries {
			it := entryItem(res.Snapshot, &res.Snapshot.Entries[i])
			p.Items = append(p.Items, e.itemView(&it, nil, nil))
		}
		if n := res.Snapshot.Dropped; n > 0 {
			p.Warnings = append(p.Warnings, fmt.Sprintf("丢弃了 %d 行推广、置顶或残缺的内容 (rows dropped)", n))
		}
	}
	return p
}

// OwnSources gives the sources of a fresh installation: the built-in ones and
// the boards of the data folder.
func (e *Engine) OwnSources() []xuanti.Source { return crawler.Sources(e.boards, e.Now()) }
