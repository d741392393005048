package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// change locks the fake for a write, and refuses in an as-of view.
func (f *fake) change() error {
	if f.readOnly {
		return xuanti.Errorf(xuanti.CodeConflict, "回看模式下不能修改")
	}
	return nil
}

func (f *fake) newID() string {
	f.created++
	return fmt.Sprintf("new%d", f.created)
}

// put replaces or appends a row.
func put[T any](rows *[]T, v T, is func(T) bool) {
	if i := slices.IndexFunc(*rows, is); i >= 0 {
		(*rows)[i] = v
		return
	}
	*rows = append(*rows, v)
}

func drop[T any](f *fake, rows *[]T, what string, is func(T) bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return err
	}
	n := len(*rows)
	*rows = slices.DeleteFunc(*rows, is)
	if len(*rows) == n {
		return notFound(what)
	}
	return nil
}

func (f *fake) PutSource(_ context.Context, id string, in engine.SourceInput) (engine.SourceView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.SourceView{}, err
	}
	if !strings.HasPrefix(in.URL, "http") {
		return engine.SourceView{}, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "地址应以 http 开头", Pointer: "/url"}
	}
	v := engine.SourceView{ID: id, Kind: xuanti.SourceFeed, Name: in.Name, URL: in.URL, Group: in.Group, State: xuanti.SourceActive, Health: xuanti.HealthNew, HealthText: "尚未抓取", Interval: "10m0s", Weight: 1, NextAt: when(f.now)}
	if id == "" {
		v.ID = f.newID()
	} else {
		old, err := find(f.sources, "来源", func(s engine.SourceView) bool { return s.ID == id })
		if err != nil {
			return v, err
		}
		v = old
		v.Name, v.URL, v.State = in.Name, in.URL, in.State
		if in.State == xuanti.SourcePaused {
			v.Health, v.HealthText = xuanti.HealthPaused, "已暂停"
		}
	}
	put(&f.sources, v, func(s engine.SourceView) bool { return s.ID == v.ID })
	return v, nil
}

func (f *fake) DeleteSource(_ context.Context, id string) error {
	return drop(f, &f.sources, "来源", func(s engine.SourceView) bool { return s.ID == id })
}

func (f *fake) RestoreSource(_ context.Context, id string) (engine.SourceView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.SourceView{}, err
	}
	if id != "src8" {
		return engine.SourceView{}, notFound("可以恢复的来源")
	}
	v := engine.SourceView{ID: id, Name: "恢复的来源", State: xuanti.SourceActive, Health: xuanti.HealthOK}
	f.sources = append(f.sources, v)
	return v, nil
}

func (f *fake) EditSource(_ context.Context, id string, in engine.SourceEdit) (engine.SourceView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.SourceView{}, err
	}
	v, err := find(f.sources, "来源", func(s engine.SourceView) bool { return s.ID == id })
	if err != nil {
		return v, err
	}
	if in.Interval != nil && *in.Interval == "soon" {
		return v, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "时长要写成 30m、3h 这样", Pointer: "/interval"}
	}
	if in.Name != nil {
		v.Name = *in.Name
	}
	if in.Group != nil {
		v.Group = *in.Group
	}
	if in.Tags != nil {
		v.Tags = *in.Tags
	}
	if in.Headers != nil {
		v.HeaderNames = slices.Sorted(maps.Keys(*in.Headers))
	}
	if in.State != nil {
		v.State, v.Health, v.HealthText = *in.State, xuanti.HealthOK, "正常"
		if *in.State == xuanti.SourcePaused {
			v.Health, v.HealthText = xuanti.HealthPaused, "已暂停"
		}
	}
	put(&f.sources, v, func(s engine.SourceView) bool { return s.ID == id })
	return v, nil
}

func (f *fake) PutSourceAlerts(_ context.Context, in engine.SourceAlerts) (engine.SourceAlerts, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return in, err
	}
	for i, id := range in.Channels {
		if _, err := find(f.channels, "渠道", func(c engine.ChannelView) bool { return c.ID == id }); err != nil {
			return in, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "没有这个渠道", Pointer: fmt.Sprintf("/channels/%d", i)}
		}
	}
	f.told = in.Channels
	return in, nil
}

func (f *fake) PollSource(ctx context.Context, id string) (engine.PollOutcome, error) {
	if err := f.change(); err != nil {
		return engine.PollOutcome{}, err
	}
	v, err := f.Source(ctx, id)
	out := engine.PollOutcome{OK: v.LastError == "", Text: "成功，50 条，新增 3 条", Status: 200, Rows: 50, New: 3, LatencyMS: 240, Items: f.items[:3], Warnings: []string{}, Source: v}
	if !out.OK {
		out.Text, out.Advice, out.Status, out.Items = "失败："+v.LastError, "对方服务器出错，会自动重试", 503, []engine.ItemView{}
	}
	return out, err
}

