package alert

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// Limits of a message. Standard Webhooks asks for less than 20 KB: thin data,
// and an address for more.
const (
	maxPayload   = 20_000 // bytes
	maxTitle     = 200    // runes, and of names
	maxTerms     = 20
	maxPlatforms = 30
	maxURL       = 2000 // bytes; longer addresses are left out, half of one is worth nothing
)

// envelope is the body of a message, by Standard Webhooks 1.0.
type envelope[T any] struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      T         `json:"data"`
}

type payload = envelope[payloadData]

type payloadData struct {
	SubscriptionID   string       `json:"subscription_id,omitempty"`
	SubscriptionName string       `json:"subscription,omitempty"`
	MatchID          string       `json:"match_id,omitempty"`
	EventID          string       `json:"event_id,omitempty"`
	TopicID          string       `json:"topic_id,omitempty"`
	Stage            xuanti.Stage `json:"stage,omitempty"`
	Title            string       `json:"title"`
	EventTitle       string       `json:"event_title,omitempty"`
	Terms            []string     `json:"terms,omitempty"`
	Heat             float64      `json:"heat"`
	State            xuanti.State `json:"state,omitempty"`
	Platforms        []string     `json:"platforms,omitempty"`
	SourceURL        string       `json:"source_url,omitempty"` // the item that matched
	URL              string       `json:"url,omitempty"`        // the topic's page here
}

// NewDelivery makes the message that tells a channel about a match. Its id and
// its dedupe key follow from the match and the channel alone, so making it
// again after a crash changes nothing. It leaves at once, or at the end of the
// subscription's quiet hours. The body is valid JSON of less than 20 KB
// whatever the titles hold.
func NewDelivery(sub xuanti.Subscription, ch xuanti.Channel, m xuanti.Match, ev xuanti.Event, now time.Time, baseURL string) xuanti.Delivery {
	body := payload{Type: "subscription.matched", Timestamp: m.At, Data: payloadData{
		SubscriptionID: sub.ID, SubscriptionName: nlp.Shorten(sub.Name, maxTitle), MatchID: m.ID, EventID: ev.ID, TopicID: ev.TopicID, Stage: m.Stage,
		Title: nlp.Shorten(m.Title, maxTitle), EventTitle: nlp.Shorten(ev.Title, maxTitle), Terms: shortList(m.Terms, maxTerms), Heat: m.Heat, State: ev.State,
		Platforms: shortList(ev.Platforms, maxPlatforms), SourceURL: address(m.URL, baseURL), URL: page(baseURL, ev.TopicID, ev.ID),
	}}
	return xuanti.Delivery{
		ID: "msg_" + xuanti.NewID(m.At, "delivery", m.ID, ch.ID), DedupeKey: m.ID + "/" + ch.ID, SubscriptionID: sub.ID, ChannelID: ch.ID, MatchID: m.ID, EventID: ev.ID,
		Type: body.Type, Payload: encode(body), State: xuanti.DeliveryPending, NextAt: sendAt(sub, now), CreatedAt: now,
	}
}

// testType marks test messages: they go to a channel that is switched off too.
const testType = "webhook.test"

// NewTest makes a test message for a channel. It knows no quiet hours.
func NewTest(ch xuanti.Channel, now time.Time, baseURL string) xuanti.Delivery {
	body := payload{Type: testType, Timestamp: now, Data: payloadData{Title: "这是一条测试消息 (test message)", URL: baseURL + "/"}}
	id := xuanti.NewID(now, "test", ch.ID)
	return xuanti.Delivery{ID: "msg_" + id, DedupeKey: "test/" + id, ChannelID: ch.ID, Type: body.Type, Payload: encode(body), State: xuanti.DeliveryPending, NextAt: now, CreatedAt: now}
}

// encode makes the body. Titles are short already; control characters take six
// bytes each, so what can be fetched again is left out when it is too long.
func encode(p payload) []byte {
	if p.Data.Heat != p.Data.Heat || p.Data.Heat > 1e9 || p.Data.Heat < -1e9 {
		p.Data.Heat = 0 // JSON knows no NaN
	}
	b := marshal(p)
	for _, drop := range []func(*payloadData){
		func(d *payloadData) { d.Terms, d.Platforms = nil, nil },
		func(d *payloadData) { d.SourceURL, d.EventTitle = "", "" },
		func(d *payloadData) {
			*d = payloadData{MatchID: nlp.Shorten(d.MatchID, maxTitle), EventID: nlp.Shorten(d.EventID, maxTitle), Stage: d.Stage, Title: d.Title, Heat: d.Heat}
		},
	} {
		if len(b) <= maxPayload {
			break
		}
		drop(&p.Data)
		b = marshal(p)
	}
	return b
}

func marshal[T any](p envelope[T]) []byte {
	if y := p.Timestamp.Year(); y < 0 || y > 9999 { // RFC 3339 ends there
		p.Timestamp = time.Time{}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil { // strings, finite numbers and these years always encode
		return []byte(`{"type":"` + testType + `","data":{}}`)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// PayloadTitle reads the title back from a stored message; "" if there is none.
func PayloadTitle(body []byte) string {
	var p payload
	if json.Unmarshal(body, &p) != nil {
		return ""
	}
	return p.Data.Title
}

// address completes a path of ours and lets only web addresses through: a link
// from someone else's feed may hold a script.
func address(s, baseURL string) string {
	if strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") {
		s = baseURL + s
	}
	l := strings.ToLower(nlp.CutBytes(s, 8))
	if len(s) > maxURL || !strings.HasPrefix(l, "http://") && !strings.HasPrefix(l, "https://") {
		return ""
	}
	return s
}

// page is where a topic, or an event that has none, is shown here.
func page(baseURL, topicID, eventID string) string {
	if topicID != "" {
		return baseURL + "/topics/" + topicID
	}
	return baseURL + "/events/" + eventID
}

func shortList(in []string, n int) []string {
	var out []string
	for _, s := range in[:min(n, len(in))] {
		out = append(out, nlp.Shorten(s, maxTermRunes))
	}
	return out
}
