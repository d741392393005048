package engine

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// ScorecardView is what was foretold for a day beside what came.
type ScorecardView struct {
	Day    string      `json:"day"`
	Days   []string    `json:"days"`   // with a scorecard, newest first
	Heads  []ScoreView `json:"heads"`  // each kind of forecast over all boards
	Boards []ScoreView `json:"boards"` // the same for each board
	Bold   []ClaimView `json:"bold"`   // what we were surest would change, and whether it did
	Blind  []ClaimView `json:"blind"`  // what came although we thought it least likely
	AsOf   time.Time   `json:"as_of"`
}

// ScoreView is how one kind of forecast came out.
type ScoreView struct {
	Head      string         `json:"head" enum:"listed_1h,listed_3h,listed_6h,top10_1h,top10_3h,top10_6h,grow_3h,spread_6h"`
	Board     string         `json:"board"` // "" is all
	BoardName string         `json:"board_name"`
	N         int            `json:"n"`          // forecasts that fell due
	Said      float64        `json:"said"`       // mean probability
	Came      float64        `json:"came"`       // share that came true; equal to said when calibrated
	Brier     float64        `json:"brier"`      // mean squared error of the probability
	BaseBrier float64        `json:"base_brier"` // of always saying the share that came true
	AUC       *float64       `json:"auc"`        // order within a snapshot, 0.5 is chance
	Bins      []ScoreBinView `json:"bins"`       // calibration: by tenths of the probability said
}

// ScoreBinView is one point of a calibration curve.
type ScoreBinView struct {
	N    int     `json:"n"`
	Said float64 `json:"said"`
	Came float64 `json:"came"`
}

// ClaimView is one forecast with its outcome.
type ClaimView struct {
	Head      string    `json:"head" enum:"top10_3h,grow_3h"`
	Board     string    `json:"board"`
	BoardName string    `json:"board_name"`
	ItemID    string    `json:"item_id"`
	Title     string    `json:"title"`
	At        time.Time `json:"at"`   // when it was said
	Rank      int       `json:"rank"` // then
	P         float64   `json:"p"`
	Came      bool      `json:"came"`
}

const (
	scorecardDays   = 60
	scorecardClaims = 20
)

// keepScores stores how the forecasts of the days that are over came out.
func (e *Engine) keepScores(ctx context.Context, now time.Time) error {
	today := now.In(xuanti.Shanghai).Format(time.DateOnly)
	scores := e.state.boards.Scores(today)
	if len(scores) == 0 {
		return nil
	}
	var claims []*xuanti.Claim
	var ids []string
	for i := range scores {
		for _, list := range [][]xuanti.Claim{scores[i].Bold, scores[i].Blind} {
			for k := range list {
				claims, ids = append(claims, &list[k]), append(ids, list[k].ItemID)
			}
		}
	}
	slices.Sort(ids)
	items, err := e.store.ItemsByID(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	titles := map[string]string{}
	for _, it := range items {
		titles[it.ID] = it.Title
	}
	for _, c := range claims {
		c.Title = titles[c.ItemID]
	}
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutScores(ctx, now, scores) }); err != nil {
		return err
	}
	e.state.boards.DropScores(today)
	return nil
}

// Scorecard implements Reader.
func (e *Engine) Scorecard(ctx context.Context, date string) (ScorecardView, error) {
	v := ScorecardView{AsOf: e.Now(), Day: date}
	if date != "" {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			return v, invalid("query.date", "日期应为 YYYY-MM-DD (not a date)")
		}
	}
	days, err := e.store.ScoreDays(ctx, v.AsOf.In(xuanti.Shanghai).Format(time.DateOnly), scorecardDays)
	if err != nil {
		return v, err
	}
	v.Days = list(days)
	if v.Day == "" && len(days) > 0 {
		v.Day = days[0]
	}
	var scores []xuanti.Score
	if v.Day != "" && v.Day < v.AsOf.In(xuanti.Shanghai).Format(time.DateOnly) {
		if scores, err = e.store.Scores(ctx, v.Day); err != nil {
			return v, err
		}
	}
	if len(scores) == 0 && date != "" {
		return v, xuanti.Errorf(xuanti.CodeNotFound, "%s 没有成绩单 (no scorecard for that day)", date)
	}
	e.fillScorecard(&v, scores)
	return v, nil
}

func (e *Engine) fillScorecard(v *ScorecardView, scores []xuanti.Score) {
	all := map[string]*xuanti.Score{}
	v.Heads, v.Boards, v.Bold, v.Blind = []ScoreView{}, []ScoreView{}, []ClaimView{}, []ClaimView{}
	for i := range scores {
		s := &scores[i]
		if all[s.Head] == nil {
			all[s.Head] = &xuanti.Score{Head: s.Head}
		}
		all[s.Head].Join(*s)
		v.Boards = append(v.Boards, e.scoreView(s))
		for _, c := range s.Bold {
			v.Bold = append(v.Bold, e.claimView(s, c))
		}
		for _, c := range s.Blind {
			v.Blind = append(v.Blind, e.claimView(s, c))
		}
	}
	for _, head := range []string{"listed_1h", "listed_3h", "listed_6h", "top10_1h", "top10_3h", "top10_6h", "grow_3h", "spread_6h"} {
		if s := all[head]; s != nil {
			v.Heads = append(v.Heads, e.scoreView(s))
		}
	}
	slices.SortStableFunc(v.Bold, func(a, b ClaimView) int { return cmp.Compare(b.P, a.P) })
	slices.SortStableFunc(v.Blind, func(a, b ClaimView) int { return cmp.Compare(a.P, b.P) })
	v.Bold = v.Bold[:min(scorecardClaims, len(v.Bold))]
	v.Blind = v.Blind[:min(scorecardClaims/2, len(v.Blind))]
}

func (e *Engine) scoreView(s *xuanti.Score) ScoreView {
	base := s.Base()
	v := ScoreView{Head: s.Head, Board: s.Board, N: s.N, Said: s.Mean(), Came: base, Brier: s.Brier(), BaseBrier: base * (1 - base), Bins: []ScoreBinView{}}
	if s.Board != "" {
		v.BoardName = e.boardName(s.Board)
	}
	if auc := s.AUC(); auc >= 0 {
		v.AUC = &auc
	}
	for _, b := range s.Bins {
		n := float64(max(1, b.N))
		v.Bins = append(v.Bins, ScoreBinView{N: b.N, Said: b.Sum / n, Came: float64(b.Came) / n})
	}
	return v
}

func (e *Engine) claimView(s *xuanti.Score, c xuanti.Claim) ClaimView {
	return ClaimView{Head: s.Head, Board: s.Board, BoardName: e.boardName(s.Board), ItemID: c.ItemID, Title: c.Title, At: c.At, Rank: c.Rank, P: c.P, Came: c.Came}
}