func (f *fake) PreviewSource(_ context.Context, url string) (engine.SourcePreview, error) {
	if !strings.HasPrefix(url, "http") {
		return engine.SourcePreview{}, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "地址应以 http 开头", Pointer: "/url"}
	}
	return engine.SourcePreview{
		Source: engine.SourceView{Kind: xuanti.SourceFeed, Name: "青禾日报", URL: url, Interval: "15m0s"},
		Items:  f.items[:5], Warnings: []string{"时间没有时区，按北京时间读取"},
		Others: []engine.FeedLink{{URL: "https://news.example/food.xml", Title: "美食频道"}},
	}, nil
}

func (f *fake) PutAccount(_ context.Context, id string, in engine.AccountInput) (engine.AccountView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.AccountView{}, err
	}
	if in.Name == "" {
		return engine.AccountView{}, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "名称不能为空", Pointer: "/name"}
	}
	if id == "" {
		id = f.newID()
	}
	v := engine.AccountView{ID: id, Platform: in.Platform, Name: in.Name, Handle: in.Handle, URL: in.URL, Group: in.Group, Followers: in.Followers, Note: in.Note}
	put(&f.accounts, v, func(a engine.AccountView) bool { return a.ID == id })
	return v, nil
}

func (f *fake) DeleteAccount(_ context.Context, id string) error {
	return drop(f, &f.accounts, "对标账号", func(a engine.AccountView) bool { return a.ID == id })
}

func (f *fake) PutProfile(_ context.Context, id string, in engine.ProfileInput) (engine.ProfileView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.ProfileView{}, err
	}
	if in.Name == "" {
		return engine.ProfileView{}, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "名称不能为空", Pointer: "/name"}
	}
	if id == "" {
		id = f.newID()
	}
	v := engine.ProfileView{ID: id, Name: in.Name, Platform: in.Platform, Keywords: in.Keywords, Exclude: in.Exclude, Peers: in.Peers, FeedURL: in.FeedURL, Production: in.Production, Weights: in.Weights, OwnPosts: len(in.OwnPosts)}
	put(&f.profiles, v, func(p engine.ProfileView) bool { return p.ID == id })
	return v, nil
}

func (f *fake) DeleteProfile(_ context.Context, id string) error {
	return drop(f, &f.profiles, "账号", func(p engine.ProfileView) bool { return p.ID == id })
}

func (f *fake) Decide(_ context.Context, id, profileID string, status xuanti.SuggestionStatus, reason, note string) (engine.SuggestionView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.SuggestionView{}, err
	}
	for i := range f.suggestions {
		if s := &f.suggestions[i]; s.ID == id && s.ProfileID == profileID {
			s.Status, s.Reason = status, reason
			return *s, nil
		}
	}
	return engine.SuggestionView{}, notFound("选题")
}

func (f *fake) PutSubscription(_ context.Context, id string, in engine.SubscriptionInput) (engine.SubscriptionView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.SubscriptionView{}, err
	}
	if err := checkRule(in.Rule); err != nil {
		return engine.SubscriptionView{}, err
	}
	if id == "" {
		id = f.newID()
	}
	v := engine.SubscriptionView{ID: id, Name: in.Name, Rule: in.Rule, Channels: in.Channels, FeedPath: "/feeds/tok" + id + ".xml", Active: in.Active == nil || *in.Active, Escalate: in.Escalate == nil || *in.Escalate, Cooldown: "6h0m0s", DailyCap: 30, CreatedAt: f.now}
	put(&f.subs, v, func(s engine.SubscriptionView) bool { return s.ID == id })
	return v, nil
}

func (f *fake) DeleteSubscription(_ context.Context, id string) error {
	return drop(f, &f.subs, "订阅", func(s engine.SubscriptionView) bool { return s.ID == id })
}

func (f *fake) PutChannel(_ context.Context, id string, in engine.ChannelInput) (engine.ChannelView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.ChannelView{}, err
	}
	v := engine.ChannelView{ID: id, Kind: "webhook", Name: in.Name, URL: in.URL, Active: in.Active == nil || *in.Active, CreatedAt: f.now}
	if id == "" {
		v.ID = f.newID()
	}
	put(&f.channels, v, func(c engine.ChannelView) bool { return c.ID == v.ID })
	if id == "" {
		v.Secret = "whsec_" + strings.Repeat("Zm9v", 8)
	}
	return v, nil
}

func (f *fake) DeleteChannel(_ context.Context, id string) error {
	return drop(f, &f.channels, "渠道", func(c engine.ChannelView) bool { return c.ID == id })
}

func (f *fake) TestChannel(_ context.Context, id string) (engine.DeliveryView, error) {
	if err := f.change(); err != nil {
		return engine.DeliveryView{}, err
	}
	if _, err := find(f.channels, "渠道", func(c engine.ChannelView) bool { return c.ID == id }); err != nil {
		return engine.DeliveryView{}, err
	}
	return engine.DeliveryView{ID: "d-test", ChannelID: id, Type: "channel.test", State: xuanti.DeliveryDelivered, Attempts: 1, LastCode: 204, CreatedAt: f.now}, nil
}

