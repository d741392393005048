package server

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

func fakeOutlook(pres []engine.Presence) *engine.OutlookView {
	return &engine.OutlookView{
		Board: pres[0].Board, BoardName: pres[0].BoardName, At: pres[0].At, Stay: engine.SpanView{Median: 5.6, Low: 2, High: 51},
		BestRank: 3, PeakAhead: num(0.34), Peak: &engine.SpanView{Median: 0.5, Low: 0.3, High: 2.5},
	}
}

func (f *fake) Scorecard(_ context.Context, date string) (engine.ScorecardView, error) {
	v := engine.ScorecardView{AsOf: f.now, Day: date, Days: []string{}, Heads: []engine.ScoreView{}, Boards: []engine.ScoreView{}, Bold: []engine.ClaimView{}, Blind: []engine.ClaimView{}}
	if len(f.topics) == 0 {
		return v, nil
	}
	v.Days = []string{"2026-11-22", "2026-11-21"}
	if date == "" {
		v.Day = v.Days[0]
	} else if date != v.Days[0] && date != v.Days[1] {
		return v, xuanti.Errorf(xuanti.CodeNotFound, "%s 没有成绩单", date)
	}
	for i, head := range []string{"listed_1h", "listed_3h", "listed_6h", "top10_1h", "top10_3h", "top10_6h", "grow_3h", "spread_6h"} {
		s := engine.ScoreView{Head: head, N: 3000 - 300*i, Said: 0.62 - 0.06*float64(i), Came: 0.6 - 0.055*float64(i), Brier: 0.11, BaseBrier: 0.23, AUC: num(0.81)}
		if head == "spread_6h" {
			s.AUC, s.Brier, s.BaseBrier = nil, 0.031, 0.03
		}
		for k := range 10 {
			p := float64(k)/10 + 0.05
			s.Bins = append(s.Bins, engine.ScoreBinView{N: 40 * (k - 5) * (k - 5), Said: p, Came: p * p * 1.05})
		}
		v.Heads = append(v.Heads, s)
		for _, b := range []string{"weibo", "zhihu", "baidu"} {
			s.Board, s.BoardName = b, boardName(b)
			v.Boards = append(v.Boards, s)
		}
	}
	for i, t := range f.topics[:6] {
		p := t.Presences[0]
		c := engine.ClaimView{
			Head: "top10_3h", Board: p.Board, BoardName: p.BoardName, ItemID: p.ItemID, Title: t.Title,
			At: f.now.Add(-time.Duration(20+i) * time.Hour), Rank: 11 + i, P: 0.7 - 0.08*float64(i), Came: i%3 != 1,
		}
		v.Bold = append(v.Bold, c)
		if c.Came {
			c.P = 0.02 * float64(i+1)
			v.Blind = append(v.Blind, c)
		}
	}
	return v, nil
}
