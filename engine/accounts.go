package engine

import (
	"context"
	"sort"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/suggest"
)

// Accounts implements Reader.
func (e *Engine) Accounts(ctx context.Context, group string) (Page[AccountView], error) {
	peers, err := e.peerPosts(ctx)
	if err != nil {
		return Page[AccountView]{}, err
	}
	all, err := e.store.Accounts(ctx, group)
	if err != nil {
		return Page[AccountView]{}, err
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return Page[AccountView]{}, err
	}
	p := Page[AccountView]{Items: []AccountView{}, AsOf: peers.at}
	for _, a := range all {
		p.Items = append(p.Items, e.accountView(a, peers, sources))
	}
	return p, nil
}

// Account implements Reader.
func (e *Engine) Account(ctx context.Context, id string) (AccountView, error) {
	a, err := e.store.Account(ctx, id)
	if err != nil {
		return AccountView{}, err
	}
	peers, err := e.peerPosts(ctx)
	if err != nil {
		return AccountView{}, err
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return AccountView{}, err
	}
	return e.accountView(a, peers, sources), nil
}

func (e *Engine) accountView(a xuanti.Account, peers *peerView, sources map[string]xuanti.Source) AccountView {
	v := AccountView{ID: a.ID, Platform: a.Platform, Name: a.Name, Handle: a.Handle, URL: e.link(a.URL), Group: a.Group, Followers: a.Followers, FollowersAt: dated(a.FollowersAt), Note: a.Note, Sources: []string{}}
	for _, s := range sources {
		if s.AccountID == a.ID {
			v.Sources = append(v.Sources, s.ID)
		}
	}
	sort.Strings(v.Sources)
	for _, p := range peers.posts {
		if p.Account.ID != a.ID {
			continue
		}
		if v.LastPost == nil {
			at := p.Item.PublishedAt
			v.LastPost = &at
		}
		v.Posts++
		if p.Score.Verdict == "viral" && peers.at.Sub(p.Item.PublishedAt) <= 30*24*time.Hour {
			v.Viral++
		}
	}
	return v
}

// PutAccount implements Writer.
func (e *Engine) PutAccount(ctx context.Context, id string, in AccountInput) (AccountView, error) {
	if err := e.writable(); err != nil {
		return AccountView{}, err
	}
	now := e.Now()
	a := xuanti.Account{ID: id, CreatedAt: now}
	if id == "" {
		a.ID = xuanti.NewID(now, "account", in.Platform, in.Name, in.Handle)
	} else {
		old, err := e.store.Account(ctx, id)
		if err != nil {
			return AccountView{}, err
		}
		a = old
	}
	a.Platform, a.Name, a.Handle = platformID(in.Platform), strings.TrimSpace(in.Name), strings.TrimSpace(in.Handle)
	a.URL, a.Group, a.Note = strings.TrimSpace(in.URL), strings.TrimSpace(in.Group), nlp.Shorten(in.Note, 500)
	if a.Name == "" {
		return AccountView{}, invalid("/name", "请填写账号名称 (name is empty)")
	}
	if a.Platform == "" {
		return AccountView{}, invalid("/platform", "请填写平台，例如 wechat、weibo、xiaohongshu (platform is empty)")
	}
	var counted []xuanti.Followers
	if in.Followers != nil {
		if *in.Followers < 0 {
			return AccountView{}, invalid("/followers", "粉丝数不能是负数 (followers is negative)")
		}
		if a.Followers == nil || *a.Followers != *in.Followers {
			counted = []xuanti.Followers{{AccountID: a.ID, At: now, Value: *in.Followers, Provenance: "manual"}}
		}
		a.Followers, a.FollowersAt = in.Followers, now
	}
	var src *xuanti.Source
	if in.FeedURL = strings.TrimSpace(in.FeedURL); in.FeedURL != "" {
		if err := webAddress("/feed_url", in.FeedURL); err != nil {
			return AccountView{}, err
		}
		src = &xuanti.Source{ID: xuanti.NewID(now, "source", in.FeedURL), Kind: xuanti.SourceFeed, Name: a.Name, URL: in.FeedURL, Platform: a.Platform, AccountID: a.ID,
			Group: a.Group, Weight: 1, Interval: 30 * time.Minute, State: xuanti.SourceActive, CreatedAt: now}
	}
	if src != nil {
		if twin, err := e.twin(ctx, src); err != nil {
			return AccountView{}, err
		} else if twin != nil && twin.AccountID != a.ID {
			return AccountView{}, sourceExists(twin)
		} else if twin != nil {
			src = nil // said before
		}
	}
	if err := e.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.PutAccount(ctx, a); err != nil {
			return err
		}
		if _, err := tx.AddFollowers(ctx, counted); err != nil {
			return err
		}
		if src != nil {
			return tx.PutSource(ctx, *src)
		}
		return nil
	}); err != nil {
		return AccountView{}, err
	}
	e.sources.forget()
	e.forgetPeers()
	e.wake()
	return e.Account(ctx, a.ID)
}