func (f *fake) RetryDelivery(_ context.Context, id string) (engine.DeliveryView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.DeliveryView{}, err
	}
	for i := range f.deliveries {
		if f.deliveries[i].ID == id {
			f.deliveries[i].State = xuanti.DeliveryPending
			return f.deliveries[i], nil
		}
	}
	return engine.DeliveryView{}, notFound("投递")
}

func (f *fake) DecideWord(_ context.Context, text string, status xuanti.WordStatus) (engine.WordView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.WordView{}, err
	}
	for i := range f.words {
		if f.words[i].Text == text {
			v := f.words[i]
			v.Was, v.Status = v.Status, status
			f.words[i].Status = status
			return v, nil
		}
	}
	return engine.WordView{}, notFound("词")
}

func (f *fake) Import(_ context.Context, kind, name string, r io.Reader) (engine.ImportView, error) {
	if err := f.change(); err != nil {
		return engine.ImportView{}, err
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return engine.ImportView{}, err
	}
	return engine.ImportView{ID: "i1", Kind: kind, Name: name, At: f.now, Rows: bytes.Count(b, []byte("\n")) + 1, Added: 1}, nil
}

func (f *fake) UploadImport(ctx context.Context, name string, r io.Reader, plan engine.ImportPlan) (engine.ImportPreview, error) {
	if err := f.change(); err != nil {
		return engine.ImportPreview{}, err
	}
	b, err := io.ReadAll(r)
	if err != nil || len(b) == 0 {
		return engine.ImportPreview{}, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "文件是空的"}
	}
	f.mu.Lock()
	im := engine.ImportView{ID: f.newID(), Kind: "metrics", Name: name, At: f.now, State: xuanti.ImportPreview, Rows: bytes.Count(b, []byte("\n")), Errors: []xuanti.ImportError{{Row: 3, Column: "B", Message: "不是数字"}}}
	f.imports = append(f.imports, im)
	f.mu.Unlock()
	return f.PreviewImport(ctx, im.ID, plan)
}

func (f *fake) setImport(id string, state xuanti.ImportState, change func(*engine.ImportView)) (engine.ImportView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.ImportView{}, err
	}
	for i := range f.imports {
		if f.imports[i].ID == id {
			f.imports[i].State = state
			change(&f.imports[i])
			return f.imports[i], nil
		}
	}
	return engine.ImportView{}, notFound("导入")
}

func (f *fake) CommitImport(_ context.Context, id string, plan engine.ImportPlan, dry bool, _ func(engine.ImportView)) (engine.ImportView, error) {
	if plan.AccountID == "" {
		return engine.ImportView{}, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "没有指明账号", Pointer: "/account_id"}
	}
	state := xuanti.ImportDone
	if dry {
		state = xuanti.ImportPreview
	}
	return f.setImport(id, state, func(v *engine.ImportView) { v.AccountID, v.Added, v.Created = plan.AccountID, 7, len(plan.Map) })
}

func (f *fake) ImportMetrics(ctx context.Context, name string, r io.Reader, plan engine.ImportPlan, dry bool, _ func(engine.ImportView)) (engine.ImportPreview, engine.ImportView, error) {
	p, err := f.UploadImport(ctx, name, r, plan)
	if err != nil {
		return p, engine.ImportView{}, err
	}
	v, err := f.CommitImport(ctx, p.Import.ID, plan, dry, nil)
	return p, v, err
}

func (f *fake) UndoImport(_ context.Context, id string) (engine.ImportView, error) {
	return f.setImport(id, xuanti.ImportUndone, func(*engine.ImportView) {})
}

func (f *fake) PushMetrics(_ context.Context, key string, in engine.MetricsInput) (engine.MetricsResult, error) {
	if err := f.change(); err != nil {
		return engine.MetricsResult{}, err
	}
	return engine.MetricsResult{Rows: len(in.Observations), Added: len(key), Errors: []engine.MetricError{}}, nil
}

func (f *fake) CreateToken(_ context.Context, name string, scopes []string, ttl time.Duration) (engine.TokenView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.TokenView{}, err
	}
	v := engine.TokenView{ID: f.newID(), Name: name, Scopes: scopes, CreatedAt: f.now}
	f.tokens = append(f.tokens, v)
	v.Secret = "xt_" + v.ID + "_secret"
	f.secrets[v.Secret] = xuanti.Token{ID: v.ID, Name: name, Scopes: scopes}
	return v, nil
}

func (f *fake) DeleteToken(_ context.Context, id string) error {
	if err := drop(f, &f.tokens, "令牌", func(t engine.TokenView) bool { return t.ID == id }); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for k, t := range f.secrets {
		if t.ID == id {
			delete(f.secrets, k)
		}
	}
	return nil
}

func (f *fake) Tokens(context.Context) (engine.Page[engine.TokenView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return paged(f, f.tokens, 100, "")
}

func (f *fake) Authenticate(_ context.Context, secret string) (xuanti.Token, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t, ok := f.secrets[secret]; ok {
		return t, nil
	}
	return xuanti.Token{}, xuanti.Errorf(xuanti.CodeUnauthorized, "令牌无效")
}
