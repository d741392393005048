package crawler

import (
	"embed"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
)

// Board describes a platform hot list (热榜) and how it is read. Boards are
// data: one YAML file each, see boards/ and [ParseBoardFile].
type Board struct {
	ID       string
	Name     string // Chinese, shown to users
	Platform string // groups boards of one owner
	HomeURL  string // where a person reads the list
	Interval time.Duration
	Weight   float64  // trust 0…2, 1 is neutral
	Adapters []string // names of the endpoints in fallback order

	home      *url.URL
	endpoints []*endpoint
	minRows   int
	maxRows   int
	minHan    float64
}

// The formats of an answer.
const (
	formatJSON   = "json"
	formatHTML   = "html"
	formatScript = "script" // JSON inside a page or a script
)

// endpoint is one way to read a board.
type endpoint struct {
	adapter string
	method  string
	url     string
	headers map[string]string
	body    string
	sign    string
	format  string
	script  string

	items expr
	deref *jsonPath
	title template
	link  template
	heat  template
	label template
	extID template
	text  template
	rank  template

	labels map[string]string // printed code → label; a code that is not listed prints nothing
	skip   []skipRule
}

// expr is a compiled JSON path or list of CSS selectors.
type expr struct {
	path *jsonPath
	sel  []selector
}

// skipRule says which rows are no news: promoted, pinned, headers.
type skipRule struct {
	on      expr
	is      []string
	like    *regexp.Regexp
	unlike  *regexp.Regexp
	missing bool
	why     string
}

func (r *skipRule) hit(value string) bool {
	switch {
	case r.missing:
		return value == ""
	case r.like != nil:
		return r.like.MatchString(value)
	case r.unlike != nil:
		return !r.unlike.MatchString(value)
	}
	return slices.Contains(r.is, value)
}

//go:embed boards/*.yaml
var boardFiles embed.FS

// builtinBoards compiles the embedded files once. A file of ours that does not
// compile is a bug that every test of this package would show.
var builtinBoards = sync.OnceValues(func() ([]*Board, error) { return loadBoards(boardFiles, "boards") })

func loadBoards(files fs.FS, dir string) ([]*Board, error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, err
	}
	var out []*Board
	for _, e := range entries {
		if path.Ext(e.Name()) != ".yaml" {
			continue
		}
		data, err := fs.ReadFile(files, path.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		b, err := ParseBoardFile(e.Name(), data)
		if err != nil {
			return nil, err
		}
		if b.ID+".yaml" != e.Name() {
			return nil, xuanti.Errorf(xuanti.CodeInvalid, "%s: the file of board %q must be named %s.yaml", e.Name(), b.ID, b.ID)
		}
		out = append(out, b)
	}
	return out, nil
}

// Boards lists the built-in boards, sorted by id.
func Boards() []Board {
	all, err := builtinBoards()
	if err != nil {
		return nil
	}
	out := make([]Board, 0, len(all))
	for _, b := range all {
		out = append(out, *b)
	}
	return out
}

// boardByID finds a built-in board.
func boardByID(id string) (*Board, error) {
	all, err := builtinBoards()
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		if b.ID == id {
			return b, nil
		}
	}
	return nil, xuanti.Errorf(xuanti.CodeNotFound, "没有名为 %q 的榜单 (unknown board)", id)
}

// endpoint returns the endpoint with the given adapter name.
func (b *Board) endpoint(adapter string) *endpoint {
	for _, e := range b.endpoints {
		if e.adapter == adapter {
			return e
		}
	}
	return nil
}
