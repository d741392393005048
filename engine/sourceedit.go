package engine

import (
	"context"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

const (
	headersMost = 20
	headerMost  = 8 << 10 // bytes of one value; cookies are long
	tagsMost    = 50
)

// edit is the input as a change: what it does not say stays.
func (in *SourceInput) edit() SourceEdit {
	var c SourceEdit
	text := func(field **string, v string) {
		if v != "" {
			*field = &v
		}
	}
	text(&c.Name, in.Name)
	text(&c.URL, in.URL)
	text(&c.Platform, in.Platform)
	text(&c.AccountID, in.AccountID)
	text(&c.Group, in.Group)
	text(&c.Selector, in.Selector)
	text(&c.Zone, in.Zone)
	text(&c.Interval, in.Interval)
	if in.Tags != nil {
		c.Tags = &in.Tags
	}
	if in.Headers != nil {
		c.Headers = &in.Headers
	}
	if in.Weight != 0 {
		c.Weight = &in.Weight
	}
	if in.FullText {
		c.FullText = &in.FullText
	}
	if in.State != "" {
		c.State = &in.State
	}
	return c
}

// change applies an edit to a source and checks it.
func (e *Engine) change(ctx context.Context, s *xuanti.Source, in SourceEdit) error {
	if in.URL != nil && s.Kind != xuanti.SourceBoard {
		if err := webAddress("/url", *in.URL); err != nil {
			return err
		}
		s.URL = strings.TrimSpace(*in.URL)
	}
	text := func(field *string, v *string, most int) {
		if v != nil {
			*field = nlp.Shorten(strings.TrimSpace(*v), most)
		}
	}
	text(&s.Name, in.Name, 100)
	text(&s.Platform, in.Platform, 50)
	text(&s.Group, in.Group, 100)
	text(&s.Selector, in.Selector, 500)
	if s.Name == "" {
		s.Name = s.URL
	}
	if s.Platform == "" {
		s.Platform = xuanti.PlatformNews
	}
	if in.AccountID != nil {
		s.AccountID = ""
		if *in.AccountID != "" {
			a, err := e.store.Account(ctx, *in.AccountID)
			if err != nil {
				return invalid("/account_id", "没有这个账号 (no such account)")
			}
			s.AccountID, s.Platform = a.ID, a.Platform
		}
	}
	if in.Tags != nil {
		if s.Tags = words(*in.Tags); len(s.Tags) > tagsMost {
			return invalid("/tags", "标签最多 50 个 (too many tags)")
		}
	}
	if in.Headers != nil {
		if err := checkHeaders(*in.Headers); err != nil {
			return err
		}
		s.Headers = *in.Headers
	}
	if in.Zone != nil {
		if _, err := time.LoadLocation(*in.Zone); err != nil || *in.Zone == "Local" {
			return invalid("/zone", "时区要写成 Asia/Shanghai 这样 (unknown zone)")
		}
		s.Zone = *in.Zone
	}
	if in.Weight != nil {
		if *in.Weight < 0 || *in.Weight > 2 {
			return invalid("/weight", "权重要在 0 到 2 之间 (weight out of range)")
		}
		s.Weight = *in.Weight
	}
	if in.FullText != nil {
		s.FullText = *in.FullText
	}
	if in.Interval != nil {
		var err error
		if s.Interval, err = duration("/interval", *in.Interval, s.Interval, time.Minute, 7*24*time.Hour); err != nil {
			return err
		}
	}
	if in.State != nil {
		if *in.State != xuanti.SourceActive && *in.State != xuanti.SourcePaused {
			return invalid("/state", "状态只能是 active 或 paused (unknown state)")
		}
		s.State = *in.State
	}
	return nil
}

// checkHeaders refuses headers that are none, and those that belong to the
// connection.
func checkHeaders(h map[string]string) error {
	if len(h) > headersMost {
		return invalid("/headers", "请求头最多 20 个 (too many headers)")
	}
	for name, value := range h {
		switch key := http.CanonicalHeaderKey(name); {
		case !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) || len(value) > headerMost:
			return invalid("/headers/"+name, "请求头 "+name+" 的名称或内容不合法 (not a header)")
		case key == "Host" || key == "Content-Length" || key == "Transfer-Encoding" || key == "Connection":
			return invalid("/headers/"+name, "请求头 "+name+" 不能设置 (this header cannot be set)")
		}
	}
	return nil
}

