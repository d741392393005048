package alert

import (
	"fmt"
	"strings"
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

// BuildDigest orders the day: what takes off, what stays high, what fades.
func BuildDigest(in DigestInput) Digest {
	d := Digest{Date: in.Date, AsOf: in.AsOf, Demo: in.Demo, Terms: in.Terms, Suggestions: in.Suggestions, URL: in.BaseURL + "/digest/" + in.Date, Sections: []DigestSection{}}
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
		t.URL = in.BaseURL + "/topics/" + t.ID
		for i := range t.Links {
			if strings.HasPrefix(t.Links[i].URL, "/") {
				t.Links[i].URL = in.BaseURL + t.Links[i].URL
			}
		}
		if t.Platforms == nil {
			t.Platforms = []string{}
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

// stamp says when the digest is from.
func (d Digest) stamp() string {
	s := "数据截至 " + d.AsOf.In(xuanti.Shanghai).Format("2006-01-02 15:04")
	if d.Demo {
		s = "【演示数据 Demo data】" + s
	}
	return s
}

// Markdown renders the digest for chat groups.
func (d Digest) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# 选题日报 %s\n\n%s\n\n> %s\n", d.Date, d.Summary, d.stamp())
	n := 0
	for _, s := range d.Sections {
		fmt.Fprintf(&b, "\n## %s\n\n", s.Name)
		for _, t := range s.Topics {
			n++
			mark := ""
			if t.New {
				mark = " 🆕"
			}
			fmt.Fprintf(&b, "%d. [%s](%s)%s　热度 %.0f", n, escape(t.Title), t.URL, mark, t.Heat)
			if len(t.Platforms) > 0 {
				fmt.Fprintf(&b, "　%s", escape(strings.Join(t.Platforms, "、")))
			}
			b.WriteString("\n")
			if len(t.Why) > 0 {
				fmt.Fprintf(&b, "   - %s\n", escape(strings.Join(t.Why, "；")))
			}
			if len(t.Risks) > 0 {
				fmt.Fprintf(&b, "   - ⚠️ %s\n", escape(strings.Join(t.Risks, "、")))
			}
			for _, l := range t.Links[:min(2, len(t.Links))] {
				fmt.Fprintf(&b, "   - %s：[%s](%s)\n", escape(l.Source), escape(l.Title), l.URL)
			}
		}
	}
	if len(d.Terms) > 0 {
		b.WriteString("\n## 上升的词\n\n")
		for _, t := range d.Terms {
			fmt.Fprintf(&b, "- %s：%.0f 次，平常 %.1f 次\n", escape(t.Term), t.Count, t.Expected)
		}
	}
	if len(d.Suggestions) > 0 {
		b.WriteString("\n## 给你的选题\n\n")
		for i, s := range d.Suggestions {
			fmt.Fprintf(&b, "%d. %s（%+.1f）\n   - %s\n", i+1, escape(s.Title), s.Score, escape(s.Why))
		}
	}
	return b.String()
}

// Text renders the digest for plain messages.
func (d Digest) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "选题日报 %s\n%s\n%s\n", d.Date, d.Summary, d.stamp())
	n := 0
	for _, s := range d.Sections {
		fmt.Fprintf(&b, "\n【%s】\n", s.Name)
		for _, t := range s.Topics {
			n++
			fmt.Fprintf(&b, "%d. %s（热度 %.0f）%s\n", n, t.Title, t.Heat, strings.Join(t.Platforms, "、"))
		}
	}
	if len(d.Terms) > 0 {
		b.WriteString("\n【上升的词】\n")
		var words []string
		for _, t := range d.Terms {
			words = append(words, fmt.Sprintf("%s %.0f/%.1f", t.Term, t.Count, t.Expected))
		}
		b.WriteString(strings.Join(words, "，") + "\n")
	}
	for i, s := range d.Suggestions {
		if i == 0 {
			b.WriteString("\n【给你的选题】\n")
		}
		fmt.Fprintf(&b, "%d. %s：%s\n", i+1, s.Title, s.Why)
	}
	fmt.Fprintf(&b, "\n%s\n", d.URL)
	return b.String()
}

// escape keeps text from other people from becoming markup.
func escape(s string) string {
	return strings.NewReplacer("\\", "\\\\", "[", "\\[", "]", "\\]", "*", "\\*", "_", "\\_", "`", "\\`", "<", "&lt;", "#", "\\#", "@", "＠", "\n", " ").Replace(s)
}
