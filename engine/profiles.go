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
	if p.FeedURL != "" {
		if err := webAddress("/feed_url", p.FeedURL); err != nil {
			return ProfileView{}, err
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
		if _, err := tx.PutOwnPosts(ctx, own); err != nil {
			return err
		}
		return keepOwnSource(ctx, tx, p, now)
	})
	e.sources.forget()
	if err != nil {
		return ProfileView{}, err
	}
	e.commits.Add(1)
	e.wake()
	return e.profileView(ctx, p)
}

// keepOwnSource has the feed of a profile's own posts read, and no other.
func keepOwnSource(ctx context.Context, tx *store.Tx, p xuanti.Profile, now time.Time) error {
	have, err := tx.Sources(ctx, store.SourceFilter{Group: ownSourceGroup + p.ID})
	if err != nil {
		return err
	}
	kept := p.FeedURL == ""
	for _, s := range have {
		if s.URL == p.FeedURL {
			kept = true
			continue
		}
		if err := tx.DeleteSource(ctx, s.ID); err != nil {
			return err
		}
	}
	if kept {
		return nil
	}
	return tx.PutSource(ctx, ownSource(p, now))
}

// ownPost is the post of a profile that an item of its own feed is; ok is false
// for any other item.
func (e *Engine) ownPost(it *xuanti.Item) (p xuanti.OwnPost, ok bool) {
	profile, ok := strings.CutPrefix(e.sources.group(it.SourceID), ownSourceGroup)
	return xuanti.OwnPost{ProfileID: profile, Key: it.Key, Title: it.Title, Text: it.Text, URL: it.URL, At: it.PublishedAt}, ok
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

// ownSourceGroup and the profile's id are the group of the feed of its own posts.
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
	err := e.store.Update(ctx, func(tx *store.Tx) error {
		if err := keepOwnSource(ctx, tx, xuanti.Profile{ID: id}, e.Now()); err != nil {
			return err
		}
		return tx.DeleteProfile(ctx, id)
	})
	e.sources.forget()
	return err
}
