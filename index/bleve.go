package index

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// Options sets up a Bleve engine. The zero value is right for production.
type Options struct {
	Log *slog.Logger // default: discard

	// Degraded opens the index even when partitions are corrupt: they are set
	// aside, the others work, Healthy names what is missing. Without it Open
	// fails with CodeCorrupt.
	Degraded bool

	// Timeout bounds a search whose context has no deadline; default 5 s.
	Timeout time.Duration

	// MaxLookups bounds the posting lists that one search may open over all
	// partitions, so that no query can take the machine; default 200,000.
	MaxLookups int

	// BatchDocs and BatchBytes bound what is indexed at once; default 1,000
	// documents and 8 MB of text.
	BatchDocs  int
	BatchBytes int

	// Synonyms that queries are widened by; nil for none.
	Synonyms *Synonyms
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	if o.MaxLookups <= 0 {
		o.MaxLookups = 200_000
	}
	if o.BatchDocs <= 0 {
		o.BatchDocs = 1000
	}
	if o.BatchBytes <= 0 {
		o.BatchBytes = 8 << 20
	}
	return o
}

// Bleve is the embedded Engine: one Bleve index per month of the documents'
// times. It is safe for concurrent use.
type Bleve struct {
	dir  string // DIR/v2
	opts Options
	seg  segmenter
	lock *flock.Flock

	writing    sync.Mutex // held by whoever changes documents or partitions
	compacting sync.Mutex // held by Compact

	mu     sync.RWMutex // guards parts and closed; readers hold it for a whole search
	parts  []*partition // newest first
	closed bool

	changed chan struct{} // there may be new segments
	warming sync.WaitGroup
	cool    context.CancelFunc // ends warming

	health health
	turns  chan struct{} // searches that run at a time, see takeTurn
	spaces workspaces
	names  names
}

var _ Engine = (*Bleve)(nil)

// OpenBleve opens or creates the index in dir. It refuses at once with
// CodeLocked when another process, or another Bleve of this one, has it open;
// with CodeCorrupt naming the partition when one cannot be read (see
// Options.Degraded); with CodeUnavailable when the folder cannot be used.
func OpenBleve(dir string, a *nlp.Analyzer, opts Options) (*Bleve, error) {
	return open(dir, a, opts)
}

func open(dir string, seg segmenter, opts Options) (*Bleve, error) {
	root := filepath.Join(dir, Format)
	if err := occupied(root); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, xuanti.Wrap(xuanti.CodeUnavailable, err, "搜索索引目录无法创建 (the index folder cannot be created): "+root)
	}
	b := &Bleve{dir: root, opts: opts.withDefaults(), seg: seg, lock: flock.New(filepath.Join(root, "lock")), changed: make(chan struct{}, 1), turns: make(chan struct{}, runtime.NumCPU())}
	held, err := b.lock.TryLock()
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeUnavailable, err, "搜索索引目录无法写入 (the index folder cannot be written): "+root)
	}
	if !held {
		return nil, xuanti.Errorf(xuanti.CodeLocked, "搜索索引正被另一个进程使用 (another process has the index open): %s", root)
	}
	b.removeOlder(dir)
	prepareBleve(runtime.NumCPU())
	if err := b.openPartitions(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	ctx, cancel := context.WithCancel(context.Background()) // ended by Close
	b.cool = cancel
	b.warming.Add(1)
	go b.warm(ctx)
	b.signal()
	return b, nil
}

// removeOlder removes indexes of other formats, which nobody reads any more.
func (b *Bleve) removeOlder(dir string) {
	older, _ := fs.Glob(os.DirFS(dir), "v[0-9]*") // the pattern is well formed
	for _, name := range older {
		path := filepath.Join(dir, name)
		if path == b.dir {
			continue
		}
		if err := wipe(path); err != nil {
			b.opts.Log.Warn("an index of another format stays behind", "folder", path, "err", err)
			continue
		}
		b.opts.Log.Info("removed the index of another format", "folder", path)
	}
}

