package demo

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// ArchiveOptions say how much an [World.Archive] holds.
type ArchiveOptions struct {
	Days    int
	Items   int           // articles in all; up to a thousandth of them fall behind the last day
	Outlets int           // that print them; 0 is 300
	Every   time.Duration // between snapshots of a board, whole hours; 0 is one
}

// Archive calls fn for every row of a history that is as long as asked for and
// in which every day is like the others: snapshots of all boards, and articles about happenings that most outlets ignore and some all tell. Unlike
// [World.History] it never comes back to a name: people, places and companies
// are made up as it goes. Rows come in time order; memory holds what is still
// told. An error of fn ends the archive and is returned.
func (w *World) Archive(o ArchiveOptions, fn func(Row) error) error {
	if o.Outlets <= 0 {
		o.Outlets = 300
	}
	a := &archive{w: w, o: o, p: &planner{w: w}, names: inventedNames(), d: newDice(w.opt.Seed, "archive"), due: map[time.Time][]telling{}}
	perDay := float64(o.Items) / float64(o.Days)
	want := 0.0
	for h := range o.Days * 24 {
		at := w.zero.Add(time.Duration(h) * time.Hour)
		if o.Every <= time.Hour || at.Sub(w.zero)%o.Every == 0 {
			if err := a.boards(at, fn); err != nil {
				return err
			}
		}
		want += perDay * w.activity(at) / dayActivity
		a.happen(at, int(want))
		if err := a.articles(at, fn); err != nil {
			return err
		}
	}
	return nil
}

// archive is what is still told while an Archive runs.
type archive struct {
	w       *World
	o       ArchiveOptions
	p       *planner // for its paragraphs
	names   map[string]nameKind
	d       *dice
	told    int                     // articles planned so far
	number  int                     // of the next happening
	due     map[time.Time][]telling // by the hour in which they are seen
	alive   [len(boards)][]*entry
	current []*happening // of this hour
}

// happening is what several outlets tell.
type happening struct {
	n     int
	t     *template
	words *filling // the names and numbers of all its wordings and facts
	heads []string
	at    time.Time
	peak  float64
}

// telling is one outlet's article about a happening.
type telling struct {
	*happening
	at     time.Time
	outlet int
	nth    int  // of the articles about it
	repost bool // of the first, word for word
}

// Of a thousand happenings half are told once, ten by more than thirty.
const (
	tellingTail = 1.3
	tellingMost = 120
	tellingSpan = 60 // hours after which nobody tells a happening any more
	repostShare = 0.2
)

// happen lets as much happen in an hour that so many articles are planned.
func (a *archive) happen(at time.Time, articles int) {
	a.current = a.current[:0]
	for a.told < articles {
		h := a.found(at)
		n := min(int(math.Pow(1-a.d.float(), -1/tellingTail)), tellingMost, a.o.Outlets)
		h.peak = min(0.12+0.3*math.Log10(float64(n))+0.4*math.Pow(a.d.float(), 1.7), 1.3)
		first := a.d.below(a.o.Outlets)
		for i := range n {
			t := telling{happening: h, at: h.at, outlet: (first + i) % a.o.Outlets, nth: i}
			if i > 0 {
				t.at = h.at.Add(time.Duration(min(-4*math.Log(1-a.d.float()), tellingSpan) * float64(time.Hour)))
				t.repost = a.d.chance(repostShare)
			}
			hour := t.at.Truncate(time.Hour)
			a.due[hour] = append(a.due[hour], t)
		}
		a.told += n
	}
	for i := range boards {
		b := &boards[i]
		for range poisson(a.d, b.rate*a.w.activity(at)) {
			a.list(b, at)
		}
	}
}

// found makes a happening in the hour after at, with all of its words: who
// tells it later, and in which order, changes nothing.
func (a *archive) found(at time.Time) *happening {
	a.number++
	v := a.w.vocab
	h := &happening{n: a.number, t: &v.templates[a.d.below(len(v.templates))], at: at.Add(time.Duration(a.d.below(3600)) * time.Second)}
	h.words = v.fill(newDice(a.w.opt.Seed, "happening", strconv.Itoa(h.n)), dateSlots(at))
	h.words.names = a.names
	maps.Copy(h.words.slot, map[string]string{"outlet": "", "r": "", "topic": "这件事"})
	for _, w := range h.t.wordings {
		h.words.expand(w.text)
	}
	for _, fact := range h.t.facts {
		h.words.expand(fact)
	}
	h.heads = headlines(&phase{wordings: h.t.wordings})
	if len(h.heads) == 0 {
		h.heads = []string{h.t.wordings[0].text}
	}
	a.current = append(a.current, h)
	return h
}

