package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/demo"
	"github.com/xuanti/xuanti/store"
)

const demoKey = "demo/start"

// DemoTimes reads from a data folder when its demo was born and how far its
// story has come. Both are zero for a folder that does not exist; a folder
// with real data is refused, so that demo and real data never mix.
func DemoTimes(ctx context.Context, dir string) (born, seen time.Time, err error) {
	if _, err := os.Stat(filepath.Join(dir, "xuanti.db")); errors.Is(err, fs.ErrNotExist) {
		return born, seen, nil
	}
	st, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return born, seen, err
	}
	e := &Engine{store: st}
	born, err = e.demoStart(ctx)
	if err == nil && born.IsZero() {
		err = xuanti.Errorf(xuanti.CodeInvalid, "%s holds real data; the demo needs a folder of its own", dir)
	}
	if err == nil {
		seen, err = e.newest(ctx)
		seen = seen.Add(time.Minute)
	}
	if err != nil {
		return born, seen, closeAfter(st, err)
	}
	return born, seen, st.Close()
}

func (e *Engine) demoStart(ctx context.Context) (time.Time, error) {
	s, err := e.store.Meta(ctx, demoKey)
	if err != nil || s == "" {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339, s)
	return t, xuanti.Wrap(xuanti.CodeCorrupt, err, "the demo's start in the store is not a time")
}

// SeedDemo fills an empty data folder with the demo's past and its people, and
// goes on where it stopped in a folder that has some of it.
func (e *Engine) SeedDemo(ctx context.Context, w *demo.World, from, to time.Time, progress func(ReplayProgress)) error {
	last, err := e.newest(ctx)
	if err != nil {
		return err
	}
	if last.After(from) {
		from = last.Add(time.Millisecond)
	}
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.SetMeta(ctx, demoKey, w.Zero().Format(time.RFC3339)) }); err != nil {
		return err
	}
	if err := e.seedPeople(ctx, w); err != nil {
		return err
	}
	if !from.Before(to) {
		return nil
	}
	stop := e.indexBeside(ctx)
	defer stop()
	r := &replayer{e: e, start: time.Now(), report: progress}
	err = w.History(from, to, func(row demo.Row) error {
		if row.Snapshot != nil {
			r.p.Rows += int64(len(row.Snapshot.Entries))
			return r.snapshot(ctx, *row.Snapshot)
		}
		r.p.Rows++
		return r.item(ctx, *row.Item)
	})
	if err != nil {
		return err
	}
	return r.finish(ctx)
}

// seedPeople adds the demo's accounts, profiles and subscriptions.
func (e *Engine) seedPeople(ctx context.Context, w *demo.World) error {
	profiles, posts := w.Profiles()
	err := e.store.Update(ctx, func(tx *store.Tx) error {
		for _, a := range w.Accounts() {
			if err := tx.PutAccount(ctx, a); err != nil {
				return err
			}
		}
		for _, p := range profiles {
			if _, err := tx.Profile(ctx, p.ID); err == nil {
				continue
			}
			if err := tx.PutProfile(ctx, p); err != nil {
				return err
			}
		}
		if _, err := tx.PutOwnPosts(ctx, posts); err != nil {
			return err
		}
		for _, s := range w.Subscriptions() {
			if _, err := tx.Subscription(ctx, s.ID); err == nil {
				continue
			}
			if s.FeedToken == "" {
				s.FeedToken = "demo-" + s.ID
			}
			if err := tx.PutSubscription(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.loadSubscribers(ctx)
}

// link makes an address that opens: in the demo, what looks like a platform's
// address is a page of the demo web, which this program serves itself.
func (e *Engine) link(url string) string {
	if e.demo == nil {
		return url
	}
	if path, ok := e.demo.Local(url); ok {
		return "/demo" + path
	}
	return url
}

// outside makes an address that opens from a file as well.
func (e *Engine) outside(url string) string {
	if strings.HasPrefix(url, "/") {
		return e.baseURL() + url
	}
	return url
}

// DemoPage implements Reader.
func (e *Engine) DemoPage(path string) (string, bool) {
	if e.demo == nil {
		return "", false
	}
	return e.demo.Page(path)
}
