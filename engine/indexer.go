package engine

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/index"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

const (
	indexBatch = 500
	// Documents that come within a moment are indexed together: a small batch is
	// a small segment, and merging those costs more than writing them.
	indexGather  = 250 * time.Millisecond
	replayGather = 2 * time.Second // nobody searches for what is being replayed
	// Documents waiting in memory, and the bytes of their texts, of which the
	// tokens take ten times as much; beyond that the store is read again.
	indexQueue = 1000
	queueBytes = 4 << 20
	indexedKey = "index/seq"
	formatKey  = "index/format"
)

// indexer follows the store: everything up to a sequence number is searchable,
// and that number is only moved after the index has written the batch down.
// After a crash it goes on where it stopped; indexing twice changes nothing.
type indexer struct {
	e    *Engine
	mu   sync.Mutex
	docs map[int64]index.Doc // by seq, of recent commits: saves reading them back
	size int                 // bytes of their texts
	done int64
	last int64
	wake chan struct{}
	busy sync.Mutex // one batch at a time
}

func newIndexer(ctx context.Context, e *Engine) (*indexer, error) {
	x := &indexer{e: e, docs: map[int64]index.Doc{}, wake: make(chan struct{}, 1)}
	s, err := e.store.Meta(ctx, indexedKey)
	if err != nil {
		return nil, err
	}
	if s != "" {
		if x.done, err = strconv.ParseInt(s, 10, 64); err != nil {
			return nil, xuanti.Wrap(xuanti.CodeCorrupt, err, "the index position in the store is not a number; run `xuanti reindex`")
		}
	}
	if x.last, err = e.store.MaxSeq(ctx); err != nil {
		return nil, err
	}
	return x, x.checkFormat(ctx)
}

// checkFormat begins anew when the index on disk is not the one that the
// store's position speaks of: another format of an older or newer version, or
// a folder that was removed. The items come from the store while the engine
// runs; until then searches find part of them.
func (x *indexer) checkFormat(ctx context.Context) error {
	format, err := x.e.store.Meta(ctx, formatKey)
	if err != nil {
		return err
	}
	stats, err := x.e.index.Stats(ctx)
	if err != nil {
		return err
	}
	if format == index.Format && (stats.Docs > 0 || x.done == 0) {
		return nil
	}
	if x.done > 0 {
		x.e.log.Warn("搜索索引正从数据库自动重建，完成前搜索结果不全 (the search index is being rebuilt from the database; until then searches find part of it)",
			"items", x.last, "format", index.Format, "before", format)
	}
	x.done = 0
	return x.e.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.SetMeta(ctx, indexedKey, "0"); err != nil {
			return err
		}
		return tx.SetMeta(ctx, formatKey, index.Format)
	})
}

// compactNights compacts the index after each night's work, beside searches
// and indexing.
func (e *Engine) compactNights(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case night := <-e.compact:
			e.compactIndex(ctx, night)
		}
	}
}

// compactIndex merges what was over at a time. When it fails, the index stays as
// it is, and right: the next night tries again.
func (e *Engine) compactIndex(ctx context.Context, at time.Time) {
	if err := e.index.Compact(ctx, at); err != nil && ctx.Err() == nil {
		e.log.Error("compacting the index failed", "error", err)
	}
}

// add hands over items that were just committed.
func (x *indexer) add(items []xuanti.Item, docs []*nlp.Analysis) {
	if len(items) == 0 {
		return
	}
	x.mu.Lock()
	for i := range items {
		if len(x.docs) < indexQueue && x.size < queueBytes {
			x.docs[items[i].Seq] = indexDoc(&items[i], docs[i])
			x.size += len(items[i].Text)
		}
		x.last = max(x.last, items[i].Seq)
	}
	x.mu.Unlock()
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

func indexDoc(it *xuanti.Item, a *nlp.Analysis) index.Doc {
	return index.Doc{ID: it.ID, Title: it.Title, Text: it.Text, Source: it.SourceID, Platform: it.Platform, Account: it.AccountID, Kind: it.Kind, At: it.SeenAt, Analysis: a}
}

// forget lets go of a document that waits in memory. The lock is held.
func (x *indexer) forget(seq int64) {
	x.size -= len(x.docs[seq].Text)
	delete(x.docs, seq)
}

// lag is the number of items that are stored but not yet searchable.
func (x *indexer) lag() int64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.last - x.done
}

