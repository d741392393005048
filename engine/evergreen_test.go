package engine

import (
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/suggest"
)

func TestRecallCountsTheWeeksBeforeAStory(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	story := func(first time.Time, terms ...string) suggest.Candidate {
		return suggest.Candidate{Event: xuanti.Event{FirstAt: first, Terms: terms}}
	}
	cands := []suggest.Candidate{story(noon, "青岚节", "灯会"), story(noon.Add(-40*week), "灯会"), story(noon, "雾凇")}
	if err := e.recall(t.Context(), cands); err != nil || cands[0].History != 0 {
		t.Fatalf("%v; without a burst %d weeks are known", err, cands[0].History)
	}
	if err := e.store.Update(t.Context(), func(tx *store.Tx) error {
		for _, b := range []struct {
			term string
			ago  time.Duration
		}{
			{"灯会", 12 * week},                               // the first week is not known in full
			{"灯会", 10 * week}, {"青岚节", 10*week + time.Hour}, // the same week
			{"青岚节", 3 * week}, {"灯会", 2 * week},
			{"灯会", 6 * 24 * time.Hour}, {"青岚节", time.Hour}, // the story itself
			{"灯会", -time.Hour}, {"夜市", 5 * week},
		} {
			if err := tx.PutBurst(t.Context(), xuanti.Burst{Term: b.term, StartedAt: noon.Add(-b.ago), At: noon.Add(-b.ago)}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := e.recall(t.Context(), cands); err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ weeks, history int }{{3, 11}, {0, 0}, {0, 11}} {
		if c := cands[i]; c.Weeks != want.weeks || c.History != want.history {
			t.Errorf("story %d: %d of %d weeks, want %d of %d", i, c.Weeks, c.History, want.weeks, want.history)
		}
	}
}
