package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/alert"
	"github.com/xuanti/xuanti/store"
)

const (
	sourceAlertsKey = "source.alerts"
	noticeMost      = 200 // events told at once; more wait for the next minute
	noticeLines     = 12
)

// SourceAlerts implements Reader: where it is told that sources fail.
func (e *Engine) SourceAlerts(ctx context.Context) (SourceAlerts, error) {
	s, err := e.store.Meta(ctx, sourceAlertsKey)
	a := SourceAlerts{Channels: []string{}}
	if err != nil || s == "" {
		return a, err
	}
	if err := json.Unmarshal([]byte(s), &a); err != nil {
		return a, xuanti.Wrap(xuanti.CodeCorrupt, err, "the setting of source alerts is damaged; set it anew")
	}
	a.Channels = list(a.Channels)
	return a, nil
}

// PutSourceAlerts implements Writer.
func (e *Engine) PutSourceAlerts(ctx context.Context, in SourceAlerts) (SourceAlerts, error) {
	if err := e.writable(); err != nil {
		return in, err
	}
	in.Channels = list(words(in.Channels))
	for i, c := range in.Channels {
		if _, err := e.store.Channel(ctx, c); err != nil {
			return in, invalid("/channels/"+strconv.Itoa(i), "没有编号为 "+c+" 的渠道 (no such channel)")
		}
	}
	b, err := json.Marshal(in)
	if err != nil {
		return in, xuanti.Wrap(xuanti.CodeInternal, err, "the setting cannot be written")
	}
	return in, e.store.Update(ctx, func(tx *store.Tx) error { return tx.SetMeta(ctx, sourceAlertsKey, string(b)) })
}

// tellOperator puts what became of sources into the outbox, all of it in one
// message to each channel, in the transaction that marks it as told.
func (e *Engine) tellOperator(ctx context.Context, now time.Time) error {
	due, err := e.store.SourceEventsDue(ctx, now, noticeMost)
	if err != nil || len(due) == 0 {
		return err
	}
	set, err := e.SourceAlerts(ctx)
	if err != nil {
		return err
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return err
	}
	var told []xuanti.SourceEvent // paused or deleted meanwhile: nobody's business
	for _, ev := range due {
		if s, ok := sources[ev.SourceID]; ok && s.State != xuanti.SourcePaused {
			told = append(told, ev)
		}
	}
	n := e.notice(told, sources)
	sent := false
	err = e.store.Update(ctx, func(tx *store.Tx) error {
		for _, ev := range due {
			ev.Due = time.Time{}
			if err := tx.PutSourceEvent(ctx, ev); err != nil {
				return err
			}
		}
		for _, id := range set.Channels {
			ch, err := tx.Channel(ctx, id)
			if xuanti.CodeOf(err) == xuanti.CodeNotFound || err == nil && !ch.Active || len(told) == 0 {
				continue
			}
			if err != nil {
				return err
			}
			if _, err := tx.PutDelivery(ctx, alert.NewNotice(n, ch, now)); err != nil {
				return err
			}
			sent = true
		}
		return nil
	})
	if err == nil && sent {
		e.wakeMail()
	}
	return err
}

// notice sums up what became of sources. Those that fail come first; when most
// sources fail together it says that our own network may be the reason.
func (e *Engine) notice(events []xuanti.SourceEvent, sources map[string]xuanti.Source) alert.Notice {
	n := alert.Notice{Type: "source.recovered", URL: e.baseURL() + "/sources"}
	var bad, good []string // lines
	var badNames, goodNames []string
	for i := range events {
		ev, src := &events[i], sources[events[i].SourceID]
		v := e.sourceEventView(ev, &src)
		row := alert.NoticeSource{ID: ev.SourceID, Name: src.Name, Event: ev.Kind, Since: ev.Since, Text: v.Text, Advice: v.Advice}
		if ev.Kind == xuanti.SourceRecovered {
			good, goodNames = append(good, "✓ "+src.Name+"："+v.Text), append(goodNames, src.Name)
			n.Sources = append(n.Sources, row)
			continue
		}
		line := "✗ " + src.Name + "：" + v.Text
		if v.Advice != "" {
			line += "\n   " + v.Advice
		}
		bad, badNames = append(bad, line), append(badNames, src.Name)
		n.Sources = append([]alert.NoticeSource{row}, n.Sources...)
	}
	if len(events) > 0 {
		n.Key = events[0].ID + "-" + events[len(events)-1].ID
	}
	var titles []string
	if len(bad) > 0 {
		n.Type = "source.failing"
		n.URL += "?health=failing"
		titles = append(titles, fmt.Sprintf("%d 个来源失效：%s", len(bad), someNames(badNames)))
	}
	if len(good) > 0 {
		titles = append(titles, fmt.Sprintf("%d 个来源已恢复：%s", len(good), someNames(goodNames)))
	}
	n.Title = strings.Join(titles, "；")
	lines := append(bad, good...)
	if more := len(lines) - noticeLines; more > 0 {
		lines = append(lines[:noticeLines:noticeLines], fmt.Sprintf("……还有 %d 个", more))
	}
	if len(bad) >= 3 && len(bad)*2 > len(sources) {
		lines = append([]string{"大部分来源同时失效，可能是本机网络的问题"}, lines...)
	}
	n.Text = strings.Join(lines, "\n")
	return n
}

// someNames lists three names and says that there are more.
func someNames(names []string) string {
	if len(names) <= 3 {
		return strings.Join(names, "、")
	}
	return strings.Join(names[:3], "、") + "等"
}
