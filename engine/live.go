package engine

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler"
	"github.com/xuanti/xuanti/store"
)

type prefix = netip.Prefix

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// owner names this process in leases.
func (e *Engine) owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "local"
	}
	return fmt.Sprintf("%s/%d/%d", host, os.Getpid(), e.started.UnixMilli())
}

// take is the scheduler's sink: what a poll brought goes through the engine,
// and only then is the poll acknowledged.
func (e *Engine) take(ctx context.Context, r crawler.Result) error {
	now := e.Now()
	src := r.Source
	was, err := e.store.Source(ctx, src.ID)
	if xuanti.CodeOf(err) == xuanti.CodeNotFound {
		return nil // deleted while it was being polled
	}
	if err != nil {
		return err
	}
	for _, w := range r.Warnings {
		e.log.Debug("poll warning", "source", src.ID, "warning", w)
	}
	b := batch{at: now, live: true}
	for _, it := range r.Items {
		it.SourceID, it.Platform, it.AccountID, it.SeenAt = src.ID, src.Platform, src.AccountID, now
		if src.AccountID != "" {
			it.Kind = xuanti.ItemPost
		}
		if it.Kind == "" {
			it.Kind = xuanti.ItemArticle
		}
		b.items = append(b.items, it)
	}
	if r.Snapshot != nil {
		sn := *r.Snapshot
		sn.SourceID, sn.Board, sn.Platform = src.ID, src.Board, src.Platform
		if sn.At.IsZero() {
			sn.At = now
		}
		b.snaps = append(b.snaps, sn)
	}
	if len(b.items)+len(b.snaps) > 0 {
		done, err := e.apply(ctx, b)
		if err != nil {
			return err
		}
		src.Fetch.LastNew = done.Items
		src.Fetch.Items = was.Fetch.Items + int64(done.Items)
		if done.Items > 0 {
			src.Fetch.LastChange = now
		}
	}
	before, after := was.Health(now), src.Health(now)
	if err := e.store.Update(ctx, func(tx *store.Tx) error {
		if src.State != was.State && src.State == xuanti.SourceGone {
			if err := tx.PutSource(ctx, src); err != nil {
				return err
			}
		}
		if src.URL != was.URL {
			if err := tx.PutSource(ctx, src); err != nil {
				return err
			}
		}
		return tx.PutFetchState(ctx, src.ID, src.Fetch)
	}); err != nil {
		return err
	}
	if before == xuanti.HealthOK && after == xuanti.HealthFailing {
		e.publish(now, "source.failing", map[string]any{"source_id": src.ID, "name": src.Name, "error": src.Fetch.LastError})
	}
	if before == xuanti.HealthFailing && after == xuanti.HealthOK {
		e.publish(now, "source.recovered", map[string]any{"source_id": src.ID, "name": src.Name})
	}
	e.sources.put(src)
	return nil
}

// EnsureSources adds the given sources that do not exist yet, and leaves those
// that do to their owner: a person, or the file of a board.
func (e *Engine) EnsureSources(ctx context.Context, all []xuanti.Source) error {
	have, err := e.store.Sources(ctx, store.SourceFilter{})
	if err != nil {
		return err
	}
	byID := map[string]xuanti.Source{}
	for _, s := range have {
		byID[s.ID] = s
	}
	err = e.store.Update(ctx, func(tx *store.Tx) error {
		for _, s := range all {
			old, ok := byID[s.ID]
			if ok && adoptBoard(&old, s) {
				if err := tx.PutSource(ctx, old); err != nil {
					return err
				}
			}
			if ok && (e.demo == nil || old.URL == s.URL) {
				continue
			}
			if s.State == "" {
				s.State = xuanti.SourceActive
			}
			if err := tx.PutSource(ctx, s); err != nil {
				return err
			}
			if ok { // the demo web listens on another port now
				old.Fetch.NextAt, old.Fetch.LeaseUntil = time.Time{}, time.Time{}
				if err := tx.PutFetchState(ctx, s.ID, old.Fetch); err != nil {
					return err
				}
			}
		}
		return nil
	})
	e.sources.forget()
	return err
}

// randomToken makes an unguessable token of n random bytes, in hex.
func randomToken(n int) (string, error) {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return hex.EncodeToString(b), nil
}
