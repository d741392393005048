package index

import (
	"context"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/xuanti/xuanti"
)

// Compact merges every partition that ended before t into one segment, which
// saves about a third of its size and makes it faster to search. It is worth a
// call a night; partitions that are compact already cost nothing. Writing waits
// meanwhile, searching does not.
func (b *Bleve) Compact(ctx context.Context, t time.Time) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	if b.isClosed() {
		return errClosed()
	}
	for _, p := range b.snapshot() {
		if p.until.After(t) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return ended(err)
		}
		adv, err := p.idx.Advanced()
		if err != nil {
			return xuanti.Wrap(xuanti.CodeInternal, err, "合并索引失败 (compacting "+p.name+" failed)")
		}
		s, ok := adv.(*scorch.Scorch)
		if !ok {
			continue
		}
		if n, ok := s.StatsMap()["TotFileSegmentsAtRoot"].(uint64); ok && n <= 1 {
			continue
		}
		if err := s.ForceMerge(ctx, nil); err != nil {
			return xuanti.Wrap(xuanti.CodeUnavailable, err, "合并索引失败，请检查磁盘空间 (compacting "+p.name+" failed; check the disk)")
		}
	}
	return nil
}
