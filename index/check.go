package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/blevesearch/bleve/v2/util"
)

const (
	// verifyBudget is how many bytes of segments are read whole when an index
	// is opened, newest partition first: a tenth of a second on a warm disk.
	verifyBudget = 64 << 20
	// segmentFooter is the fixed end of a zap v17 file: docs, stored and
	// section offsets (8 bytes each), chunk mode, version, CRC (4 each).
	segmentFooter  = 3*8 + 3*4
	segmentVersion = 17
)

// checkFiles looks at the segment files of a partition before they are mapped
// into memory, where damage ends the process instead of giving an error.
func checkFiles(store string, budget *int64) error {
	entries, err := os.ReadDir(store)
	if err != nil {
		return fmt.Errorf("read folder: %w", err)
	}
	// A process that was killed may leave segments half written. No snapshot
	// names them, so nothing acknowledged is in them, and Bleve removes them.
	named, err := newestSegments(store)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !named[e.Name()] {
			continue
		}
		delete(named, e.Name())
		if err := checkSegment(filepath.Join(store, e.Name()), budget); err != nil {
			return fmt.Errorf("segment %s: %w", e.Name(), err)
		}
	}
	for name := range named {
		return fmt.Errorf("segment %s of the newest snapshot is missing", name)
	}
	return nil
}

// newestSegments names the files that the newest snapshot needs. When one is
// missing, Bleve itself would fall back to an older snapshot, and documents
// would be gone without a word. The caller holds the lock of the index, so
// nothing waits here.
func newestSegments(store string) (named map[string]bool, err error) {
	path := filepath.Join(store, "root.bolt")
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	db, err := util.OpenBolt(path, 0o600, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	named = map[string]bool{}
	return named, db.View(func(tx *util.BoltTxImpl) error {
		all := tx.Bucket(util.BoltSnapshotsBucket)
		if all == nil {
			return errors.New("no snapshots")
		}
		newest, _ := all.Cursor().Last()
		snapshot := all.GetBucket(newest)
		if snapshot == nil {
			return errors.New("no snapshot")
		}
		cur := snapshot.Cursor()
		for key, _ := cur.First(); key != nil; key, _ = cur.Next() {
			segment := snapshot.GetBucket(key)
			if segment == nil || key[0] == util.BoltInternalKey[0] {
				continue
			}
			name, err := segment.Get(util.BoltPathKey, nil)
			if err != nil {
				return err
			}
			if name == nil {
				continue
			}
			named[filepath.Base(string(name))] = true
		}
		return nil
	})
}

func checkSegment(path string, budget *int64) (err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size := info.Size()
	if size < segmentFooter {
		return fmt.Errorf("%d bytes are too few", size)
	}
	var foot [segmentFooter]byte
	if _, err := f.ReadAt(foot[:], size-segmentFooter); err != nil {
		return err
	}
	if v := binary.BigEndian.Uint32(foot[28:32]); v != segmentVersion {
		return fmt.Errorf("format version %d instead of %d", v, segmentVersion)
	}
	for _, off := range []uint64{binary.BigEndian.Uint64(foot[8:16]), binary.BigEndian.Uint64(foot[16:24])} {
		if off > uint64(size) {
			return fmt.Errorf("offset %d lies beyond the end", off)
		}
	}
	if *budget < size {
		return nil
	}
	*budget -= size
	sum := crc32.NewIEEE()
	if _, err := io.Copy(sum, io.NewSectionReader(f, 0, size-4)); err != nil {
		return err
	}
	if want := binary.BigEndian.Uint32(foot[32:36]); sum.Sum32() != want {
		return fmt.Errorf("checksum %08x instead of %08x", sum.Sum32(), want)
	}
	return nil
}
