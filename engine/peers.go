package engine

import (
	"context"
	"sort"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/suggest"
)

// peerView holds the posts of all benchmark accounts with their scores.
type peerView struct {
	stamp
	posts    []suggest.PeerPost
	byEvent  map[string][]suggest.PeerPost
	accounts map[string]xuanti.Account
	metrics  map[string][]xuanti.Metric
}

const (
	peerSpan  = 180 * 24 * time.Hour
	peerPosts = 200
)

// peerPosts scores the posts of every benchmark account against its own
// baseline.
func (e *Engine) peerPosts(ctx context.Context) (*peerView, error) {
	e.cache.mu.Lock()
	v := e.cache.peers
	e.cache.mu.Unlock()
	if v != nil && e.fresh(v.stamp) {
		return v, nil
	}
	v = &peerView{stamp: e.stamp(), byEvent: map[string][]suggest.PeerPost{}, accounts: map[string]xuanti.Account{}, metrics: map[string][]xuanti.Metric{}}
	accounts, err := e.store.Accounts(ctx, "")
	if err != nil {
		return nil, err
	}
	byAccount := map[string][]suggest.Post{}
	groups := map[string][]suggest.Post{}
	for _, a := range accounts {
		v.accounts[a.ID] = a
		items, err := e.store.AccountPosts(ctx, a.ID, v.at, peerPosts)
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(items))
		for i := range items {
			ids[i] = items[i].ID
		}
		ms, err := e.store.Metrics(ctx, ids, v.at)
		if err != nil {
			return nil, err
		}
		for _, m := range ms {
			v.metrics[m.ItemID] = append(v.metrics[m.ItemID], m)
		}
		for i := range items {
			if v.at.Sub(items[i].PublishedAt) > peerSpan {
				continue
			}
			post := suggest.Post{Item: items[i], Metrics: v.metrics[items[i].ID]}
			byAccount[a.ID] = append(byAccount[a.ID], post)
			groups[a.Platform+"\x00"+a.Group] = append(groups[a.Platform+"\x00"+a.Group], post)
		}
	}
	for _, a := range accounts {
		posts := byAccount[a.ID]
		scores := map[string]xuanti.PostScore{}
		for _, s := range suggest.ScorePosts(posts, groups[a.Platform+"\x00"+a.Group], v.at) {
			scores[s.ItemID] = s
		}
		for _, p := range posts {
			pp := suggest.PeerPost{Item: p.Item, Account: a, Score: scores[p.Item.ID]}
			v.posts = append(v.posts, pp)
			if p.Item.EventID != "" {
				v.byEvent[p.Item.EventID] = append(v.byEvent[p.Item.EventID], pp)
			}
		}
	}
	sort.SliceStable(v.posts, func(i, j int) bool { return v.posts[i].Item.PublishedAt.After(v.posts[j].Item.PublishedAt) })
	e.cache.mu.Lock()
	e.cache.peers = v
	e.cache.mu.Unlock()
	return v, nil
}
