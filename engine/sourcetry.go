package engine

import (
	"context"
	"fmt"
	"strings"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/health"
)

const (
	previewItems = 20
	fullRunes    = 200 // an item with more text than this carries its article
)

// offline is the refusal of everything that needs the network.
func (e *Engine) offline() error {
	if e.crawler == nil {
		return xuanti.Errorf(xuanti.CodeUnavailable, "离线运行，不能抓取 (sources are off)")
	}
	return nil
}

// PollSource implements Writer: try now, whatever the schedule says. That the
// source fails is an outcome, not an error.
func (e *Engine) PollSource(ctx context.Context, id string) (PollOutcome, error) {
	if err := e.writable(); err != nil {
		return PollOutcome{}, err
	}
	if err := e.offline(); err != nil {
		return PollOutcome{}, err
	}
	s, err := e.store.Source(ctx, id)
	if err != nil {
		return PollOutcome{}, err
	}
	res := e.crawler.Poll(ctx, s)
	if err := ctx.Err(); err != nil {
		return PollOutcome{}, fmt.Errorf("try source %s: %w", id, err) // says nothing about the source
	}
	if err := e.take(ctx, res); err != nil {
		return PollOutcome{}, err
	}
	v, err := e.Source(ctx, id)
	if err != nil {
		return PollOutcome{}, err
	}
	out := PollOutcome{OK: res.Err == nil, Status: v.LastStatus, LatencyMS: v.LatencyMS, Items: e.resultItems(res), Warnings: list(res.Warnings), Source: v}
	out.Rows = len(res.Items)
	if res.Snapshot != nil {
		out.Rows = len(res.Snapshot.Entries)
	}
	switch {
	case !out.OK:
		out.Text, out.TextEN = "失败："+health.Words(res.Err), "failed: "+health.CauseText(v.Cause)
		out.Advice, out.AdviceEN = health.Advice(v.Cause, v.Kind)
	case out.Rows == 0:
		out.Text, out.TextEN = "成功，内容没有变化", "fine, nothing has changed"
	default:
		out.New = v.LastNew
		out.Text, out.TextEN = fmt.Sprintf("成功，%d 条，新增 %d 条", out.Rows, out.New), fmt.Sprintf("fine, %d rows, %d new", out.Rows, out.New)
	}
	return out, nil
}

// PreviewSource implements Writer: what an address would bring, without saving
// anything. The address of a board, or one that is read already, leads to the
// source that exists.
func (e *Engine) PreviewSource(ctx context.Context, url string) (SourcePreview, error) {
	if err := e.offline(); err != nil {
		return SourcePreview{}, err
	}
	if !strings.Contains(url, "://") {
		url = "https://" + strings.TrimSpace(url)
	}
	if err := webAddress("/url", url); err != nil {
		return SourcePreview{}, err
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return SourcePreview{}, err
	}
	asked := address.Canonical(url)
	for _, s := range sources {
		if s.Kind == xuanti.SourceBoard && address.Canonical(s.URL) == asked {
			p := e.preview(s, e.crawler.Poll(ctx, s))
			p.Detected, p.ExistingID = "board", s.ID
			p.describe()
			return p, nil
		}
	}
	src, res, err := e.crawler.Detect(ctx, strings.TrimSpace(url))
	if err != nil {
		return SourcePreview{}, err
	}
	p := e.preview(src, res)
	p.Detected = string(src.Kind)
	if src.Kind == xuanti.SourceFeed && address.Canonical(src.URL) != asked {
		p.Detected = "page_feed"
	}
	for id, s := range sources {
		if s.Kind == src.Kind && s.URL == src.URL {
			p.ExistingID = id
		}
	}
	p.describe()
	return p, nil
}

// StoredSource gives a source as it is stored, headers included.
func (e *Engine) StoredSource(ctx context.Context, id string) (xuanti.Source, error) {
	return e.store.Source(ctx, id)
}

// describe says in words what was found.
func (p *SourcePreview) describe() {
	switch p.Detected {
	case "feed":
		p.Text, p.TextEN = "这是一个订阅源", "This is a feed"
	case "page_feed":
		p.Text, p.TextEN = "这个网页有订阅源，读订阅源更快更准", "This page announces a feed, which is faster and more exact"
	case "page":
		p.Text, p.TextEN = "没有订阅源，按网页上的文章列表读取", "No feed: the page's list of articles is read"
	case "board":
		p.Text, p.TextEN = "这是一个内置的热榜", "This is a built-in board"
	}
	if n := len(p.Items); n > 0 {
		p.Text += fmt.Sprintf("，现在有 %d 条", n)
		p.TextEN += fmt.Sprintf(", %d items now", n)
		if p.Source.Kind != xuanti.SourceBoard {
			p.Text += fmt.Sprintf("，%d 条带全文", int(p.FullShare*float64(n)+0.5))
			p.TextEN += fmt.Sprintf(", %d with their full text", int(p.FullShare*float64(n)+0.5))
		}
	}
	if len(p.Items) == 0 && p.Error == "" {
		p.Text, p.TextEN = p.Text+"；现在没有尚未收录的内容", p.TextEN+"; nothing that is not known already"
	}
	if p.ExistingID != "" {
		p.Text, p.TextEN = p.Text+"；它已在来源中", p.TextEN+"; it is among the sources already"
	}
}

// preview shows what a poll brought.
func (e *Engine) preview(src xuanti.Source, res crawler.Result) SourcePreview {
	p := SourcePreview{Source: e.sourceView(&src, e.Now()), Items: e.resultItems(res), Warnings: list(res.Warnings), Others: []FeedLink{}}
	for _, l := range res.Others {
		p.Others = append(p.Others, FeedLink{URL: l.URL, Title: l.Title})
	}
	if res.Err != nil {
		p.Error = health.Words(res.Err)
	}
	if n := min(len(res.Items), previewItems); n > 0 {
		full := 0
		for i := range n {
			if len([]rune(res.Items[i].Text)) >= fullRunes {
				full++
			}
		}
		p.FullShare = float64(full) / float64(n)
	}
	if res.Snapshot != nil {
		if n := res.Snapshot.Dropped; n > 0 {
			p.Warnings = append(p.Warnings, fmt.Sprintf("丢弃了 %d 行推广、置顶或残缺的内容 (rows dropped)", n))
		}
	}
	return p
}

// resultItems are the first items or all rows of a poll.
func (e *Engine) resultItems(res crawler.Result) []ItemView {
	now, out := e.Now(), []ItemView{}
	for i := range min(len(res.Items), previewItems) {
		it := res.Items[i]
		if it.SeenAt.IsZero() {
			it.SeenAt = now
		}
		var counts []CountView
		for _, c := range it.Counts {
			counts = append(counts, CountView(c))
		}
		out = append(out, e.itemView(&it, nil, counts))
	}
	if res.Snapshot != nil {
		for i := range res.Snapshot.Entries {
			it := entryItem(res.Snapshot, &res.Snapshot.Entries[i])
			out = append(out, e.itemView(&it, nil, nil))
		}
	}
	return out
}

// OwnSources gives the sources of a fresh installation: the built-in ones and
// the boards of the data folder.
func (e *Engine) OwnSources() []xuanti.Source { return crawler.Sources(e.boards, e.Now()) }
