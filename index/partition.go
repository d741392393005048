package index

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/xuanti/xuanti"
)

// Folder names: "2026-01" is a partition, with a suffix it is one that is
// being made, being removed, or set aside because it cannot be read.
const (
	suffixNew     = ".new"
	suffixOld     = ".old"
	suffixCorrupt = ".corrupt"
	monthLayout   = "2006-01"
	undated       = "0000-00" // everything before firstYear, times unknown included
	firstYear     = 2010
	lastYear      = 2199
)

// partition is one month in its own Bleve index.
type partition struct {
	name        string
	path        string
	from, until time.Time // [from, until) in Shanghai months; from is zero for undated
	idx         bleve.Index

	mu      sync.Mutex
	columns map[uint64]*slot // by segment
}

// monthOf names the partition of a time.
func monthOf(t time.Time) (string, error) {
	t = t.In(xuanti.Shanghai)
	switch y := t.Year(); {
	case y < firstYear:
		return undated, nil
	case y > lastYear:
		return "", xuanti.Errorf(xuanti.CodeInvalid, "时间超出范围 (time out of range): %s", t.Format(time.RFC3339))
	}
	return t.Format(monthLayout), nil
}

// monthSpan is the inverse of monthOf; ok is false for any other folder.
func monthSpan(name string) (from, until time.Time, ok bool) {
	if name == undated {
		return time.Time{}, time.Date(firstYear, 1, 1, 0, 0, 0, 0, xuanti.Shanghai), true
	}
	from, err := time.ParseInLocation(monthLayout, name, xuanti.Shanghai)
	if err != nil || from.Year() < firstYear || from.Year() > lastYear {
		return time.Time{}, time.Time{}, false
	}
	return from, from.AddDate(0, 1, 0), true
}

// settings are passed to Bleve afresh for every open: Bleve writes into them.
func settings(path string) map[string]any {
	return map[string]any{
		"bolt_timeout":           "3s", // by default a second open waits for ever
		"asyncErrorCallbackName": callback,
		"eventCallbackName":      callback,
		"path":                   path,
	}
}

// createPartition makes a partition aside and moves it into place, so that a
// crash cannot leave half of one under its name.
func createPartition(dir, name string, owner *Bleve) (*partition, error) {
	from, until, ok := monthSpan(name)
	if !ok {
		return nil, fmt.Errorf("index: no partition is called %q", name)
	}
	path := filepath.Join(dir, name)
	fresh := path + suffixNew
	if err := os.RemoveAll(fresh); err != nil {
		return nil, fmt.Errorf("clear %s: %w", fresh, err)
	}
	idx, err := bleve.NewUsing(fresh, newMapping(), scorch.Name, scorch.Name, settings(""))
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", fresh, err)
	}
	if err := idx.Close(); err != nil {
		return nil, fmt.Errorf("create %s: %w", fresh, err)
	}
	if err := os.Rename(fresh, path); err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	if err := syncFolder(dir); err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	budget := int64(0)
	return openPartition(path, name, from, until, owner, &budget)
}

// openPartition opens a partition. Bleve panics on some damaged files, and
// maps others into memory unread; so the files are checked first, whole ones
// while the budget lasts.
func openPartition(path, name string, from, until time.Time, owner *Bleve, budget *int64) (p *partition, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = corrupt(name, fmt.Errorf("panic: %v", r))
		}
	}()
	store := filepath.Join(path, "store")
	if err := checkFiles(store, budget); err != nil {
		return nil, openFailed(name, err)
	}
	listen(store, owner)
	idx, err := bleve.OpenUsing(path, settings(store))
	if err != nil {
		unlisten(store)
		return nil, openFailed(name, err)
	}
	return &partition{name: name, path: path, from: from, until: until, idx: idx}, nil
}

// openFailed tells damage from trouble that has nothing to do with the data.
func openFailed(name string, err error) error {
	for _, passing := range []error{fs.ErrPermission, syscall.EMFILE, syscall.ENFILE, syscall.ENOSPC, syscall.EROFS, syscall.ENOMEM} {
		if errors.Is(err, passing) {
			return xuanti.Wrap(xuanti.CodeUnavailable, err, "索引分区 "+name+" 无法打开 (the index partition cannot be opened)")
		}
	}
	if err.Error() == "timeout" { // bbolt's own error; the lock of the folder normally answers first
		return xuanti.Wrap(xuanti.CodeLocked, err, "索引分区 "+name+" 正被另一个进程使用 (another process has the partition open)")
	}
	return corrupt(name, err)
}

func corrupt(name string, err error) error {
	return &xuanti.Error{Code: xuanti.CodeCorrupt, Pointer: name, Err: err,
		Message: "索引分区 " + name + " 已损坏，请运行 xuanti reindex 从数据库重建 (the index partition is corrupt; `xuanti reindex` rebuilds it)"}
}

func (p *partition) close() error {
	err := p.idx.Close()
	unlisten(filepath.Join(p.path, "store"))
	return err
}

// overlaps reports whether the partition may hold documents of [since, until).
func (p *partition) overlaps(since, until time.Time) bool {
	return (since.IsZero() || p.until.After(since)) && (until.IsZero() || p.from.Before(until))
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func folderSize(path string) int64 {
	var n int64
	// Files come and go while Bleve merges; what vanishes counts nothing.
	_ = filepath.WalkDir(path, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			if info, err := e.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil
	})
	return n
}