// run indexes what is stored until ctx ends.
func (x *indexer) run(ctx context.Context, gather time.Duration) error {
	for {
		if _, err := x.step(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("index items: %w", err)
		}
		if !x.await(ctx, gather) {
			return nil
		}
	}
}

// await returns when a full batch waits, or some documents have waited for a
// moment; false when ctx has ended.
func (x *indexer) await(ctx context.Context, gather time.Duration) bool {
	var due <-chan time.Time
	for {
		lag := x.lag()
		if lag >= indexBatch {
			return true
		}
		if lag > 0 && due == nil {
			due = time.After(gather)
		}
		select {
		case <-ctx.Done():
			return false
		case <-due:
			return true
		case <-x.wake:
		}
	}
}

// indexBeside runs the indexer on another core until stop is called.
func (e *Engine) indexBeside(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := e.indexer.run(ctx, replayGather); err != nil {
			e.log.Error("indexing failed", "error", err) // the next step meets the same error and returns it
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// drain indexes everything that is stored.
func (x *indexer) drain(ctx context.Context) error {
	for {
		n, err := x.step(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

// throttle waits until the index is less than two batches behind, so that an
// import cannot outrun it and fill the memory.
func (x *indexer) throttle(ctx context.Context) error {
	x.mu.Lock()
	room := x.last-x.done < indexQueue && x.size < queueBytes
	x.mu.Unlock()
	if room {
		return nil
	}
	_, err := x.step(ctx)
	return err
}

// step indexes one batch in order of arrival.
func (x *indexer) step(ctx context.Context) (int, error) {
	x.busy.Lock()
	defer x.busy.Unlock()
	batch, top := x.take()
	if len(batch) == 0 {
		var err error
		if batch, top, err = x.read(ctx); err != nil || len(batch) == 0 {
			return 0, err
		}
	}
	if err := x.e.index.Index(ctx, batch); err != nil {
		return 0, err
	}
	if err := x.e.store.Update(ctx, func(tx *store.Tx) error {
		return tx.SetMeta(ctx, indexedKey, strconv.FormatInt(top, 10))
	}); err != nil {
		return 0, err
	}
	x.mu.Lock()
	x.done = max(x.done, top)
	x.mu.Unlock()
	return len(batch), nil
}

// take gives the next documents if they are all still in memory.
func (x *indexer) take() ([]index.Doc, int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	var out []index.Doc
	top := x.done
	for len(out) < indexBatch {
		d, ok := x.docs[top+1]
		if !ok {
			break
		}
		top++
		x.forget(top)
		out = append(out, d)
	}
	return out, top
}

// read takes the next documents from the store.
func (x *indexer) read(ctx context.Context) ([]index.Doc, int64, error) {
	x.mu.Lock()
	done, last := x.done, x.last
	x.mu.Unlock()
	items, err := x.e.store.ItemsAfter(ctx, done, indexBatch)
	if err != nil {
		return nil, 0, err
	}
	if len(items) == 0 { // what waited has been deleted
		x.mu.Lock()
		x.done = max(x.done, last)
		x.mu.Unlock()
		return nil, 0, nil
	}
	docs := make([]index.Doc, len(items))
	x.mu.Lock()
	for i := range items {
		docs[i] = indexDoc(&items[i], nil)
		x.forget(items[i].Seq)
	}
	x.mu.Unlock()
	return docs, items[len(items)-1].Seq, nil
}

// Reindex builds the index anew from the store, calling progress with the
// number of items done and in all.
func (e *Engine) Reindex(ctx context.Context, progress func(done, all int64)) error {
	x := e.indexer
	x.mu.Lock()
	x.done, x.docs, x.size = 0, map[int64]index.Doc{}, 0
	all := x.last
	x.mu.Unlock()
	for {
		n, err := x.step(ctx)
		if err != nil || n == 0 {
			return err
		}
		progress(all-x.lag(), all)
	}
}