// list puts a happening of this hour on a board: one that is told, if any has
// a wording for it.
func (a *archive) list(b *board, at time.Time) {
	var h *happening
	for range 24 {
		if len(a.current) > 0 {
			h = a.current[a.d.below(len(a.current))]
		}
		if h != nil && h.t.has(b.code) {
			break
		}
		h = nil
	}
	for h == nil || !h.t.has(b.code) {
		h = a.found(at)
		h.peak = 0.12 + 0.4*math.Pow(a.d.float(), 1.7)
	}
	for i := range h.t.wordings {
		if h.t.wordings[i].code != b.code {
			continue
		}
		life := b.life * math.Exp(0.55*a.d.normal())
		e := &entry{board: b, title: h.words.expand(h.t.wordings[i].text), start: h.at, inner: a.w.inner(h.at),
			life: min(max(life, b.life*0.3), b.life*2.6), peak: h.peak * (0.9 + 0.2*a.d.float())}
		e.id = entryNumber(a.w.opt.Seed, h.n, b.code+" "+e.title)
		e.link = e.url()
		a.alive[b.index()] = append(a.alive[b.index()], e)
		return
	}
}

// boards prints every board as of an hour, and forgets what has left it.
func (a *archive) boards(at time.Time, fn func(Row) error) error {
	inner := a.w.inner(at)
	for i := range boards {
		b := &boards[i]
		a.alive[i] = slices.DeleteFunc(a.alive[i], func(e *entry) bool { return inner > e.inner+e.life })
		snap := b.print(a.w.rank(b, a.alive[i], at), at)
		if len(snap.Entries) == 0 {
			continue
		}
		if err := fn(Row{Snapshot: &snap}); err != nil {
			return err
		}
	}
	return nil
}

// articles prints what is seen in the hour that begins at at.
func (a *archive) articles(at time.Time, fn func(Row) error) error {
	due := a.due[at]
	delete(a.due, at)
	slices.SortFunc(due, func(x, y telling) int {
		return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.n, y.n), cmp.Compare(x.nth, y.nth))
	})
	for i := range due {
		it := a.item(&due[i])
		if err := fn(Row{Item: &it}); err != nil {
			return err
		}
	}
	return nil
}

// item writes an article: the outlet's choice of headline and facts, and its
// own background.
func (a *archive) item(t *telling) xuanti.Item {
	teller, name := t.nth, outletName(t.outlet)
	if t.repost {
		teller, name = 0, outletName(t.outlet-t.nth+a.o.Outlets)
	}
	d := newDice(a.w.opt.Seed, "telling", strconv.Itoa(t.n), strconv.Itoa(teller))
	f := a.w.vocab.fill(d, t.words.slot)
	f.names, f.slot["outlet"], f.slot["r"] = a.names, name, invent(d, a.names["star"])
	title := f.expand(t.heads[d.below(len(t.heads))])
	if teller > 0 {
		title = f.expand(openings()[d.below(len(openings()))]) + title + f.expand(endings()[d.below(len(endings()))])
	}
	var paras []string
	for i, fact := range t.t.facts {
		if i == 0 || d.chance(0.7) {
			paras = append(paras, f.expand(fact))
		}
	}
	paras = append(paras, a.p.widen(d, f, t.t.domain, paras, 300)...)
	outlet := fmt.Sprintf("archive-%03d", t.outlet)
	return xuanti.Item{SourceID: outlet, Platform: xuanti.PlatformNews, Kind: xuanti.ItemArticle, PublishedAt: t.at, SeenAt: t.at,
		URL:   fmt.Sprintf("https://%s.%s/%x", outlet, Host, hash(a.w.opt.Seed, strconv.Itoa(t.n), strconv.Itoa(t.nth))>>16),
		Title: title, Text: strings.Join(paras, "\n")}
}

// openings and endings are how outlets vary a headline.
func openings() []string {
	return []string{"", "", "", "", "快讯：", "{time}，", "最新消息：", "记者调查｜", "{expert}怎么看：", "关注｜"}
}

func endings() []string {
	return []string{"", "", "", "", "，后续来了", "，{react}", "，相关方面这样回应", "，现场{2-40}人见证", "，背后有何原因", "，{expert}提醒"}
}

func outletName(n int) string {
	given := []rune(givenNames)
	return string(given[n%len(given)]) + string(given[7*n%len(given)]) + "新闻"
}
