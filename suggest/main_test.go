package suggest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// analyzer is loaded once: it is safe for concurrent use and takes half a second.
var analyzer = sync.OnceValues(func() (*nlp.Analyzer, error) { return nlp.New(nlp.Options{}) })

func chinese(t testing.TB) *nlp.Analyzer {
	t.Helper()
	a, err := analyzer()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var now = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// event makes a candidate with members on two platforms, titled as given.
func event(id, title string, more ...string) Candidate {
	a := append([]string{title, title + "，最新进展来了"}, more...)
	c := Candidate{Event: xuanti.Event{ID: id, TopicID: "topic-" + id, Title: title, FirstAt: now.Add(-2 * time.Hour)}, HeatPercentile: 0.6,
		Point: xuanti.EventPoint{Heat: 50, State: xuanti.StateRising, Stay: 0.6, Spread: 0.2, Lift: 1.5}}
	for i, t := range a {
		c.Members = append(c.Members, xuanti.Item{ID: fmt.Sprintf("%s-%d", id, i), SourceID: fmt.Sprint("s", i), Platform: []string{"weibo", "zhihu"}[i%2], Kind: xuanti.ItemArticle,
			Title: t, URL: "https://example.com/" + id, PublishedAt: now.Add(-time.Hour)})
	}
	return c
}

func posts(titles ...string) []xuanti.OwnPost {
	var out []xuanti.OwnPost
	for i, t := range titles {
		out = append(out, xuanti.OwnPost{Key: t, Title: t, URL: fmt.Sprint("https://own.example/", i), At: now.Add(-time.Duration(10+i) * 24 * time.Hour)})
	}
	return out
}

func contribution(s xuanti.Suggestion, name string) xuanti.Contribution {
	for _, c := range s.Contributions {
		if c.Name == name {
			return c
		}
	}
	return xuanti.Contribution{}
}
