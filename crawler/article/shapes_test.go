package article

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

// pageTruth is what a person marked on a page shape.
type pageTruth struct {
	URL, Title, Day, Author, Body, Next, Image string
}

// TestExtractShapes reads page shapes of our own in the markup of the kinds of
// site that the engine meets: Chinese portals, self-media, official accounts,
// notices, finance, forums, flash news, question pages, shells of scripts, and
// papers and blogs in other languages. The text must be the marked one line for
// line: everything inside, nothing from outside.
func TestExtractShapes(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/shapes/*.html")
	if err != nil || len(files) < 45 {
		t.Fatal(len(files), err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".html")
		t.Run(name, func(t *testing.T) {
			truth := readTruth(t, strings.TrimSuffix(f, ".html")+".want.json")
			body, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			a, err := Extract(body, "text/html", truth.URL, crawltest.Recorded())
			if err != nil {
				t.Fatal(err)
			}
			if a.Title != truth.Title {
				t.Errorf("title %q, want %q", a.Title, truth.Title)
			}
			if day := dayOf(a.PublishedAt); day != truth.Day {
				t.Errorf("published %v, want %s", a.PublishedAt, truth.Day)
			}
			if a.Author != truth.Author {
				t.Errorf("author %q, want %q", a.Author, truth.Author)
			}
			if truth.Image != "" && a.Image != truth.Image {
				t.Errorf("image %q, want %q", a.Image, truth.Image)
			}
			if a.Next != truth.Next {
				t.Errorf("next %q, want %q", a.Next, truth.Next)
			}
			if a.Text != truth.Body {
				for _, l := range missing(truth.Body, a.Text) {
					t.Errorf("lost  %s", l)
				}
				for _, l := range missing(a.Text, truth.Body) {
					t.Errorf("extra %s", l)
				}
				t.Errorf("the text differs")
			}
		})
	}
}

func readTruth(t *testing.T, name string) (truth pageTruth) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &truth); err != nil {
		t.Fatal(err)
	}
	return truth
}

// dayOf is the calendar day of a time in its own zone.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// missing lists the lines of a that b does not have.
func missing(a, b string) []string {
	have := map[string]bool{}
	for _, l := range strings.Split(b, "\n") {
		have[l] = true
	}
	var out []string
	for _, l := range strings.Split(a, "\n") {
		if !have[l] {
			out = append(out, l)
		}
	}
	return out
}
