package eval

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/article"
	"github.com/xuanti/xuanti/crawler/feed"
	"github.com/xuanti/xuanti/crawler/opml"
)

const maxFile = 32 << 20 // bytes after unpacking; larger files are not read

// files lists the regular files below dir, by path with forward slashes,
// sorted. Hidden ones are left out.
func files(dir string) ([]string, error) {
	var out []string
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.Type().IsRegular():
			out = append(out, name)
		}
		return nil
	})
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, "the folder "+dir+" cannot be read")
	}
	slices.Sort(out)
	return out, nil
}

// read returns a file's bytes, unpacked if it is gzip.
func read(dir, name string) ([]byte, error) {
	f, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	body, err := limited(f)
	if err == nil && bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		var gz *gzip.Reader
		if gz, err = gzip.NewReader(bytes.NewReader(body)); err == nil {
			body, err = limited(gz)
		}
	}
	return body, errors.Join(err, f.Close())
}

func limited(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if len(body) > maxFile {
		return nil, fmt.Errorf("larger than %d MiB", maxFile>>20)
	}
	return body, err
}

// eachFile takes the files below dir that want accepts through fn.
func (e *Env) eachFile(ctx context.Context, dir string, want func(name string) bool, fn func(out *answers, name string, body []byte, err error) error) (Report, error) {
	var r Report
	names, err := files(dir)
	if err != nil {
		return r, err
	}
	out := e.answers(nil)
	for _, name := range names {
		if !want(name) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return r, err
		}
		body, err := read(dir, name)
		if err != nil {
			r.Bad++
			if _, werr := fmt.Fprintf(e.Stderr, "%s: %v (file skipped)\n", name, err); werr != nil {
				return r, fmt.Errorf("report an unreadable file: %w", werr)
			}
		} else {
			r.Rows++
		}
		if err := fn(out, name, body, err); err != nil {
			return r, err
		}
	}
	return r, out.flush()
}

// reason is an error as an answer: null when there is none.
func reason(err error) *string {
	if err == nil {
		return nil
	}
	s := err.Error()
	return &s
}

type feedAnswer struct {
	File  string           `json:"file"`
	Error *string          `json:"error"`
	Title string           `json:"title"`
	Items []feedItemAnswer `json:"items"`
}

type feedItemAnswer struct {
	ID        string  `json:"id"`
	Title     string  `json:"title"`
	URL       string  `json:"url"`
	Published *string `json:"published"` // RFC 3339; null when the feed gives no time
	Content   string  `json:"content"`
}

// Feeds parses every file below dir as a feed, as fetched and without the
// headers that came with it.
func (e *Env) Feeds(ctx context.Context, dir string) (Report, error) {
	now := e.Clock.Now()
	return e.eachFile(ctx, dir, all, func(out *answers, name string, body []byte, err error) error {
		a := feedAnswer{File: name, Items: []feedItemAnswer{}}
		var got *feed.Feed
		if err == nil {
			got, err = feed.Parse(body, "", "", nil, now)
		}
		a.Error = reason(err)
		if got != nil {
			a.Title = got.Title
			for i := range got.Items {
				it := &got.Items[i]
				a.Items = append(a.Items, feedItemAnswer{it.ExtID, it.Title, it.URL, published(it.PublishedAt, now), it.Text})
			}
		}
		return out.write(a)
	})
}

// published is a time as an answer. The parser gives the time of fetching to
// an item that has none; that is no answer.
func published(t, now time.Time) *string {
	if t.IsZero() || t.Equal(now) {
		return nil
	}
	s := t.Format(time.RFC3339)
	return &s
}

type opmlAnswer struct {
	File  string           `json:"file"`
	Error *string          `json:"error"`
	Feeds []opmlFeedAnswer `json:"feeds"`
}

type opmlFeedAnswer struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// OPML reads every file below dir as a list of subscriptions.
func (e *Env) OPML(ctx context.Context, dir string) (Report, error) {
	return e.eachFile(ctx, dir, all, func(out *answers, name string, body []byte, err error) error {
		a := opmlAnswer{File: name, Feeds: []opmlFeedAnswer{}}
		var outlines *opml.List
		if err == nil {
			outlines, err = opml.Parse(bytes.NewReader(body))
		}
		if a.Error = reason(err); err == nil {
			for _, f := range outlines.Feeds {
				a.Feeds = append(a.Feeds, opmlFeedAnswer{f.Title, f.URL})
			}
		}
		return out.write(a)
	})
}

type articleAnswer struct {
	Title     string  `json:"title"`
	Body      string  `json:"articleBody"`
	Author    string  `json:"author"`
	Published *string `json:"published"`
}

// Extract reads the article of every NAME.html and NAME.html.gz below dir and
// answers with one object that holds them all by NAME, the path below dir.
func (e *Env) Extract(ctx context.Context, dir string) (Report, error) {
	now := e.Clock.Now()
	got := map[string]articleAnswer{}
	r, err := e.eachFile(ctx, dir, isPage, func(_ *answers, name string, body []byte, err error) error {
		if err != nil {
			return nil // reported already
		}
		a, err := article.Extract(body, "", "", now)
		if err != nil {
			if _, werr := fmt.Fprintf(e.Stderr, "%s: %v\n", name, err); werr != nil {
				return fmt.Errorf("report a page without text: %w", werr)
			}
			a = &article.Article{}
		}
		got[pageName(name)] = articleAnswer{a.Title, a.Text, a.Author, published(a.PublishedAt, now)}
		return nil
	})
	if err != nil {
		return r, err
	}
	out := e.answers(nil)
	return r, out.write(got)
}

func all(string) bool { return true }

func isPage(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(base, ".html") || strings.HasSuffix(base, ".html.gz")
}

func pageName(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".html")
}
