package alert

import (
	"fmt"
	"time"

	"github.com/xuanti/xuanti"
)

// DigestInput is what a digest is made of.
type DigestInput struct {
	Date        string // in Asia/Shanghai
	AsOf        time.Time
	BaseURL     string
	Demo        bool
	Topics      []DigestTopic // by heat
	Terms       []DigestTerm
	Suggestions []DigestSuggestion
	Notice      string // what the reader must know about the data, e.g. that sources fail; "" if nothing
}

// DigestTopic is one story of the day with links to check it.
type DigestTopic struct {
	ID         string       `json:"id"`
	EventID    string       `json:"event_id"`
	Title      string       `json:"title"`
	State      xuanti.State `json:"state"`
	StateLabel string       `json:"state_label"`
	Heat       float64      `json:"heat"`
	New        bool         `json:"new"` // appeared within the day
	Platforms  []string     `json:"platforms"`
	Lead       string       `json:"lead,omitempty"` // a short excerpt
	Why        []string     `json:"why"`
	Risks      []string     `json:"risks,omitempty"`
	Links      []DigestLink `json:"links"`
	URL        string       `json:"url"`
}

// DigestLink is a source.
type DigestLink struct {
	Title  string    `json:"title"`
	Source string    `json:"source"`
	URL    string    `json:"url"`
	At     time.Time `json:"at"`
}

// DigestTerm is a trending word with its numbers.
type DigestTerm struct {
	Term     string  `json:"term"`
	Count    float64 `json:"count"`
	Expected float64 `json:"expected"`
	Ratio    float64 `json:"ratio"`
}

// DigestSuggestion is a suggestion for the profile that asked.
type DigestSuggestion struct {
	EventID string  `json:"event_id"`
	Title   string  `json:"title"`
	Score   float64 `json:"score"`
	Why     string  `json:"why"`
}

// Digest is the day in one page.
type Digest struct {
	Date        string             `json:"date"`
	AsOf        time.Time          `json:"as_of"`
	Demo        bool               `json:"demo"`
	Summary     string             `json:"summary"`
	Notice      string             `json:"notice,omitempty"`
	Sections    []DigestSection    `json:"sections"`
	Terms       []DigestTerm       `json:"terms"`
	Suggestions []DigestSuggestion `json:"suggestions"`
	URL         string             `json:"url"`
}

// DigestSection groups the topics by what they do.
type DigestSection struct {
	Name   string        `json:"name"`
	Topics []DigestTopic `json:"topics"`
}

// BuildDigest orders the day: what takes off, what stays high, what fades. It
// leaves its input as it is.
func BuildDigest(in DigestInput) Digest {
	d := Digest{Date: in.Date, AsOf: in.AsOf, Demo: in.Demo, Notice: in.Notice, Terms: in.Terms, Suggestions: in.Suggestions, URL: in.BaseURL + "/digest/" + in.Date, Sections: []DigestSection{}}
	if d.Terms == nil {
		d.Terms = []DigestTerm{}
	}
	if d.Suggestions == nil {
		d.Suggestions = []DigestSuggestion{}
	}
	names := []string{"正在上升", "高位热议", "正在回落"}
	groups := make([][]DigestTopic, len(names))
	fresh := 0
	for _, t := range in.Topics {
		t.URL = page(in.BaseURL, t.ID, t.EventID)
		t.Links = links(t.Links, in.BaseURL)
		if t.Platforms == nil {
			t.Platforms = []string{}
		}
		if t.Why == nil {
			t.Why = []string{}
		}
		if t.New {
			fresh++
		}
		switch t.State {
		case xuanti.StateNew, xuanti.StateRising, xuanti.StateBack:
			groups[0] = append(groups[0], t)
		case xuanti.StatePeak:
			groups[1] = append(groups[1], t)
		default:
			groups[2] = append(groups[2], t)
		}
	}
	for i, g := range groups {
		if len(g) > 0 {
			d.Sections = append(d.Sections, DigestSection{names[i], g})
		}
	}
	d.Summary = fmt.Sprintf("%s 共 %d 个热点，其中 %d 个是 24 小时内新出现的。", in.Date, len(in.Topics), fresh)
	if len(in.Topics) == 0 {
		d.Summary = in.Date + " 没有记录到热点。"
	}
	return d
}

// links completes paths of ours and drops what is no web address.
func links(in []DigestLink, baseURL string) []DigestLink {
	out := make([]DigestLink, 0, len(in))
	for _, l := range in {
		if l.URL = address(l.URL, baseURL); l.URL != "" {
			out = append(out, l)
		}
	}
	return out
}