// platformID is the id of a platform that people may call by its name: 公众号
// is wechat. Others stay as they are, in lower case.
func platformID(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "公众号", "微信公众号", "微信", "weixin", "mp":
		return "wechat"
	case "小红书", "xhs", "rednote":
		return "xiaohongshu"
	case "抖音", "tiktok-cn":
		return "douyin"
	case "微博", "新浪微博":
		return "weibo"
	case "b站", "哔哩哔哩", "bili":
		return "bilibili"
	case "快手":
		return "kuaishou"
	case "知乎":
		return "zhihu"
	case "头条", "今日头条":
		return "toutiao"
	case "视频号", "微信视频号":
		return "channels"
	}
	return name
}

const notWeb = "网址要以 http:// 或 https:// 开头 (not a web address)"

// webAddress accepts what address.Target does.
func webAddress(pointer, raw string) error {
	if _, err := address.Target(raw); err != nil {
		return invalid(pointer, notWeb)
	}
	return nil
}

// DeleteAccount implements Writer.
func (e *Engine) DeleteAccount(ctx context.Context, id string) error {
	if err := e.writable(); err != nil {
		return err
	}
	if _, err := e.store.Account(ctx, id); err != nil {
		return err
	}
	err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteAccount(ctx, id) })
	e.sources.forget()
	e.forgetPeers()
	return err
}

// Posts implements Reader: posts of benchmark accounts against their baselines.
func (e *Engine) Posts(ctx context.Context, q PostQuery) (Page[PostView], error) {
	peers, err := e.peerPosts(ctx)
	if err != nil {
		return Page[PostView]{}, err
	}
	if q.AccountID != "" {
		if _, ok := peers.accounts[q.AccountID]; !ok {
			return Page[PostView]{}, xuanti.Errorf(xuanti.CodeNotFound, "没有编号为 %s 的账号 (no such account)", q.AccountID)
		}
	}
	var rows []suggest.PeerPost
	for _, p := range peers.posts {
		if (q.AccountID == "" || p.Account.ID == q.AccountID) && (q.Group == "" || p.Account.Group == q.Group) && (q.Verdict == "" || p.Score.Verdict == q.Verdict) {
			rows = append(rows, p)
		}
	}
	if q.Sort != "recent" {
		sort.SliceStable(rows, func(i, j int) bool { return rows[i].Score.Z > rows[j].Score.Z })
	}
	offset, err := offsetOf(q.Cursor)
	if err != nil {
		return Page[PostView]{}, err
	}
	rows, next := cut(rows, offset, q.Limit)
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return Page[PostView]{}, err
	}
	p := Page[PostView]{Items: []PostView{}, NextCursor: next, AsOf: peers.at}
	for i := range rows {
		p.Items = append(p.Items, e.postView(&rows[i], peers, sources))
	}
	return p, nil
}

// postView shows a post with its newest counts.
func (e *Engine) postView(p *suggest.PeerPost, peers *peerView, sources map[string]xuanti.Source) PostView {
	var counts []CountView
	for _, m := range newestCounts(peers.metrics[p.Item.ID]) {
		counts = append(counts, CountView(m.Count))
	}
	return PostView{Item: e.itemView(&p.Item, sources, counts), Account: p.Account.Name, Score: scoreView(p.Score)}
}

// scoreView shows a score; what is unknown stays null.
func scoreView(s xuanti.PostScore) PostScoreView {
	v := PostScoreView{Metric: s.Metric, Confidence: s.Confidence, Verdict: s.Verdict, Label: verdictLabel(s.Verdict), Posts: s.Posts}
	if s.Verdict == "" {
		v.Verdict = "unknown"
	}
	if s.Metric == "" || s.Verdict == "unknown" && s.Ratio == 0 {
		return v
	}
	actual := s.Actual
	v.Actual = &actual
	if s.Ratio > 0 {
		expected, ratio, z := s.Expected, s.Ratio, s.Z
		v.Expected, v.Ratio, v.Z = &expected, &ratio, &z
	}
	return v
}
