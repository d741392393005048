package index

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2/document"
	"golang.org/x/sync/errgroup"

	"github.com/xuanti/xuanti"
)

const maxIDBytes = 200

// Index implements Engine. Documents are written in batches of one partition
// each; a batch is on disk when Bleve returns.
func (b *Bleve) Index(ctx context.Context, docs []Doc) error {
	if len(docs) == 0 {
		return nil
	}
	months := make([]string, len(docs))
	for i, d := range docs {
		if d.ID == "" || len(d.ID) > maxIDBytes {
			return xuanti.Errorf(xuanti.CodeInvalid, "文档 %d 的 id 为空或超过 %d 字节 (document %d has no usable id)", i, maxIDBytes, i)
		}
		var err error
		if months[i], err = monthOf(d.At); err != nil {
			return err
		}
	}
	b.writing.Lock()
	defer b.writing.Unlock()
	if b.isClosed() {
		return errClosed()
	}
	for start := 0; start < len(docs); {
		if err := ctx.Err(); err != nil {
			return ended(err)
		}
		end, size := start, 0
		for end < len(docs) && end-start < b.opts.BatchDocs && (end == start || size+len(docs[end].Text) <= b.opts.BatchBytes) {
			size += len(docs[end].Text)
			end++
		}
		if err := b.indexChunk(docs[start:end], months[start:end]); err != nil {
			return writeFailed(err)
		}
		start = end
	}
	return nil
}

func writeFailed(err error) error {
	if xuanti.CodeOf(err) != xuanti.CodeInternal {
		return err
	}
	return xuanti.Wrap(xuanti.CodeUnavailable, err, "写入索引失败，请检查磁盘空间 (writing the index failed; check the disk)")
}

// indexChunk writes one chunk: new versions first, then the old ones in other
// partitions go, so that a crash between the two loses nothing.
func (b *Bleve) indexChunk(docs []Doc, months []string) error {
	last := make(map[string]int, len(docs)) // the last of several with one id counts
	for i, d := range docs {
		last[d.ID] = i
	}
	byMonth := map[string][]int{}
	for i, d := range docs {
		if last[d.ID] == i {
			byMonth[months[i]] = append(byMonth[months[i]], i)
		}
	}
	ids := make([]string, 0, len(last))
	for id := range last {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	keep := func(id, month string) bool { return months[last[id]] == month }
	for _, month := range slices.Sorted(maps.Keys(byMonth)) {
		p, err := b.partition(month)
		if err != nil {
			return err
		}
		if err := b.writeBatch(p, docs, byMonth[month]); err != nil {
			return err
		}
	}
	return b.remove(ids, keep)
}

func (b *Bleve) writeBatch(p *partition, docs []Doc, which []int) error {
	ready := make([]*document.Document, len(which))
	var eg errgroup.Group
	eg.SetLimit(max(runtime.NumCPU(), 1))
	for n, i := range which {
		eg.Go(func() error {
			ready[n] = newDocument(docs[i], b.seg, b.background)
			return nil
		})
	}
	if err := eg.Wait(); err != nil {
		return err
	}
	batch := p.idx.NewBatch()
	for n, doc := range ready {
		if err := batch.IndexAdvanced(doc); err != nil {
			return fmt.Errorf("index document %s: %w", docs[which[n]].ID, err)
		}
	}
	if err := p.idx.Batch(batch); err != nil {
		return fmt.Errorf("index batch in %s: %w", p.name, err)
	}
	return nil
}

// Delete implements Engine.
func (b *Bleve) Delete(ctx context.Context, ids []string) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	if b.isClosed() {
		return errClosed()
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for chunk := range slices.Chunk(ids, b.opts.BatchDocs) {
		if err := ctx.Err(); err != nil {
			return ended(err)
		}
		if err := b.remove(chunk, func(string, string) bool { return false }); err != nil {
			return writeFailed(err)
		}
	}
	return nil
}

// remove deletes the given ids (sorted) wherever they are, except where keep
// says that the newest version lives.
func (b *Bleve) remove(ids []string, keep func(id, month string) bool) error {
	for _, p := range b.snapshot() {
		there, err := p.holds(slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return keep(id, p.name) }))
		if err != nil {
			return fmt.Errorf("look up ids in %s: %w", p.name, err)
		}
		if len(there) == 0 {
			continue
		}
		batch := p.idx.NewBatch()
		for _, id := range there {
			batch.Delete(id)
		}
		if err := p.idx.Batch(batch); err != nil {
			return fmt.Errorf("delete in %s: %w", p.name, err)
		}
	}
	return nil
}

// holds returns those of the ids that the partition has documents of: look-ups
// in the segments' dictionaries, cheap when they are not there, which is
// nearly always.
func (p *partition) holds(ids []string) (there []string, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	r, err := p.reader()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for _, seg := range r.Segments() {
		docs, err := seg.DocNumbers(ids)
		if err != nil {
			return nil, err
		}
		for _, d := range docs.ToArray() {
			id, err := seg.DocID(uint64(d))
			if err != nil {
				return nil, err
			}
			there = append(there, string(id))
		}
	}
	return there, nil
}

// partition returns the partition of a month, made if need be. The caller
// holds b.writing.
func (b *Bleve) partition(name string) (*partition, error) {
	for _, p := range b.snapshot() {
		if p.name == name {
			return p, nil
		}
	}
	p, err := createPartition(b.dir, name, b)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.parts = append(slices.Clone(b.parts), p)
	slices.SortFunc(b.parts, func(x, y *partition) int { return strings.Compare(y.name, x.name) })
	return p, nil
}

// DropBefore implements Engine: a month goes when all of it is older than t.
func (b *Bleve) DropBefore(ctx context.Context, t time.Time) error {
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
		if err := b.drop(p); err != nil {
			return xuanti.Wrap(xuanti.CodeUnavailable, err, "索引分区 "+p.name+" 无法删除 (the partition cannot be removed)")
		}
	}
	return nil
}

// drop waits for the searches under way, then removes the partition. Renaming
// comes first: a crash must not leave half a partition under its name.
func (b *Bleve) drop(p *partition) error {
	b.mu.Lock()
	b.parts = slices.DeleteFunc(slices.Clone(b.parts), func(x *partition) bool { return x == p })
	err := p.close()
	b.mu.Unlock()
	old := p.path + suffixOld
	return errors.Join(err, os.RemoveAll(old), os.Rename(p.path, old), os.RemoveAll(old))
}

func (b *Bleve) snapshot() []*partition {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.parts
}

func (b *Bleve) isClosed() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.closed
}
