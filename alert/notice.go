package alert

import (
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// noticeRows bounds how many sources a notice lists; its text names the rest by
// number.
const noticeRows = 30

// Notice tells the operator how the program itself does.
type Notice struct {
	Type    string // dotted, e.g. source.failing
	Key     string // what it is about; with the channel it makes the delivery unique
	Title   string
	Text    string // lines for a chat group
	URL     string // where to look
	Sources []NoticeSource
}

// NoticeSource is a source that fails or works again.
type NoticeSource struct {
	ID     string                 `json:"id"`
	Name   string                 `json:"name"`
	Event  xuanti.SourceEventKind `json:"event"`
	Since  time.Time              `json:"since"`
	Text   string                 `json:"text"`
	Advice string                 `json:"advice,omitempty"`
}

type noticeData struct {
	Title   string         `json:"title"`
	Text    string         `json:"text"`
	URL     string         `json:"url,omitempty"`
	Sources []NoticeSource `json:"sources"`
}

// NewNotice makes the message that brings a notice to a channel. Its id and its
// dedupe key follow from key and channel alone. The body stays below 20 KB.
func NewNotice(n Notice, ch xuanti.Channel, now time.Time) xuanti.Delivery {
	data := noticeData{Title: nlp.Shorten(n.Title, maxTitle), Text: nlp.Shorten(n.Text, 4000), URL: n.URL, Sources: n.Sources[:min(len(n.Sources), noticeRows)]}
	b := marshal(envelope[noticeData]{n.Type, now, data})
	for len(b) > maxPayload && len(data.Sources) > 0 {
		data.Sources = data.Sources[:len(data.Sources)/2]
		b = marshal(envelope[noticeData]{n.Type, now, data})
	}
	return xuanti.Delivery{
		ID: "msg_" + xuanti.NewID(now, "notice", n.Key, ch.ID), DedupeKey: "notice/" + n.Key + "/" + ch.ID, ChannelID: ch.ID,
		Type: n.Type, Payload: b, State: xuanti.DeliveryPending, NextAt: now, CreatedAt: now,
	}
}
