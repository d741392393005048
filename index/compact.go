package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"

	"github.com/xuanti/xuanti"
)

// Compact implements Engine. Bleve merges beside searches and writes: a merged
// segment is written whole and named by a new snapshot before the old ones
// go, so a crash leaves either. A partition that is dropped or closed
// meanwhile ends its merge.
func (b *Bleve) Compact(ctx context.Context, t time.Time) error {
	b.compacting.Lock()
	defer b.compacting.Unlock()
	if b.isClosed() {
		return errClosed()
	}
	for _, p := range b.snapshot() {
		if err := ctx.Err(); err != nil {
			return ended(err)
		}
		running := p.until.After(t)
		s, segments, err := b.scattered(p)
		if err != nil {
			return xuanti.Wrap(xuanti.CodeInternal, err, "合并索引失败 (compacting "+p.name+" failed)")
		}
		switch files, err := p.files(); {
		case err != nil:
			return xuanti.Wrap(xuanti.CodeInternal, err, "合并索引失败 (compacting "+p.name+" failed)")
		case segments > 1:
			if err := s.ForceMerge(ctx, mergePlan(running)); err != nil {
				return xuanti.Wrap(xuanti.CodeUnavailable, err, "合并索引失败，请检查磁盘空间 (compacting "+p.name+" failed; check the disk)")
			}
		case len(files) <= segments:
			continue
		}
		if err := ctx.Err(); err != nil {
			return ended(err)
		}
		if running {
			continue // the next batch settles it
		}
		if err := b.settle(p); err != nil {
			return xuanti.Wrap(xuanti.CodeUnavailable, err, "合并索引失败，请检查磁盘空间 (compacting "+p.name+" failed; check the disk)")
		}
	}
	return nil
}

// mergePlan makes one segment of a month that is over. Of the running month,
// which grows on, it leaves a large one and few smaller ones, so that a night
// rewrites little of it: each search looks every word up in each of them.
func mergePlan(running bool) *mergeplan.MergePlanOptions {
	plan := mergeplan.SingleSegmentMergePlanOptions
	plan.SegmentsPerMergeTask = 1 << 10 // by default ten: more would make two of them
	if running {
		plan.FloorSegmentSize, plan.FloorSegmentFileSize = smallSegment, 0
		plan.TierGrowth = 4
	}
	return &plan
}

// smallSegment is how many documents make a segment that is not the smallest.
const smallSegment = 2000

// files names the segments of a partition that are on the disk, merged ones that
// were not removed yet among them.
func (p *partition) files() ([]string, error) {
	return fs.Glob(os.DirFS(filepath.Join(p.path, "store")), "*.zap")
}

// compacted is the note that settle leaves.
const compacted = "xuanti:compacted"

// settle writes a small note into a partition: Bleve removes files that no
// snapshot names when it next writes one, and into what is over nobody else
// writes. Files that a search is reading meanwhile stay until the next time.
func (b *Bleve) settle(p *partition) error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if !b.has(p) {
		return nil
	}
	return p.idx.SetInternal([]byte(compacted), []byte("1"))
}

// scattered counts the segments of a partition, none of one that is gone.
func (b *Bleve) scattered(p *partition) (*scorch.Scorch, int, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if !b.has(p) {
		return nil, 0, nil
	}
	adv, err := p.idx.Advanced()
	if err != nil {
		return nil, 0, err
	}
	s, ok := adv.(*scorch.Scorch)
	if !ok {
		return nil, 0, fmt.Errorf("index of type %T", adv)
	}
	n, ok := s.StatsMap()["TotFileSegmentsAtRoot"].(uint64)
	if !ok {
		return nil, 0, errors.New("no count of segments")
	}
	return s, int(n), nil
}

// has says whether a partition is still part of the index. The caller holds
// b.mu.
func (b *Bleve) has(p *partition) bool { return slices.Contains(b.parts, p) }
