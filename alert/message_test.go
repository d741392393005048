package alert

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

func exampleDelivery() (xuanti.Subscription, xuanti.Channel, xuanti.Match, xuanti.Event) {
	return xuanti.Subscription{ID: "sub1", Name: "地铁"}, xuanti.Channel{ID: "ch1"},
		xuanti.Match{ID: "m1", SubscriptionID: "sub1", EventID: "ev1", Stage: xuanti.StageSpread, At: noon, Terms: []string{"地铁"}, Heat: 61.5, Platforms: 3,
			Title: "新线\"开通\" <首日> & 客流", URL: "https://example.com/a?b=1&c=2"},
		xuanti.Event{ID: "ev1", TopicID: "tp1", Title: "地铁新线开通", State: xuanti.StateRising, Platforms: []string{"weibo", "zhihu", "baidu"}}
}

func TestNewDelivery(t *testing.T) {
	sub, ch, m, ev := exampleDelivery()
	d := NewDelivery(sub, ch, m, ev, noon, "https://x.example")
	golden(t, "payload.json", append(d.Payload, '\n'))
	again := NewDelivery(sub, ch, m, ev, noon.Add(time.Hour), "https://x.example")
	if d.ID != again.ID || d.DedupeKey != again.DedupeKey || string(d.Payload) != string(again.Payload) {
		t.Error("the same match makes another message an hour later")
	}
	other := NewDelivery(sub, xuanti.Channel{ID: "ch2"}, m, ev, noon, "https://x.example")
	if d.ID == other.ID || d.DedupeKey == other.DedupeKey {
		t.Error("two channels share a message id")
	}
	if !strings.HasPrefix(d.ID, "msg_") || len(d.ID) != 30 || d.State != xuanti.DeliveryPending || !d.NextAt.Equal(noon) {
		t.Errorf("%+v", d)
	}
	if got := PayloadTitle(d.Payload); got != m.Title {
		t.Errorf("title %q", got)
	}
	if PayloadTitle([]byte("no json")) != "" || PayloadTitle(nil) != "" || PayloadTitle([]byte(`{"data":{}}`)) != "" {
		t.Error("a title out of nothing")
	}
	sub.QuietFrom, sub.QuietTo = "11:00", "13:00"
	if d := NewDelivery(sub, ch, m, ev, noon, ""); !d.NextAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("leaves in the quiet hours, at %v", d.NextAt)
	}
	if d := NewTest(ch, noon, "https://x.example"); d.Type != "webhook.test" || !json.Valid(d.Payload) || !d.NextAt.Equal(noon) {
		t.Errorf("%+v", d)
	}
}

func TestPayloadLinks(t *testing.T) {
	sub, ch, m, ev := exampleDelivery()
	for _, c := range []struct{ url, topic, source, page string }{
		{"https://example.com/x", "tp1", "https://example.com/x", "https://x.example/topics/tp1"},
		{"/items/1", "", "https://x.example/items/1", "https://x.example/events/ev1"},
		{"javascript:alert(1)", "tp1", "", "https://x.example/topics/tp1"},
		{"//evil.example/", "tp1", "", "https://x.example/topics/tp1"},
		{"https://example.com/" + strings.Repeat("a", 3000), "tp1", "", "https://x.example/topics/tp1"},
	} {
		m.URL, ev.TopicID = c.url, c.topic
		var p payload
		if err := json.Unmarshal(NewDelivery(sub, ch, m, ev, noon, "https://x.example").Payload, &p); err != nil {
			t.Fatal(err)
		}
		if p.Data.SourceURL != c.source || p.Data.URL != c.page {
			t.Errorf("%q: %q and %q", c.url, p.Data.SourceURL, p.Data.URL)
		}
	}
}

func FuzzPayload(f *testing.F) {
	f.Add("标题", "https://a.example/", 3, 1.5)
	f.Add("\x00\x01\"\\\u2028\xff", "http://"+strings.Repeat("\x01", 900), 500, math.NaN())
	f.Fuzz(func(t *testing.T, s, url string, n int, heat float64) {
		n = min(max(n, 0), 1000)
		long := strings.Repeat(s, 1+n%50)
		list := make([]string, n)
		for i := range list {
			list[i] = long
		}
		m := xuanti.Match{ID: "m", At: noon, Title: long, Terms: list, URL: url, Heat: heat}
		ev := xuanti.Event{ID: long, TopicID: s, Title: long, Platforms: list}
		d := NewDelivery(xuanti.Subscription{ID: "s", Name: long}, xuanti.Channel{ID: "c"}, m, ev, noon, "http://127.0.0.1:8080")
		if len(d.Payload) >= 20<<10 || !json.Valid(d.Payload) {
			t.Errorf("%d bytes, valid %v", len(d.Payload), json.Valid(d.Payload))
		}
	})
}
