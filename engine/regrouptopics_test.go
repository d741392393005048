package engine

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

func topicOf(t *testing.T, e *Engine, event string) string {
	t.Helper()
	d, err := e.Event(context.Background(), event)
	if err != nil {
		t.Fatal(err)
	}
	return d.TopicID
}

func TestTopicsByHandOutliveARestartAndCanBeUndone(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	e, clock, fire, fair := twoStories(t, dir)
	story, other := topicOf(t, e, fire), topicOf(t, e, fair)
	if story == other {
		t.Fatal("two stories are one topic")
	}
	merged, err := e.MergeTopics(ctx, other, story, "张三")
	if err != nil || merged.Kind != xuanti.RegroupMergeTopics || merged.EventID != story || merged.OtherID != other || !slices.Equal(merged.Items, []string{fair}) {
		t.Fatalf("%+v, %v", merged, err)
	}
	if _, err := e.MergeTopics(ctx, other, story, ""); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("merging again: %v", err)
	}
	if _, err := e.MergeTopics(ctx, "nothing", story, ""); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("an unknown topic: %v", err)
	}
	shut(t, e)

	e, clock = open(t, dir, clock.Now())
	defer shut(t, e)
	if d, err := e.Topic(ctx, other); err != nil || d.ID != story || d.EventCount != 2 {
		t.Fatalf("the redirect gives %s with %d events, %v", d.ID, d.EventCount, err)
	}
	late := e.arrives(t, "望海音乐节门票退款 主办方致歉", noon.Add(20*time.Minute))
	clock.Set(noon.Add(30 * time.Minute))
	if got := topicOf(t, e, late); got != story {
		t.Errorf("a later article went to topic %s, not to %s", got, story)
	}
	for _, bad := range [][]string{nil, {"nothing"}, {fire, fair}} {
		if _, err := e.SplitTopic(ctx, story, bad, ""); xuanti.CodeOf(err) != xuanti.CodeInvalid {
			t.Errorf("splitting off %v: %v", bad, err)
		}
	}
	if _, err := e.UndoRegroup(ctx, merged.ID); err != nil {
		t.Fatal(err)
	}
	if d, err := e.Topic(ctx, other); err != nil || d.ID != other || d.EventCount != 1 || topicOf(t, e, fire) != story {
		t.Errorf("after undo: %s with %d events, %v", d.ID, d.EventCount, err)
	}
	if _, err := e.UndoRegroup(ctx, merged.ID); xuanti.CodeOf(err) != xuanti.CodeConflict {
		t.Errorf("undo again: %v", err)
	}
}

func TestSplitTopicIsRespected(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	e, clock, fire, fair := twoStories(t, dir)
	story := topicOf(t, e, fire)
	if _, err := e.MergeTopics(ctx, topicOf(t, e, fair), story, ""); err != nil {
		t.Fatal(err)
	}
	v, err := e.SplitTopic(ctx, story, []string{fair}, "")
	if err != nil || v.Kind != xuanti.RegroupSplitTopic || !slices.Equal(v.Items, []string{fair}) {
		t.Fatalf("%+v, %v", v, err)
	}
	shut(t, e)
	e, clock = open(t, dir, clock.Now())
	defer shut(t, e)
	e.state.round = time.Time{}
	clock.Set(noon.Add(15 * time.Minute))
	if err := e.Tick(ctx, clock.Now(), true); err != nil {
		t.Fatal(err)
	}
	late := e.arrives(t, "望海音乐节门票退款 主办方致歉", noon.Add(20*time.Minute))
	clock.Set(noon.Add(30 * time.Minute))
	if got := topicOf(t, e, late); got != v.OtherID {
		t.Errorf("a later article went to topic %s, not to the part", got)
	}
	if d, err := e.Topic(ctx, story); err != nil || d.EventCount != 1 {
		t.Errorf("the rest has %d events, %v", d.EventCount, err)
	}
	if _, err := e.UndoRegroup(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
	if d, err := e.Topic(ctx, v.OtherID); err != nil || d.ID != story || d.EventCount != 2 {
		t.Errorf("after undo the part is %s with %d events, %v", d.ID, d.EventCount, err)
	}
	p, err := e.Regroupings(ctx, story, 10)
	undone := slices.IndexFunc(p.Items, func(r RegroupView) bool { return r.ID == v.ID && r.UndoneAt != nil })
	if err != nil || len(p.Items) != 2 || undone < 0 {
		t.Errorf("the record says %+v, %v", p.Items, err)
	}
}

func TestPinTopicByHand(t *testing.T) {
	ctx := context.Background()
	e, _, fire, fair := twoStories(t, t.TempDir())
	defer shut(t, e)
	story := topicOf(t, e, fire)
	v, err := e.PinTopic(ctx, story, true, "张三")
	if err != nil || v.Kind != xuanti.RegroupPinTopic || v.EventID != story {
		t.Fatalf("%+v, %v", v, err)
	}
	if _, err := e.PinEvent(ctx, fair, true, ""); err != nil {
		t.Fatal(err)
	}
	// The saved state is lost: the pins are in the store all the same.
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.DropBlob(ctx, "state/grouper") }); err != nil {
		t.Fatal(err)
	}
	if err := e.recover(ctx); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{story: true, fair: true, fire: false} {
		if got := e.state.grouper.Pinned(id); got != want {
			t.Errorf("%s is pinned: %v, want %v", id, got, want)
		}
	}
	e.arrives(t, "临江化工厂爆炸 事故原因公布", noon.Add(20*time.Minute))
	if d, err := e.Topic(ctx, story); err != nil || !d.Pinned {
		t.Errorf("the topic is no longer pinned: %v", err)
	}
	if _, err := e.UndoRegroup(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
	if d, err := e.Topic(ctx, story); err != nil || d.Pinned || e.state.grouper.Pinned(story) {
		t.Errorf("still pinned after undo: %v", err)
	}
}

// A topic that nobody told of for weeks is brought back when people decide about it.
func TestQuietTopicIsReopened(t *testing.T) {
	ctx := context.Background()
	e, clock, fire, fair := twoStories(t, t.TempDir())
	defer shut(t, e)
	story, other := topicOf(t, e, fire), topicOf(t, e, fair)
	later := noon.Add(20 * 24 * time.Hour)
	e.arrives(t, "青泽车展明日开幕", later)
	clock.Set(later.Add(time.Hour))
	e.state.round = time.Time{}
	if err := e.Tick(ctx, clock.Now(), true); err != nil {
		t.Fatal(err)
	}
	if e.state.grouper.Open(story) {
		t.Fatal("the topic is still open")
	}
	v, err := e.MergeTopics(ctx, other, story, "")
	if err != nil {
		t.Fatal(err)
	}
	if d, err := e.Topic(ctx, other); err != nil || d.ID != story || d.EventCount != 2 {
		t.Errorf("merged: %s with %d events, %v", d.ID, d.EventCount, err)
	}
	if _, err := e.UndoRegroup(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
	if d, err := e.Topic(ctx, other); err != nil || d.ID != other || d.EventCount != 1 {
		t.Errorf("after undo: %s with %d events, %v", d.ID, d.EventCount, err)
	}
}
