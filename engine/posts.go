package engine

import (
	"context"
	"fmt"
	"io"

	"github.com/xuanti/xuanti"
)

// Post implements Reader: a benchmark post with its counts over time.
func (e *Engine) Post(ctx context.Context, itemID string) (PostDetail, error) {
	peers, err := e.peerPosts(ctx)
	if err != nil {
		return PostDetail{}, err
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return PostDetail{}, err
	}
	for i := range peers.posts {
		if p := &peers.posts[i]; p.Item.ID == itemID {
			v := PostDetail{PostView: e.postView(p, peers, sources), AccountID: p.Account.ID, Metrics: []MetricView{}}
			for _, m := range peers.metrics[itemID] {
				v.Metrics = append(v.Metrics, MetricView{Name: m.Count.Name, At: m.At, Value: m.Count.Value, AtLeast: m.Count.AtLeast, Provenance: m.Provenance})
			}
			return v, nil
		}
	}
	return PostDetail{}, xuanti.Errorf(xuanti.CodeNotFound, "没有编号为 %s 的对标作品 (no such benchmark post)", itemID)
}

// Followers implements Reader.
func (e *Engine) Followers(ctx context.Context, accountID string) (Page[MetricView], error) {
	p := Page[MetricView]{Items: []MetricView{}, AsOf: e.Now()}
	if _, err := e.store.Account(ctx, accountID); err != nil {
		return p, err
	}
	all, err := e.store.Followers(ctx, accountID, p.AsOf)
	for _, f := range all {
		p.Items = append(p.Items, MetricView{Name: "followers", At: f.At, Value: f.Value, AtLeast: f.AtLeast, Provenance: f.Provenance})
	}
	return p, err
}

// exportMetrics writes every count of every benchmark post, one a row.
func (e *Engine) exportMetrics(ctx context.Context, q ExportQuery, w io.Writer) error {
	peers, err := e.peerPosts(ctx)
	if err != nil {
		return err
	}
	s, err := newSpreadsheet(w)
	if err != nil {
		return err
	}
	if err := s.row("账号", "平台", "标题", "链接", "发布时间", "数据时间", "指标", "数值", "至少", "出处", "编号"); err != nil {
		return err
	}
	n := 0
	for i := range peers.posts {
		p := &peers.posts[i]
		for _, m := range peers.metrics[p.Item.ID] {
			if m.At.Before(q.Since) || !q.Until.IsZero() && m.At.After(q.Until) {
				continue
			}
			if n++; q.Limit > 0 && n > q.Limit {
				return s.end()
			}
			least := ""
			if m.Count.AtLeast {
				least = "是"
			}
			if err := s.row(p.Account.Name, p.Account.Platform, p.Item.Title, e.outside(e.link(p.Item.URL)), local(p.Item.PublishedAt), local(m.At), m.Count.Name,
				fmt.Sprint(m.Count.Value), least, m.Provenance, p.Item.ID); err != nil {
				return err
			}
		}
	}
	return s.end()
}
