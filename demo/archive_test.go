package demo

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"
)

func archived(t *testing.T, o ArchiveOptions) (rows []Row, digest string) {
	t.Helper()
	h := sha256.New()
	enc := json.NewEncoder(h)
	if err := newWorld(t, 3).Archive(o, func(r Row) error {
		rows = append(rows, r)
		return enc.Encode(r)
	}); err != nil {
		t.Fatal(err)
	}
	return rows, fmt.Sprintf("%x", h.Sum(nil))
}

func TestArchiveIsEvenAndRepeatable(t *testing.T) {
	o := ArchiveOptions{Days: 4, Items: 2000, Every: 2 * time.Hour}
	rows, first := archived(t, o)
	if _, again := archived(t, o); again != first {
		t.Error("the same options gave two archives")
	}
	var at time.Time
	zero := newWorld(t, 3).Zero()
	perDay := map[int]int{}
	snapshots, copies, titles := 0, 0, map[string]string{}
	for _, r := range rows {
		if r.at().Before(at) {
			t.Fatalf("%s comes after %s", r.at(), at)
		}
		at = r.at()
		if r.Snapshot != nil {
			snapshots++
			continue
		}
		perDay[int(at.Sub(zero)/(24*time.Hour))]++
		if text, ok := titles[r.Item.Title]; ok && text == r.Item.Text {
			copies++
		}
		titles[r.Item.Title] = r.Item.Text
	}
	if snapshots < 12*4*len(boards)/2 {
		t.Errorf("only %d snapshots", snapshots)
	}
	for day := range o.Days {
		if n := perDay[day]; n < 300 || n > 700 {
			t.Errorf("day %d has %d articles, not about 500", day, n)
		}
	}
	if copies < 50 || len(titles) < 1000 {
		t.Errorf("%d copies, %d titles", copies, len(titles))
	}
}

func TestArchiveEndsWithTheFirstError(t *testing.T) {
	stop := errors.New("enough")
	n := 0
	err := newWorld(t, 3).Archive(ArchiveOptions{Days: 1, Items: 100}, func(Row) error { n++; return stop })
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("%v after %d rows", err, n)
	}
}
