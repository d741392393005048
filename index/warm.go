package index

import (
	"context"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// warm reads the columns of new segments, after the start, a batch or a merge,
// so that no search has to. It ends with ctx.
func (b *Bleve) warm(ctx context.Context) {
	defer b.warming.Done()
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.changed:
		}
		for _, p := range b.snapshot() {
			for ctx.Err() == nil {
				if !b.warmOne(ctx, p) {
					break
				}
			}
		}
	}
}

// warmOne reads one segment and says whether there was one to read. What
// cannot be read is left to the search that needs it, which reports it. The
// lock is held for one segment only, since a month that is made or dropped
// waits for it, and searches behind that.
func (b *Bleve) warmOne(ctx context.Context, p *partition) (read bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if !b.has(p) {
		return false
	}
	r, err := p.reader()
	if err != nil {
		return false
	}
	defer func() {
		if recover() != nil || r.Close() != nil { // damaged files make Bleve panic
			read = false
		}
	}()
	segments := r.Segments()
	for _, seg := range segments {
		if seg.Count() == 0 || p.warm(seg) {
			continue
		}
		l := newLeaf(p, seg, &guard{ctx: ctx, limit: int64(b.opts.MaxLookups)})
		_, err := p.columnsOf(l, segments, &b.names)
		return err == nil
	}
	return false
}

// signal tells the warmer that there may be new segments.
func (b *Bleve) signal() {
	select {
	case b.changed <- struct{}{}:
	default: // it has been told
	}
}

// onEvent hears of Bleve's own doings. The answer lets them go on.
func onEvent(e scorch.Event) bool {
	switch e.Kind {
	case scorch.EventKindBatchIntroduction, scorch.EventKindMergeTaskIntroduction, scorch.EventKindMergerProgress, scorch.EventKindPersisterProgress:
		listeners.Range(func(_, b any) bool {
			b.(*Bleve).signal()
			return true
		})
	}
	return true
}
