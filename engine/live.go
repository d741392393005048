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
	"github.com/xuanti/xuanti/store"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// owner names this process in leases.
func (e *Engine) owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "local"
	}
	return fmt.Sprintf("%s/%d/%d", host, os.Getpid(), e.started.UnixMilli())
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
func randomToken(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}
