package engine

import (
	"context"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

const (
	ownPostsUsed   = 500
	defaultProduce = 3 * time.Hour
)

// Profiles implements Reader.
func (e *Engine) Profiles(ctx context.Context) (Page[ProfileView], error) {
	all, err := e.store.Profiles(ctx)
	if err != nil {
		return Page[ProfileView]{}, err
	}
	p := Page[ProfileView]{Items: []ProfileView{}, AsOf: e.Now()}
	for _, pr := range all {
		v, err := e.profileView(ctx, pr)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, v)
	}
	return p, nil
}

// Profile implements Reader.
func (e *Engine) Profile(ctx context.Context, id string) (ProfileView, error) {
	p, err := e.store.Profile(ctx, id)
	if err != nil {
		return ProfileView{}, err
	}
	return e.profileView(ctx, p)
}

func (e *Engine) profileView(ctx context.Context, p xuanti.Profile) (ProfileView, error) {
	own, err := e.store.OwnPosts(ctx, p.ID, ownPostsUsed)
	if err != nil {
		return ProfileView{}, err
	}
	w := p.Weights
	if w == nil {
		w = map[string]float64{}
	}
	return ProfileView{ID: p.ID, Name: p.Name, Platform: p.Platform, Keywords: list(p.Keywords), Exclude: list(p.Exclude), Peers: list(p.Peers),
		FeedURL: p.FeedURL, Production: p.Production.String(), Weights: w, OwnPosts: len(own)}, nil
}

// PutProfile implements Writer.
func (e *Engine) PutProfile(ctx context.Context, id string, in ProfileInput) (ProfileView, error) {
	if err := e.writable(); err != nil {
		return ProfileView{}, err
	}
	now := e.Now()
	p := xuanti.Profile{ID: id, CreatedAt: now}
	if id == "" {
		p.ID = xuanti.NewID(now, "profile", in.Name)
	} else {
		old, err := e.store.Profile(ctx, id)
		if err != nil {
			return ProfileView{}, err
		}
		p.CreatedAt = old.CreatedAt
	}
	p.Name, p.Platform, p.Keywords, p.Exclude, p.Peers = strings.TrimSpace(in.Name), in.Platform, words(in.Keywords), words(in.Exclude), words(in.Peers)
	p.FeedURL, p.Weights, p.UpdatedAt = strings.TrimSpace(in.FeedURL), in.Weights, now
	if p.Name == "" {
		return ProfileView{}, invalid("/name", "请给这个号起个名字 (name is empty)")
	}
	if len(p.Keywords) == 0 && len(in.OwnPosts) == 0 && p.FeedURL == "" {
		return ProfileView{}, invalid("/keywords", "至少要有一个领域关键词，或粘贴几条自己写过的标题 (no keywords and no own posts)")
	}
	if len(p.Keywords) > 200 || len(p.Exclude) > 200 || len(in.OwnPosts) > 1000 {
		return ProfileView{}, invalid("/keywords", "关键词、排除词各不超过 200 个，标题不超过 1000 条 (too many)")
	}
	for k, w := range p.Weights {
		if w < -10 || w > 10 {
			return ProfileView{}, invalid("/weights/"+k, "权重要在 -10 到 10 之间 (weight out of range)")
		}
	}
	var err error
	if p.Production, err = duration("/production", in.Production, defaultProduce, 10*time.Minute, 14*24*time.Hour); err != nil {
		return ProfileView{}, err
	}
	own := ownPosts(p.ID, in.OwnPosts, now)
	err = e.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.PutProfile(ctx, p); err != nil {
			return err
		}
		_, err := tx.PutOwnPosts(ctx, own)
		return err
	})
	if err != nil {
		return ProfileView{}, err
	}
	if p.FeedURL != "" {
		if err := e.EnsureSources(ctx, []xuanti.Source{ownSource(p, now)}); err != nil {
			return ProfileView{}, err
		}
	}
	e.commits.Add(1)
	return e.profileView(ctx, p)
}

// ownPosts makes own posts of pasted titles.
func ownPosts(profile string, titles []string, now time.Time) []xuanti.OwnPost {
	var out []xuanti.OwnPost
	for _, t := range titles {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, xuanti.OwnPost{ProfileID: profile, Key: t, Title: t, At: now})
		}
	}
	return out
}

// ownSourceGroup marks the feed of a profile's own posts.
const ownSourceGroup = "own:"

func ownSource(p xuanti.Profile, now time.Time) xuanti.Source {
	return xuanti.Source{ID: xuanti.NewID(p.CreatedAt, "own", p.ID, p.FeedURL), Kind: xuanti.SourceFeed, Name: p.Name + "（自己的文章）", URL: p.FeedURL,
		Platform: "own", Group: ownSourceGroup + p.ID, Weight: 1, Interval: time.Hour, State: xuanti.SourceActive, CreatedAt: now}
}

// DeleteProfile implements Writer.
func (e *Engine) DeleteProfile(ctx context.Context, id string) error {
	if err := e.writable(); err != nil {
		return err
	}
	if _, err := e.store.Profile(ctx, id); err != nil {
		return err
	}
	return e.store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteProfile(ctx, id) })
}
