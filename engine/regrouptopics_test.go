package engine

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
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
	if _, err := e.UndoRegroup(ctx, merged.ID, ""); err != nil {
		t.Fatal(err)
	}
	if d, err := e.Topic(ctx, other); err != nil || d.ID != other || d.EventCount != 1 || topicOf(t, e, fire) != story {
		t.Errorf("after undo: %s with %d events, %v", d.ID, d.EventCount, err)
	}
	if _, err := e.UndoRegroup(ctx, merged.ID, ""); xuanti.CodeOf(err) != xuanti.CodeConflict {
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
	e.state.hour = time.Time{}
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
	if _, err := e.UndoRegroup(ctx, v.ID, ""); err != nil {
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
