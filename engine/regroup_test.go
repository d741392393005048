package engine

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// twoStories is an engine with one article of each of two happenings.
func twoStories(t *testing.T, dir string) (e *Engine, clock *xuanti.ManualClock, fire, fair string) {
	t.Helper()
	e, clock = open(t, dir, noon)
	e.must(t, batch{at: noon, live: true, items: []xuanti.Item{
		article("paper", "临江化工厂发生爆炸", "", noon),
		article("daily", "临江化工厂爆炸 附近居民疏散", "", noon.Add(time.Minute)),
		article("post", "望海音乐节门票全部退款", "", noon.Add(2*time.Minute)),
	}})
	clock.Set(noon.Add(10 * time.Minute))
	return e, clock, eventOf(t, e, "临江化工厂发生爆炸"), eventOf(t, e, "望海音乐节门票全部退款")
}

func eventOf(t *testing.T, e *Engine, title string) string {
	t.Helper()
	p, err := e.Items(context.Background(), ItemQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range p.Items {
		if v.Title == title {
			return v.EventID
		}
	}
	t.Fatalf("no item %s", title)
	return ""
}

func (e *Engine) arrives(t *testing.T, title string, at time.Time) string {
	t.Helper()
	e.must(t, batch{at: at, live: true, items: []xuanti.Item{article("late", title, "", at)}})
	return eventOf(t, e, title)
}

func TestMergeByHandOutlivesARestartAndCanBeUndone(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	e, clock, fire, fair := twoStories(t, dir)
	changes, _, cancel := e.Subscribe(0)
	v, err := e.MergeEvents(ctx, fair, fire, "张三")
	if err != nil || v.Kind != xuanti.RegroupMerge || v.EventID != fire || v.OtherID != fair || len(v.Items) != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	if c := <-changes; c.Type != "event.regrouped" {
		t.Errorf("the stream says %s", c.Type)
	}
	cancel()
	if _, err := e.MergeEvents(ctx, fair, fire, ""); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("merging again: %v", err)
	}
	if _, err := e.MergeEvents(ctx, "nothing", fire, ""); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("an unknown event: %v", err)
	}
	shut(t, e)

	e, clock = open(t, dir, clock.Now())
	defer shut(t, e)
	if got := e.arrives(t, "望海音乐节门票退款 主办方致歉", noon.Add(20*time.Minute)); got != fire {
		t.Errorf("a later article went to %s, not to %s", got, fire)
	}
	d, err := e.Event(ctx, fair)
	if err != nil || d.ID != fire || !d.Pinned || d.Items != 4 {
		t.Errorf("the redirect gives %s with %d items (pinned %v), %v", d.ID, d.Items, d.Pinned, err)
	}
	clock.Set(noon.Add(30 * time.Minute))
	if v, err = e.UndoRegroup(ctx, v.ID); err != nil || v.UndoneAt == nil {
		t.Fatalf("undo: %+v, %v", v, err)
	}
	if _, err := e.UndoRegroup(ctx, v.ID); xuanti.CodeOf(err) != xuanti.CodeConflict {
		t.Errorf("undo again: %v", err)
	}
	back, err := e.Event(ctx, fair)
	if err != nil || back.ID != fair || back.Items != 1 || back.Pinned {
		t.Errorf("after undo: %s with %d items, %v", back.ID, back.Items, err)
	}
	p, err := e.Regroupings(ctx, fire, 10)
	if err != nil || len(p.Items) != 1 || p.Items[0].By != "张三" || p.Items[0].UndoneAt == nil {
		t.Errorf("the record says %+v, %v", p.Items, err)
	}
}

