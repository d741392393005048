package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// Deleted sources can be brought back for a day; the last fifty are kept.
const (
	trashKept = 24 * time.Hour
	trashMost = 50
	trashBlob = "sources/deleted"
)

// deletedSource is a source as it was, with the history of its polls.
type deletedSource struct {
	At     time.Time
	Source xuanti.Source
	Pulse  []byte
}

// DeleteSource implements Writer. The source can be brought back for a day.
func (e *Engine) DeleteSource(ctx context.Context, id string) error {
	if err := e.writable(); err != nil {
		return err
	}
	s, err := e.store.Source(ctx, id)
	if err != nil {
		return err
	}
	if s.Builtin {
		return xuanti.Errorf(xuanti.CodeConflict, "内置来源删除后下次启动又会出现；不需要就暂停它 (built-in sources can be paused, not deleted)")
	}
	pulse, err := e.store.Pulse(ctx, id)
	if err != nil {
		return err
	}
	e.trash.Lock()
	defer e.trash.Unlock()
	list, err := e.deletedSources(ctx)
	if err != nil {
		return err
	}
	list = append(list, deletedSource{At: e.Now(), Source: s, Pulse: pulse})
	list = list[max(0, len(list)-trashMost):]
	err = e.store.Update(ctx, func(tx *store.Tx) error {
		if err := e.putDeleted(ctx, tx, list); err != nil {
			return err
		}
		return tx.DeleteSource(ctx, id)
	})
	e.sources.forget()
	return err
}

// RestoreSource implements Writer.
func (e *Engine) RestoreSource(ctx context.Context, id string) (SourceView, error) {
	if err := e.writable(); err != nil {
		return SourceView{}, err
	}
	e.trash.Lock()
	defer e.trash.Unlock()
	list, err := e.deletedSources(ctx)
	if err != nil {
		return SourceView{}, err
	}
	i := slices.IndexFunc(list, func(d deletedSource) bool { return d.Source.ID == id })
	if i < 0 {
		return SourceView{}, xuanti.Errorf(xuanti.CodeNotFound, "没有可以恢复的来源：删除超过一天，或已经恢复 (nothing to restore: deleted more than a day ago, or restored already)")
	}
	d := list[i]
	d.Source.Fetch.LeaseOwner, d.Source.Fetch.LeaseUntil = "", time.Time{}
	err = e.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.PutSource(ctx, d.Source); err != nil {
			return err
		}
		if err := tx.PutFetchState(ctx, id, d.Source.Fetch); err != nil {
			return err
		}
		if len(d.Pulse) > 0 {
			if err := tx.PutPulse(ctx, id, d.Pulse); err != nil {
				return err
			}
		}
		return e.putDeleted(ctx, tx, slices.Delete(list, i, i+1))
	})
	e.sources.forget()
	if err != nil {
		return SourceView{}, err
	}
	return e.Source(ctx, id)
}

// deletedSources are those that can still be brought back, oldest first.
func (e *Engine) deletedSources(ctx context.Context) ([]deletedSource, error) {
	data, _, _, ok, err := e.store.Blob(ctx, trashBlob)
	if err != nil || !ok {
		return nil, err
	}
	var list []deletedSource
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("read deleted sources: %w", err)
	}
	old := e.Now().Add(-trashKept)
	return slices.DeleteFunc(list, func(d deletedSource) bool { return d.At.Before(old) }), nil
}

func (e *Engine) putDeleted(ctx context.Context, tx *store.Tx, list []deletedSource) error {
	data, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("write deleted sources: %w", err)
	}
	return tx.PutBlob(ctx, trashBlob, e.Now(), 0, data)
}
