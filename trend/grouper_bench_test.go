package trend

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkGrouperStream groups first sightings of the archive in the folder
// XUANTI_DATA: many clusters are open at once, which invented headlines do not
// give. ns/op is the time of one analysed title; hourly rounds are included.
func BenchmarkGrouperStream(b *testing.B) {
	docs := archive(b, 12000)
	g := NewGrouper(GrouperOptions{})
	b.ReportAllocs()
	var hour time.Time
	i := 0
	for b.Loop() {
		if i%len(docs) == 0 {
			g.reset()
			hour = docs[0].At
		}
		d := docs[i%len(docs)]
		if d.At.Sub(hour) >= time.Hour {
			hour = d.At
			g.Maintain(hour)
		}
		g.Add(d)
		i++
	}
}

// BenchmarkCalibrate sets the threshold from a fortnight of the same archive,
// as every night does.
func BenchmarkCalibrate(b *testing.B) {
	bursts := NewBursts(BurstOptions{})
	var now time.Time
	for _, d := range archive(b, 1<<20) {
		now = d.At
		bursts.Add(Sighting{At: d.At, Story: d.ItemID, Source: d.Platform, Terms: d.A.Terms, Title: d.A.Title})
	}
	b.ReportAllocs()
	for b.Loop() {
		bursts.Calibrate(now)
	}
	if _, at := bursts.Threshold(); at.IsZero() {
		b.Error("not calibrated")
	}
}

// archive are the first sightings of the archive in the folder XUANTI_DATA, no
// more than most.
func archive(b *testing.B, most int) []Doc {
	b.Helper()
	dir := os.Getenv("XUANTI_DATA")
	if dir == "" {
		b.Skip("XUANTI_DATA names no folder")
	}
	file, err := os.Open(filepath.Join(dir, "hotlists", "firstseen.jsonl.gz"))
	if err != nil {
		b.Skip(err)
	}
	defer func() { _ = file.Close() }()
	zr, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	var docs []Doc
	for sc := bufio.NewScanner(zr); sc.Scan() && len(docs) < most; {
		var r struct {
			TS              time.Time
			Platform, Title string
		}
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			b.Fatal(err)
		}
		docs = append(docs, testDoc(b, fmt.Sprint(len(docs)), r.TS, r.Platform, r.Title))
	}
	return docs
}
