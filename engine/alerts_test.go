package engine

import (
	"context"
	"errors"
	"testing"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// While a message was on its way, somebody may have edited the channel.
func TestAChannelIsNotedAsItIsNow(t *testing.T) {
	ctx := t.Context()
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	v, err := e.PutChannel(ctx, "", ChannelInput{Name: "群", URL: "https://hooks.example/old"})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := e.store.Channel(ctx, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.PutChannel(ctx, v.ID, ChannelInput{Name: "新群", URL: "https://hooks.example/new"}); err != nil {
		t.Fatal(err)
	}
	if err := e.channelFailed(ctx, sent, "404"); err != nil {
		t.Fatal(err)
	}
	now, err := e.store.Channel(ctx, v.ID)
	if err != nil || now.URL != "https://hooks.example/new" || now.Name != "新群" || now.Failures != 1 || !now.Active {
		t.Errorf("%+v %v", now, err)
	}
	if err := e.channelWorks(ctx, sent); err != nil {
		t.Fatal(err)
	}
	sent.Active = false // the other side said that it is gone
	if err := e.channelFailed(ctx, sent, "410"); err != nil {
		t.Fatal(err)
	}
	if now = e.subs.channels[v.ID]; now.Failures != 1 || now.Active || now.URL != "https://hooks.example/new" {
		t.Errorf("%+v", now)
	}
	if err := e.DeleteChannel(ctx, v.ID); err != nil {
		t.Fatal(err)
	}
	if err := e.channelFailed(ctx, sent, "404"); err != nil {
		t.Fatal(err)
	}
	if _, err := e.store.Channel(ctx, v.ID); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("a deleted channel is back: %v", err)
	}
}

// An alert that was not written does not count towards the day's limit.
func TestAlertsThatWereNotWrittenDidNotFire(t *testing.T) {
	ctx := t.Context()
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	sub, err := e.PutSubscription(ctx, "", SubscriptionInput{Name: "召回", Rule: xuanti.Rule{All: []string{"召回"}}})
	if err != nil {
		t.Fatal(err)
	}
	b := batch{at: noon, live: true, items: []xuanti.Item{article("paper", "青岚汽车宣布召回三万辆车", "", noon)}}
	full := errors.New("disk full")
	b.also = func(context.Context, *store.Tx, map[string]int) error { return full }
	if _, err := e.apply(ctx, b); !errors.Is(err, full) {
		t.Fatalf("%v", err)
	}
	if n, err := e.firedToday(ctx, noon, sub.ID); n != 0 || err != nil {
		t.Errorf("%d alerts today, %v", n, err)
	}
	b.also = nil
	e.must(t, b)
	if n, err := e.firedToday(ctx, noon, sub.ID); n != 1 || err != nil {
		t.Errorf("%d alerts today, %v", n, err)
	}
}
