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
	for sc := bufio.NewScanner(zr); sc.Scan() && len(docs) < 12000; {
		var r struct {
			TS              time.Time
			Platform, Title string
		}
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			b.Fatal(err)
		}
		docs = append(docs, testDoc(b, fmt.Sprint(len(docs)), r.TS, r.Platform, r.Title))
	}
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
