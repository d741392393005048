package board

import (
	"net/url"
	"regexp"
	"slices"
	"time"
)

// Board describes a platform hot list (热榜) and how it is read. Boards are
// data: one YAML file each, see docs/boards.md and [ParseFile].
type Board struct {
	ID        string
	Name      string // Chinese, shown to users
	Platform  string // groups boards of one owner
	HomeURL   string // where a person reads the list
	Interval  time.Duration
	Weight    float64  // trust 0…2, 1 is neutral
	Adapters  []string // names of the endpoints in fallback order
	File      string   // in the data folder; "" for a built-in board
	Overrides bool     // a file of the data folder took the place of a built-in board
	Flash     bool     // ordered by time: its rows are news flashes (快讯), not places on a hot list
	Off       bool     // paused until a person turns it on

	home      *url.URL
	endpoints []*endpoint
	minRows   int
	maxRows   int
	minHan    float64
	still     time.Duration // a list that is the same for so long is frozen; 0 never
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
	each    *each

	items  expr
	dated  string // the source of items when it names the day
	deref  *jsonPath
	title  template
	link   template
	heat   template
	label  template
	extID  template
	text   template
	rank   template
	posted template

	figure figure
	labels map[string]string // printed code → label; a code that is not listed prints nothing
	skip   []skipRule
}

// each says that the first answer only lists ids, and where the records are.
// The answers to the records, in order, are then the document: a list.
type each struct {
	ids  *jsonPath
	url  template
	take int
}

// figure says how the platform prints its heat, where the usual reading (the
// first number, with 万 and 亿) would be wrong.
type figure struct {
	like  *regexp.Regexp // its first group is the figure
	times float64        // what one is worth, 10000 for a list in 万; 1 when left out
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

// endpoint returns the endpoint with the given adapter name.
func (b *Board) endpoint(adapter string) *endpoint {
	for _, e := range b.endpoints {
		if e.adapter == adapter {
			return e
		}
	}
	return nil
}
