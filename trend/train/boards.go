package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend"
	"github.com/xuanti/xuanti/trend/model"
)

// Archive is a file of board rows in time order.
type Archive struct {
	Path  string
	Until time.Time // rows after it are not read; zero: all
}

// BoardsOptions say what part of the archives trains the forests of the boards.
type BoardsOptions struct {
	Warm  time.Duration // at the start of each, while the boards' own rates settle
	Every int           // of this many snapshots one is learned from; they overlap much
	Hold  time.Duration // before the Until of each, for judging only
	Boost BoostOptions
}

// boardRow is a place on a board at a time.
type boardRow struct {
	TS       time.Time `json:"ts"`
	Platform string    `json:"platform"`
	Rank     *int      `json:"rank"`
	Title    string    `json:"title"`
	URL      string    `json:"url"`
	Heat     *float64  `json:"heat"`
}

// BoardReport is how well a forest did on the days held out, beside the
// board's own rates alone.
type BoardReport struct {
	Head        string
	Rows        int
	Base        float64
	Brier       float64
	AUC         float64 // within a snapshot
	MemoryBrier float64
}

type boardSample struct {
	x     []float64
	y     float64
	group uint64 // snapshot
	held  bool
}

// Boards replays board rows through the trajectories, each archive for itself,
// and grows one forest for each head from what became of the rows of all.
func Boards(ctx context.Context, archives []Archive, o BoardsOptions, done func(*model.Forest, BoardReport) error) error {
	forests := map[string]*model.Forest{}
	// The heads about the top ten look at what the others say, so they learn
	// from a second replay in which the others speak.
	for _, top := range []bool{false, true} {
		if err := o.grow(ctx, archives, top, forests, done); err != nil {
			return err
		}
	}
	return nil
}

// grow trains the heads about the top ten, or the others.
func (o *BoardsOptions) grow(ctx context.Context, archives []Archive, top bool, forests map[string]*model.Forest, done func(*model.Forest, BoardReport) error) error {
	samples := map[string][]boardSample{}
	var order []string
	for _, a := range archives {
		var start, judge time.Time
		if !a.Until.IsZero() && o.Hold > 0 {
			judge = a.Until.Add(-o.Hold)
		}
		b := trend.NewBoards(trend.BoardsOptions{Forests: forests, Learned: func(board, head string, at time.Time, x []float64, came bool) {
			group := textHash(board + at.String())
			if strings.HasPrefix(head, "top10") != top || at.Sub(start) < o.Warm || o.Every > 1 && group%uint64(o.Every) != 0 {
				return
			}
			s := boardSample{x: slices.Clone(x), group: group, held: !judge.IsZero() && !at.Before(judge)}
			if came {
				s.y = 1
			}
			if _, ok := samples[head]; !ok {
				order = append(order, head)
			}
			samples[head] = append(samples[head], s)
		}})
		if err := replayBoards(ctx, a, b, &start); err != nil {
			return err
		}
	}
	slices.Sort(order)
	for _, head := range order {
		var x [][]float64
		var y []float64
		for _, s := range samples[head] {
			if !s.held {
				x, y = append(x, s.x), append(y, s.y)
			}
		}
		if len(x) < 1000 {
			return fmt.Errorf("train: %d rows of %s are too few", len(x), head)
		}
		f := Boost(trend.BoardFeatureNames(), x, y, nil, o.Boost)
		f.Provenance.Rows = len(x)
		forests[head] = f
		r := judgeBoard(f, samples[head])
		r.Head = head
		if err := done(f, r); err != nil {
			return err
		}
	}
	return nil
}

// replayBoards shows the snapshots of a file to b, board by board.
func replayBoards(ctx context.Context, a Archive, b *trend.Boards, start *time.Time) error {
	var at time.Time
	open := map[string][]trend.EntryRef{}
	places := map[string]map[string]time.Time{}
	flush := func() {
		names := make([]string, 0, len(open))
		for p := range open {
			names = append(names, p)
		}
		slices.Sort(names)
		for _, p := range names {
			rows := open[p]
			slices.SortStableFunc(rows, func(x, y trend.EntryRef) int { return x.Entry.Rank - y.Entry.Rank })
			b.Observe(p, at, rows, func(event string) int {
				n := 1
				for q, seen := range places[event] {
					if q != p && at.Sub(seen) <= 3*time.Hour {
						n++
					}
				}
				return n
			})
			for _, r := range rows {
				if places[r.EventID] == nil {
					places[r.EventID] = map[string]time.Time{}
				}
				places[r.EventID][p] = at
			}
		}
		clear(open)
	}
	err := eachRow(ctx, a.Path, func(r boardRow) {
		if r.Rank == nil || !a.Until.IsZero() && r.TS.After(a.Until) {
			return
		}
		if !r.TS.Equal(at) {
			flush()
			at = r.TS
			if start.IsZero() {
				*start = at
			}
		}
		e := xuanti.Entry{Rank: *r.Rank, Title: r.Title, URL: r.URL}
		if r.Heat != nil && *r.Heat > 0 {
			h := int64(*r.Heat)
			e.Heat = &h
		}
		open[r.Platform] = append(open[r.Platform], trend.EntryRef{ItemID: strings.TrimSpace(r.Title), EventID: nlp.Fold(r.Title), Entry: e})
	})
	flush()
	return err
}

// judgeBoard measures a forest on the samples held out.
func judgeBoard(f *model.Forest, samples []boardSample) BoardReport {
	var r BoardReport
	cell := slices.Index(f.Features, "cell_age")
	var group uint64
	var p, y []float64
	var wins, pairs float64
	settle := func() {
		for i := range p {
			for j := range p {
				if y[i] > y[j] {
					pairs++
					switch {
					case p[i] > p[j]:
						wins++
					case p[i] == p[j]:
						wins += 0.5
					}
				}
			}
		}
		p, y = p[:0], y[:0]
	}
	for _, s := range samples {
		if !s.held {
			continue
		}
		if s.group != group {
			settle()
			group = s.group
		}
		q := model.Sigmoid(f.LogOdds(s.x))
		p, y = append(p, q), append(y, s.y)
		r.Rows++
		r.Base += s.y
		r.Brier += (q - s.y) * (q - s.y)
		m := model.Sigmoid(s.x[cell])
		r.MemoryBrier += (m - s.y) * (m - s.y)
	}
	settle()
	n := math.Max(1, float64(r.Rows))
	r.Base, r.Brier, r.MemoryBrier, r.AUC = r.Base/n, r.Brier/n, r.MemoryBrier/n, wins/math.Max(1, pairs)
	return r
}
