package trend

import (
	"fmt"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// Every forecast that fell due on a day is counted once, on that day.
func TestScoresOfADay(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	play(b, 0, 24*4)
	today := boardStart.Add(24 * 3 * time.Hour).In(xuanti.Shanghai).Format(time.DateOnly)
	got := b.Scores(today)
	if len(got) == 0 {
		t.Fatal("no scores")
	}
	days := map[string]bool{}
	for _, s := range got {
		days[s.Day] = true
		n, came := 0, 0
		for _, b := range s.Bins {
			n, came = n+b.N, came+b.Came
		}
		if n != s.N || came != s.Came || s.Base() < 0 || s.Base() > 1 || s.Mean() < 0 || s.Mean() > 1 || s.Brier() > 1 || s.Wins > s.Pairs {
			t.Errorf("the sums of %s %s %s do not agree: %+v", s.Day, s.Board, s.Head, s)
		}
		if s.Head == "listed_1h" && s.Day == boardStart.Add(36*time.Hour).In(xuanti.Shanghai).Format(time.DateOnly) && s.N != 24*20 {
			t.Errorf("%s: %d forecasts of 24 snapshots with 20 rows", s.Board, s.N)
		}
		for i, c := range s.Bold {
			if c.Rank <= 10 && s.Head == "top10_3h" || i > 0 && c.P > s.Bold[i-1].P || i >= claimsKept {
				t.Errorf("bold claims of %s %s: %+v", s.Board, s.Head, s.Bold)
			}
		}
		for _, c := range s.Blind {
			if !c.Came {
				t.Errorf("what did not come cannot have been overlooked: %+v", c)
			}
		}
	}
	if len(days) < 2 {
		t.Errorf("days %v", days)
	}
	b.DropScores(today)
	for _, s := range b.Scores("9") {
		if s.Day < today {
			t.Errorf("%s was not dropped", s.Day)
		}
	}
	play(b, 24*4, 24*20)
	for id, x := range b.m {
		if len(x.Days) > scoreDays {
			t.Errorf("%s keeps %d unread days", id, len(x.Days))
		}
	}
}

// On boards where every new event reaches three boards, the odds rise from the
// shipped rate, and what was said is scored.
func TestSpreadIsLearned(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	before := b.SpreadOdds([]string{"p0"}, time.Hour)
	for h := range 24 * 6 {
		for k := range 3 {
			var rows []EntryRef
			for i := range 10 {
				n := h - 2*k - i // an event comes to the next board two hours later
				if n < 0 {
					continue
				}
				rows = append(rows, EntryRef{ItemID: fmt.Sprint(k, "-", n), EventID: fmt.Sprint("event", n), Entry: xuanti.Entry{Rank: i + 1, Title: fmt.Sprint("事件", n)}})
			}
			b.Observe(fmt.Sprint("p", k), boardStart.Add(time.Duration(h)*time.Hour), rows, nil)
		}
	}
	if after := b.SpreadOdds([]string{"p0"}, time.Hour); after < 0.4 || before > 0.05 {
		t.Errorf("the odds went from %.3f to %.3f", before, after)
	}
	if p := b.SpreadOdds([]string{"p0", "p1", "p2"}, time.Hour); p != 1 {
		t.Errorf("an event on three boards has odds %.2f", p)
	}
	n, came := 0, 0
	for _, s := range b.Scores("9") {
		if s.Head == headSpread && s.Board == "p0" {
			n, came = n+s.N, came+s.Came
		}
	}
	if n == 0 || came < n*9/10 {
		t.Errorf("%d of %d claims came true", came, n)
	}
	for id, x := range b.m {
		if len(x.Spread.Open) > 40 || len(x.Spread.Asked) > 100 || len(b.wide) > 100 {
			t.Errorf("%s: %d open claims, %d events asked about, %d wide", id, len(x.Spread.Open), len(x.Spread.Asked), len(b.wide))
		}
	}
}

// Titles that came in low and needed four hours to their best rank: of a new
// one the peak is ahead; of one that has been there for longer it is not.
func TestTimeToPeak(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	for h := range 24 * 5 {
		var rows []EntryRef
		for age := range 8 {
			rank := 15 - 3*age
			if age > 4 {
				rank = 3 + 2*(age-4)
			}
			rows = append(rows, EntryRef{ItemID: fmt.Sprint("t", h-age), Entry: xuanti.Entry{Rank: rank, Title: fmt.Sprint("t", h-age)}})
		}
		b.Observe("x", boardStart.Add(time.Duration(h)*time.Hour), rows, nil)
	}
	last := 24*5 - 1
	if o, ok := b.Outlook(fmt.Sprint("t", last), "x"); !ok || o.PeakAhead < 0.9 || o.Peak.Median < 3*time.Hour || o.Peak.Median > 5*time.Hour {
		t.Errorf("a new title: %+v", o)
	}
	if o, _ := b.Outlook(fmt.Sprint("t", last-6), "x"); o.PeakAhead > 0.1 {
		t.Errorf("an old title: %+v", o)
	}
	if o, _ := b.Outlook(fmt.Sprint("t", last), "x"); o.Stay.Low < 6*time.Hour || o.Stay.High > 8*time.Hour {
		t.Errorf("all stayed for seven hours, a new one: %+v", o.Stay)
	}
}

// Nothing is better than the first place, and a title that never left a board
// on which others come and go stays for days at most as they did.
func TestOutlookOfTheFirstPlace(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	for h := range 24 * 9 {
		rows := []EntryRef{{ItemID: "top", Entry: xuanti.Entry{Rank: 1, Title: "top"}}}
		for i := range 12 {
			id := fmt.Sprint("t", (h+i)/12*12+i) // a new dozen every twelve hours
			rows = append(rows, EntryRef{ItemID: id, Entry: xuanti.Entry{Rank: i + 2, Title: id}})
		}
		b.Observe("x", boardStart.Add(time.Duration(h)*time.Hour), rows, nil)
	}
	o, ok := b.Outlook("top", "x")
	if !ok || o.PeakAhead != 0 || o.Peak != (Span{}) {
		t.Errorf("the best rank of the first is ahead: %+v", o)
	}
	if s := o.Stay; s.Low > s.Median || s.Median > s.High || s.High > LongestStay || s.Low <= 0 {
		t.Errorf("it stays %+v", s)
	}
	for _, id := range b.m["x"].Order[1:] {
		if o, _ := b.Outlook(id, "x"); o.Stay.Median > 13*time.Hour {
			t.Errorf("%s stays %v, none stayed longer than twelve hours", id, o.Stay)
		}
	}
}