// PutSource implements Writer.
func (e *Engine) PutSource(ctx context.Context, id string, in SourceInput) (SourceView, error) {
	if id != "" {
		old, err := e.store.Source(ctx, id)
		if err != nil {
			return SourceView{}, err
		}
		if in.Kind != "" && in.Kind != old.Kind {
			return SourceView{}, invalid("/kind", "来源的类型不能改，请新建一个 (kind cannot change)")
		}
		return e.EditSource(ctx, id, in.edit())
	}
	if err := e.writable(); err != nil {
		return SourceView{}, err
	}
	now := e.Now()
	s := xuanti.Source{Kind: in.Kind, Weight: 1, Interval: 30 * time.Minute, State: xuanti.SourceActive, CreatedAt: now}
	if err := webAddress("/url", in.URL); err != nil {
		return SourceView{}, err
	}
	s.URL = strings.TrimSpace(in.URL)
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
		s.Kind, s.Name, in.URL = found.Kind, found.Name, found.URL
	}
	switch s.Kind {
	case xuanti.SourceFeed, xuanti.SourcePage:
	case xuanti.SourceBoard:
		return SourceView{}, invalid("/kind", "榜单用文件描述，放进数据目录的 boards 文件夹，见 docs/boards.md (boards are files in DATA/boards)")
	default:
		return SourceView{}, invalid("/kind", "类型只能是 feed 或 page (unknown kind)")
	}
	if err := e.change(ctx, &s, in.edit()); err != nil {
		return SourceView{}, err
	}
	if err := e.free(ctx, &s); err != nil {
		return SourceView{}, err
	}
	s.ID = xuanti.NewID(now, "source", s.URL)
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutSource(ctx, s) }); err != nil {
		return SourceView{}, err
	}
	e.sources.forget()
	e.wake()
	return e.Source(ctx, s.ID)
}

// free checks that no other source reads the address.
func (e *Engine) free(ctx context.Context, s *xuanti.Source) error {
	twin, err := e.twin(ctx, s)
	if err == nil && twin != nil {
		err = sourceExists(twin)
	}
	return err
}

// twin is another source that reads the same address, nil if there is none.
func (e *Engine) twin(ctx context.Context, s *xuanti.Source) (*xuanti.Source, error) {
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return nil, err
	}
	for id, other := range sources {
		if id != s.ID && other.Kind == s.Kind && other.URL == s.URL {
			return &other, nil
		}
	}
	return nil, nil
}

func sourceExists(s *xuanti.Source) error {
	return xuanti.Errorf(xuanti.CodeConflict, "已经有这个来源：%s (source exists)", s.Name)
}

// EditSource implements Writer. A new address is read from its beginning, and a
// source that is resumed is due at once.
func (e *Engine) EditSource(ctx context.Context, id string, in SourceEdit) (SourceView, error) {
	if err := e.writable(); err != nil {
		return SourceView{}, err
	}
	old, err := e.store.Source(ctx, id)
	if err != nil {
		return SourceView{}, err
	}
	s := old
	if err := e.change(ctx, &s, in); err != nil {
		return SourceView{}, err
	}
	if s.URL != old.URL {
		if err := e.free(ctx, &s); err != nil {
			return SourceView{}, err
		}
	}
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return saveEdited(ctx, tx, &old, s) }); err != nil {
		return SourceView{}, err
	}
	e.sources.forget()
	e.wake()
	return e.Source(ctx, s.ID)
}

// saveEdited writes a changed source. A new address is asked without the
// validators of the old one.
func saveEdited(ctx context.Context, tx *store.Tx, old *xuanti.Source, s xuanti.Source) error {
	if err := tx.PutSource(ctx, s); err != nil {
		return err
	}
	now, err := tx.Source(ctx, s.ID) // polled meanwhile, perhaps
	if err != nil {
		return err
	}
	f := now.Fetch
	moved := s.URL != old.URL
	if moved {
		f.ETag, f.LastModified, f.BodyHash, f.Moved, f.MovedCount = "", "", "", "", 0
	}
	if moved || old.State != xuanti.SourceActive && s.State == xuanti.SourceActive {
		f.NextAt, f.Failures, f.QuietSince = time.Time{}, 0, time.Time{}
	}
	return tx.PutFetchState(ctx, s.ID, f)
}