// openPartitions opens what the folder holds and clears away what a crash has
// left half made or half removed.
func (b *Bleve) openPartitions() error {
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "搜索索引目录无法读取 (the index folder cannot be read): "+b.dir)
	}
	budget := int64(verifyBudget)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(b.Name(), a.Name()) })
	for _, e := range entries {
		name, suffix, _ := strings.Cut(e.Name(), ".")
		from, until, ok := monthSpan(name)
		if !e.IsDir() || !ok {
			continue
		}
		path := filepath.Join(b.dir, e.Name())
		switch "." + suffix {
		case suffixNew, suffixOld:
			if err := os.RemoveAll(path); err != nil {
				return xuanti.Wrap(xuanti.CodeUnavailable, err, "无法清理未完成的分区 (cannot remove a half-made partition): "+path)
			}
		case suffixCorrupt:
			b.health.setAside(name)
		case ".":
			p, err := openPartition(path, name, from, until, b, &budget)
			if err == nil {
				b.parts = append(b.parts, p)
				continue
			}
			if err := b.broken(path, name, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// broken decides what to do about a partition that did not open.
func (b *Bleve) broken(path, name string, err error) error {
	if xuanti.CodeOf(err) != xuanti.CodeCorrupt || !b.opts.Degraded {
		return err
	}
	aside := path + suffixCorrupt
	if rerr := errors.Join(os.RemoveAll(aside), os.Rename(path, aside)); rerr != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, rerr, "损坏的分区无法移开 (cannot set a corrupt partition aside): "+path)
	}
	b.health.setAside(name)
	b.opts.Log.Error("index partition is corrupt and set aside; run `xuanti reindex`", "partition", name, "err", err)
	return nil
}

// Healthy implements Engine.
func (b *Bleve) Healthy() error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.closed {
		return errClosed()
	}
	return b.health.err()
}

// Stats implements Engine.
func (b *Bleve) Stats(ctx context.Context) (Stats, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.closed {
		return Stats{}, errClosed()
	}
	var s Stats
	for _, p := range b.parts {
		if err := ctx.Err(); err != nil {
			return Stats{}, ended(err)
		}
		n, err := p.idx.DocCount()
		if err != nil {
			return Stats{}, xuanti.Wrap(xuanti.CodeInternal, err, "索引统计失败 (cannot count partition "+p.name+")")
		}
		ps := PartitionStats{Name: p.name, Docs: int64(n), Bytes: folderSize(p.path)}
		s.Docs += ps.Docs
		s.Bytes += ps.Bytes
		s.Partitions = append(s.Partitions, ps)
	}
	return s, nil
}

// Close implements Engine.
func (b *Bleve) Close() error {
	if b.cool != nil {
		b.cool()
		b.warming.Wait()
	}
	b.writing.Lock()
	defer b.writing.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	b.closed = true
	var errs []error
	for _, p := range b.parts {
		errs = append(errs, p.close())
	}
	b.parts = nil
	errs = append(errs, b.lock.Unlock())
	return xuanti.Wrap(xuanti.CodeInternal, errors.Join(errs...), "关闭索引失败 (closing the index failed)")
}

// Wipe removes an index that no process has open, so that it can be rebuilt
// from the store: the first step of `xuanti reindex`. It refuses with
// CodeLocked while the index is open.
func Wipe(dir string) error { return wipe(filepath.Join(dir, Format)) }

// occupied is the error for a file that stands where the index needs a folder.
// Nobody knows what it holds, so it is not removed.
func occupied(root string) error {
	for _, path := range []string{filepath.Dir(root), root} {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return xuanti.Errorf(xuanti.CodeUnavailable, "搜索索引需要目录，而 %s 是一个文件；请把它移走，再运行 xuanti reindex (a file stands where the index needs a folder; move it away, then run `xuanti reindex`)", path)
		}
	}
	return nil
}

func wipe(root string) error {
	if err := occupied(root); err != nil {
		return err
	}
	if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock := flock.New(filepath.Join(root, "lock"))
	held, err := lock.TryLock()
	if err != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "搜索索引目录无法写入 (the index folder cannot be written): "+root)
	}
	if !held {
		return xuanti.Errorf(xuanti.CodeLocked, "搜索索引正被另一个进程使用 (another process has the index open): %s", root)
	}
	err = errors.Join(os.RemoveAll(root), lock.Unlock())
	return xuanti.Wrap(xuanti.CodeUnavailable, err, "搜索索引无法删除 (the index cannot be removed): "+root)
}

func errClosed() error {
	return xuanti.Errorf(xuanti.CodeUnavailable, "搜索索引已关闭 (the index is closed)")
}

// ended turns the end of a context into our error.
func ended(err error) error {
	return xuanti.Wrap(xuanti.CodeUnavailable, err, "搜索超时或被取消，请缩小范围再试 (the search took too long or was cancelled)")
}