// The higher peak of the two is the peak of the whole, also once its row is
// written again.
// A decision writes the groups alone; after a crash the other parts of the state
// have what came since they were saved, once.
func TestADecisionSavesTheGroupsAlone(t *testing.T) {
	ctx := t.Context()
	e, clock, fire, fair := twoStories(t, t.TempDir())
	defer shut(t, e)
	if err := e.saveState(ctx); err != nil {
		t.Fatal(err)
	}
	before := e.state.seq
	clock.Set(noon.Add(20 * time.Minute))
	e.arrives(t, "临江化工厂爆炸原因公布", clock.Now())
	if _, err := e.MergeEvents(ctx, fair, fire, "张三"); err != nil {
		t.Fatal(err)
	}
	live := map[string][]byte{}
	for _, p := range e.state.parts() {
		_, seq, _, ok, err := e.store.Blob(ctx, "state/"+p.name)
		if want := map[bool]int64{false: before, true: e.state.seq}[p.name == partGrouper]; err != nil || !ok || seq != want {
			t.Errorf("%s is saved up to %d, want %d: %v", p.name, seq, want, err)
		}
		live[p.name] = savedPart(t, e, p.name)
	}
	if err := e.recover(ctx); err != nil {
		t.Fatal(err)
	}
	for name, want := range live {
		if got := savedPart(t, e, name); name != partBoards && !bytes.Equal(got, want) {
			t.Errorf("%s is another after a crash: %d bytes of %d", name, len(got), len(want))
		}
	}
	if id := e.arrives(t, "望海音乐节退票开始", clock.Now()); id != fire {
		t.Errorf("what came after the crash went to %s, not to the event that was merged", id)
	}
}

func TestAMergedEventKeepsItsPeak(t *testing.T) {
	ctx := t.Context()
	e, clock, fire, fair := twoStories(t, t.TempDir())
	defer shut(t, e)
	peak := noon.Add(-time.Hour)
	e.state.events[fair].ev.PeakHeat, e.state.events[fair].ev.PeakAt = 77, peak
	if _, err := e.MergeEvents(ctx, fair, fire, ""); err != nil {
		t.Fatal(err)
	}
	clock.Set(noon.Add(20 * time.Minute))
	e.arrives(t, "临江化工厂爆炸原因公布", clock.Now())
	if ev, err := e.store.Event(ctx, fire); err != nil || ev.PeakHeat != 77 || !ev.PeakAt.Equal(peak) {
		t.Errorf("the peak is %.1f at %s, %v", ev.PeakHeat, ev.PeakAt, err)
	}
}

