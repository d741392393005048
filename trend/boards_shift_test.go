package trend

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/trend/model"
)

// A board that turns over slowly for days and then, from one day to the next,
// fast: the probabilities follow within a day.
func TestForecastFollowsABoardThatChangesItsPace(t *testing.T) {
	b := NewBoards(BoardsOptions{Forests: map[string]*model.Forest{}})
	var names [20]string
	var said, came, n float64
	for h := range 24 * 9 {
		stay := 12 // hours that a title lasts
		if h >= 24*7 {
			stay = 4
		}
		var rows []EntryRef
		for i := range names {
			if names[i] == "" || (h+i)%stay == 0 {
				names[i] = fmt.Sprint("title", h, "-", i)
			}
			rows = append(rows, EntryRef{ItemID: names[i], Entry: xuanti.Entry{Rank: i + 1, Title: names[i]}})
		}
		got := b.Observe("x", boardStart.Add(time.Duration(h)*time.Hour), rows, nil)
		if h >= 24*8 && h < 24*9-3 {
			for i := range got {
				said += got[i].Stay
				n++
				if (h+i)%stay == 0 { // leaves after three hours more than it has
					came++
				}
			}
		}
	}
	if d := math.Abs(said-came) / n; d > 0.08 {
		t.Errorf("a day after the change the mean forecast is off by %.3f", d)
	}
}
