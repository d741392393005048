package trend

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// post is a row whose title may change while its number stays.
func post(rank int, title string, number int) EntryRef {
	r := EntryRef{ItemID: title, EventID: title, Entry: xuanti.Entry{Rank: rank, Title: title}}
	if number > 0 {
		r.Entry.URL = fmt.Sprintf("https://a.example.cn/p/%d", number)
	}
	return r
}

// posts is a list of so many, the first with the lowest number.
func posts(n, number int) (rows []EntryRef) {
	for i := range n {
		rows = append(rows, post(i+1, fmt.Sprintf("第%d条", number+i), number+i))
	}
	return rows
}

func TestRetitledPostKeepsItsTrack(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	rows := posts(12, 700_000)
	b.Observe("x", boardStart, rows, nil)
	rows[1] = post(2, "改过的标题", 700_001)
	states := b.Observe("x", boardStart.Add(time.Hour), rows, nil)
	if s := states[1]; !s.FirstSeen.Equal(boardStart) || s.PrevRank != 2 || s.Entries != 1 {
		t.Errorf("the post began anew: %+v", s)
	}
	x := b.board("x")
	if len(x.Serials.Gone) != 0 || len(x.Tracks) != 12 {
		t.Errorf("gone %v, %d tracks", x.Serials.Gone, len(x.Tracks))
	}
	// Two rows with one address: which of them it was, nobody knows.
	rows[3], rows[4] = post(4, "甲", 800_000), post(5, "乙", 800_000)
	b.Observe("x", boardStart.Add(2*time.Hour), rows, nil)
	rows[3] = post(4, "丙", 800_000)
	if s := b.Observe("x", boardStart.Add(3*time.Hour), rows, nil)[3]; s.PrevRank != 0 {
		t.Errorf("a new post took over another's track: %+v", s)
	}
}

func TestOnlyWhatLeavesTheTopTellsWhichNumberIsDue(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	rows := posts(14, 700_000)
	b.Observe("x", boardStart, rows, nil)
	// The third sinks to the last place, the others move up.
	sunk := rows[2]
	rows = append(slices.Delete(slices.Clone(rows), 2, 3), sunk)
	for i := range rows {
		rows[i].Entry.Rank = i + 1
	}
	b.Observe("x", boardStart.Add(time.Hour), rows, nil)
	b.Observe("x", boardStart.Add(2*time.Hour), rows[1:13], nil)
	gone := b.board("x").Serials.Gone
	if len(gone) != 1 || gone[0].Number != 700_000 {
		t.Errorf("left from the top: %+v, want 700000 alone", gone)
	}
	if !b.board("x").Dropped.IsZero() {
		t.Error("two that go are no drop")
	}
	b.Observe("x", boardStart.Add(3*time.Hour), rows[4:13], nil)
	if at := b.board("x").Dropped; !at.Equal(boardStart.Add(3 * time.Hour)) {
		t.Errorf("three went at once; the last drop is %v", at)
	}
}

func TestAddressThatIsToldLater(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	b.Observe("x", boardStart, []EntryRef{post(1, "先没有地址", 0)}, nil)
	b.Observe("x", boardStart.Add(time.Hour), []EntryRef{post(1, "先没有地址", 700_000)}, nil)
	if n := b.board("x").Tracks["先没有地址"].Serial; n != 700_000 {
		t.Errorf("number %d", n)
	}
}

// The snapshot nearest to the horizon is the truth, whether it comes before or
// after.
func TestTruthIsTheNearestSnapshot(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after time.Duration // from the horizon of one hour
		came, learned bool          // whether the first title is still listed
	}{
		{"before", -15 * time.Minute, 35 * time.Minute, true, true},
		{"after", -35 * time.Minute, 15 * time.Minute, false, true},
		{"as near", -20 * time.Minute, 20 * time.Minute, true, true},
		{"none", -45 * time.Minute, 45 * time.Minute, false, false},
	} {
		var got []bool
		b := NewBoards(BoardsOptions{Learned: func(_, head string, at time.Time, _ []float64, came bool) {
			if head == "listed_1h" && at.Equal(boardStart) {
				got = append(got, came)
			}
		}})
		rows := posts(5, 700_000)
		b.Observe("x", boardStart, rows, nil)
		b.Observe("x", boardStart.Add(time.Hour+c.before), rows, nil)
		b.Observe("x", boardStart.Add(time.Hour+c.after), rows[1:], nil)
		b.Observe("x", boardStart.Add(3*time.Hour), rows[1:], nil)
		if c.learned != (len(got) == 5) || c.learned && got[0] != c.came {
			t.Errorf("%s: learned %v", c.name, got)
		}
	}
}