func TestSplitByHandIsRespected(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	e, clock, fire, fair := twoStories(t, dir)
	if _, err := e.MergeEvents(ctx, fair, fire, ""); err != nil {
		t.Fatal(err)
	}
	d, err := e.Event(ctx, fire)
	if err != nil || len(d.Members) != 3 {
		t.Fatalf("%d members, %v", len(d.Members), err)
	}
	var all, fairItems []string
	for _, m := range d.Members {
		all = append(all, m.Item.ID)
		if m.Item.Title == "望海音乐节门票全部退款" {
			fairItems = append(fairItems, m.Item.ID)
		}
	}
	for _, bad := range [][]string{nil, {"nothing"}, all} {
		if _, err := e.SplitEvent(ctx, fire, bad, ""); xuanti.CodeOf(err) != xuanti.CodeInvalid {
			t.Errorf("splitting off %v: %v", bad, err)
		}
	}
	v, err := e.SplitEvent(ctx, fire, fairItems, "")
	if err != nil || !slices.Equal(v.Items, fairItems) {
		t.Fatalf("%+v, %v", v, err)
	}
	shut(t, e)
	e, clock = open(t, dir, clock.Now())
	defer shut(t, e)
	if got := e.arrives(t, "望海音乐节门票退款 主办方致歉", noon.Add(20*time.Minute)); got != v.OtherID {
		t.Errorf("a later article went to %s, not to the part", got)
	}
	if got := e.arrives(t, "临江化工厂爆炸原因公布", noon.Add(21*time.Minute)); got != fire {
		t.Errorf("a later article of the rest went to %s", got)
	}
	clock.Set(noon.Add(30 * time.Minute))
	if _, err := e.UndoRegroup(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
	if d, err := e.Event(ctx, v.OtherID); err != nil || d.ID != fire || d.Items != 5 {
		t.Errorf("after undo the part is %s with %d items, %v", d.ID, d.Items, err)
	}
}

func TestPinByHand(t *testing.T) {
	ctx := context.Background()
	e, _, fire, _ := twoStories(t, t.TempDir())
	defer shut(t, e)
	v, err := e.PinEvent(ctx, fire, true, "")
	if err != nil || v.Kind != xuanti.RegroupPin {
		t.Fatalf("%+v, %v", v, err)
	}
	if d, err := e.Event(ctx, fire); err != nil || !d.Pinned {
		t.Errorf("not pinned: %v", err)
	}
	if _, err := e.UndoRegroup(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
	if d, err := e.Event(ctx, fire); err != nil || d.Pinned {
		t.Errorf("still pinned: %v", err)
	}
}

// The two-hourly round divides an event that came to tell of two things; the
// members, the counts and the store follow.
func TestDriftedEventIsDivided(t *testing.T) {
	ctx := context.Background()
	e, clock, fire, fair := twoStories(t, t.TempDir())
	defer shut(t, e)
	for i, title := range []string{"临江化工厂爆炸事故原因公布", "望海音乐节宣布取消 门票退款", "望海音乐节取消 门票开始退款"} {
		e.arrives(t, title, noon.Add(time.Duration(11+i)*time.Minute))
	}
	if _, err := e.MergeEvents(ctx, fair, fire, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := e.PinEvent(ctx, fire, false, ""); err != nil {
		t.Fatal(err)
	}
	e.state.round = time.Time{}
	clock.Set(noon.Add(time.Hour))
	if err := e.Tick(ctx, clock.Now(), true); err != nil {
		t.Fatal(err)
	}
	part := eventOf(t, e, "望海音乐节门票全部退款")
	if part == fire || eventOf(t, e, "望海音乐节取消 门票开始退款") != part || eventOf(t, e, "临江化工厂爆炸事故原因公布") != fire {
		t.Fatal("the event was not divided by its stories")
	}
	for id, n := range map[string]int{fire: 3, part: 3} {
		if d, err := e.Event(ctx, id); err != nil || d.ID != id || d.Items != n || len(d.Members) != n {
			t.Errorf("%s: %d items, %d members, %v", id, d.Items, len(d.Members), err)
		}
	}
}

// A round that cannot be written leaves memory as the store knows it; the next
// one finds the same again.
func TestFailedRoundIsForgotten(t *testing.T) {
	ctx := context.Background()
	e, clock := open(t, t.TempDir(), noon)
	defer shut(t, e)
	e.must(t, batch{at: noon, live: true, items: []xuanti.Item{
		article("paper", "临江化工厂发生爆炸", "", noon),
		article("daily", "临江化工厂爆炸 附近居民疏散", "", noon.Add(time.Minute)),
		article("post", "临江化工厂发生爆炸 附近居民已疏散", "", noon.Add(2*time.Minute)),
	}})
	clock.Set(noon.Add(10 * time.Minute))
	fire := eventOf(t, e, "临江化工厂发生爆炸")
	d, err := e.Event(ctx, fire)
	if err != nil || len(d.Members) != 3 {
		t.Fatalf("%d members, %v", len(d.Members), err)
	}
	v, err := e.SplitEvent(ctx, fire, []string{d.Members[0].Item.ID}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{fire, v.OtherID} {
		if _, err := e.PinEvent(ctx, id, false, ""); err != nil {
			t.Fatal(err)
		}
	}
	e.state.round = time.Time{}
	clock.Set(noon.Add(time.Hour))
	broken, cancel := context.WithCancel(ctx)
	cancel()
	if err := e.Tick(broken, clock.Now(), true); err == nil {
		t.Fatal("a round that was not written succeeded")
	}
	if n, _ := e.state.grouper.Len(); n != 2 || e.state.events[v.OtherID] == nil {
		t.Fatalf("memory knows %d events after a merge that was not written", n)
	}
	e.state.round = time.Time{}
	if err := e.Tick(ctx, clock.Now(), true); err != nil {
		t.Fatal(err)
	}
	if n, _ := e.state.grouper.Len(); n != 1 {
		t.Fatalf("the next round left %d events", n)
	}
	if d, err := e.Event(ctx, v.OtherID); err != nil || d.ID != fire || d.Items != 3 {
		t.Errorf("the part is %s with %d items, %v", d.ID, d.Items, err)
	}
}

// The address of a topic whose only event was merged into one of another topic
// leads there, and taking the merge back gives the event its topic again, also
// one that went on meanwhile.
func TestAMergeKeepsTheAddressesOfTopics(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	e, clock, fire, fair := twoStories(t, dir)
	topicOf := func(event string) string {
		t.Helper()
		d, err := e.Event(ctx, event)
		if err != nil {
			t.Fatal(err)
		}
		return d.TopicID
	}
	ofFire, ofFair := topicOf(fire), topicOf(fair)
	if ofFire == ofFair {
		t.Fatal("the two stories are one topic")
	}
	for _, alone := range []bool{true, false} {
		if !alone { // now the topic goes on without the event
			if _, err := e.MergeTopics(ctx, topicOf(e.arrives(t, "岚溪旧书市集今日开张", clock.Now())), ofFair, ""); err != nil {
				t.Fatal(err)
			}
		}
		clock.Advance(time.Minute)
		v, err := e.MergeEvents(ctx, fair, fire, "")
		if err != nil {
			t.Fatal(err)
		}
		want := ofFair
		if alone {
			want = ofFire
		}
		if d, err := e.Topic(ctx, ofFair); err != nil || d.ID != want {
			t.Errorf("alone %v: the topic's address leads to %s, want %s; %v", alone, d.ID, want, err)
		}
		shut(t, e)
		e, clock = open(t, dir, clock.Now().Add(time.Minute))
		if _, err := e.UndoRegroup(ctx, v.ID); err != nil {
			t.Fatal(err)
		}
		if got := topicOf(fair); got != ofFair {
			t.Errorf("alone %v: taken back, the event is of topic %s, was of %s", alone, got, ofFair)
		}
		for topic, events := range map[string]int{ofFire: 1, ofFair: map[bool]int{true: 1, false: 2}[alone]} {
			d, err := e.Topic(ctx, topic)
			if err != nil || d.ID != topic || len(d.Events) != events || d.Pinned != (events == 2) {
				t.Errorf("alone %v: topic %s has %d events (pinned %v), want %d; %v", alone, topic, len(d.Events), d.Pinned, events, err)
			}
		}
	}
	defer shut(t, e)
	if got := e.arrives(t, "望海音乐节门票退款今日到账", clock.Now()); topicOf(got) != ofFair {
		t.Errorf("what is told of the festival goes to topic %s", topicOf(got))
	}
}

// Who is authoritative is known also right after somebody edited a source.
func TestASplitKnowsTheWeights(t *testing.T) {
	ctx := t.Context()
	e, _, fire, _ := twoStories(t, t.TempDir())
	defer shut(t, e)
	if err := e.EnsureSources(ctx, []xuanti.Source{{ID: "daily", Kind: xuanti.SourceFeed, Name: "河湾日报", URL: "https://daily.example/feed", Weight: 2, Interval: time.Hour}}); err != nil {
		t.Fatal(err)
	}
	d, err := e.Event(ctx, fire)
	if err != nil || len(d.Members) != 2 {
		t.Fatalf("%d members, %v", len(d.Members), err)
	}
	i := slices.IndexFunc(d.Members, func(m MemberView) bool { return m.Item.SourceID == "daily" })
	e.sources.forget() // as an edit does
	v, err := e.SplitEvent(ctx, fire, []string{d.Members[i].Item.ID}, "")
	if err != nil {
		t.Fatal(err)
	}
	if e.state.events[v.OtherID].officAt.IsZero() || !e.state.events[fire].officAt.IsZero() {
		t.Error("the authoritative source was not recognised")
	}
}

// Readers of the hot list and people who decide do not wait for each other in
// a circle.
func TestDecisionsBesideReaders(t *testing.T) {
	ctx := t.Context()
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	story(t, e)
	p, err := e.Events(ctx, TopicQuery{Limit: 1})
	if err != nil || len(p.Items) != 1 {
		t.Fatalf("%+v %v", p, err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 40 {
			e.commits.Add(1)
			e.cache.dropHot()
			if _, err := e.Events(ctx, TopicQuery{Limit: 1}); err != nil {
				t.Error(err)
			}
		}
	})
	for i := range 40 {
		if _, err := e.PinEvent(ctx, p.Items[0].ID, i%2 == 0, ""); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}
