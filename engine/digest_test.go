package engine

import (
	"bytes"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
)

// goingClock goes on between two looks at it, as the system's does.
type goingClock struct{ ms atomic.Int64 }

func (c *goingClock) Now() time.Time { return xuanti.FromMillis(c.ms.Add(1)) }

// Today's digest holds what a profile should write, also on a clock that goes
// on; its articles are those of sources with names.
func TestDigestOfTodayOnAGoingClock(t *testing.T) {
	ctx := t.Context()
	cfg := config.Default()
	cfg.Data = t.TempDir()
	clock := &goingClock{}
	clock.ms.Store(noon.UnixMilli())
	e, err := Open(ctx, Options{Config: cfg, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, e)
	if err := e.EnsureSources(ctx, []xuanti.Source{{ID: "01PAPER", Kind: xuanti.SourceFeed, Name: "河湾日报", URL: "https://paper.example/feed", Platform: xuanti.PlatformNews, Weight: 1, Interval: time.Hour}}); err != nil {
		t.Fatal(err)
	}
	it := article("01PAPER", "青岚汽车宣布召回三万辆新能源车", "公司将免费更换电池包。", noon)
	if _, err := e.apply(ctx, batch{at: noon, items: []xuanti.Item{it}, snaps: []xuanti.Snapshot{snapshot("weibo", noon, it.Title)}}); err != nil {
		t.Fatal(err)
	}
	p, err := e.PutProfile(ctx, "", ProfileInput{Name: "车圈观察", Keywords: []string{"新能源车", "汽车"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, date := range []string{"today", "", noon.In(xuanti.Shanghai).Format(time.DateOnly)} {
		body, _, err := e.Digest(ctx, date, p.ID, "md", "http://x")
		if err != nil || !bytes.Contains(body, []byte("给你的选题")) || !bytes.Contains(body, []byte("河湾日报")) || bytes.Contains(body, []byte("01PAPER：")) {
			t.Errorf("%q: %v\n%s", date, err, body)
		}
	}
}
