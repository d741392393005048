package engine

import (
	"time"

	"github.com/xuanti/xuanti"
)

// AccountView is a benchmark account.
type AccountView struct {
	ID          string     `json:"id"`
	Platform    string     `json:"platform"`
	Name        string     `json:"name"`
	Handle      string     `json:"handle"`
	URL         string     `json:"url"`
	Group       string     `json:"group"`
	Followers   *int64     `json:"followers"`
	FollowersAt *time.Time `json:"followers_at"`
	Note        string     `json:"note"`
	Posts       int        `json:"posts"`
	LastPost    *time.Time `json:"last_post"`
	Viral       int        `json:"viral"` // viral posts of the last 30 days
	Sources     []string   `json:"sources"`
}

// AccountInput is what a user says of an account.
type AccountInput struct {
	Platform  string `json:"platform"`
	Name      string `json:"name"`
	Handle    string `json:"handle,omitempty"`
	URL       string `json:"url,omitempty"`
	Group     string `json:"group,omitempty"`
	Followers *int64 `json:"followers,omitempty"`
	Note      string `json:"note,omitempty"`
	FeedURL   string `json:"feed_url,omitempty"` // a first source for it
}

// PostScoreView compares a post with its account's own baseline.
type PostScoreView struct {
	Metric     string   `json:"metric"`
	Actual     *float64 `json:"actual"` // null: the platform prints no count
	Expected   *float64 `json:"expected"`
	Ratio      *float64 `json:"ratio"`
	Z          *float64 `json:"z"`
	Confidence float64  `json:"confidence"`
	Verdict    string   `json:"verdict"` // viral strong usual weak unknown
	Label      string   `json:"label"`   // in Chinese
	Posts      int      `json:"posts"`
}

// PostView is a benchmark post.
type PostView struct {
	Item    ItemView      `json:"item"`
	Account string        `json:"account"`
	Score   PostScoreView `json:"score"`
}

// ProfileView is an account that writes.
type ProfileView struct {
	ID         string             `json:"id"`
	Name       string             `json:"name"`
	Platform   string             `json:"platform"`
	Keywords   []string           `json:"keywords"`
	Exclude    []string           `json:"exclude"`
	Peers      []string           `json:"peers"`
	FeedURL    string             `json:"feed_url"`
	Production string             `json:"production"` // Go duration
	Weights    map[string]float64 `json:"weights"`
	OwnPosts   int                `json:"own_posts"`
}

// ProfileInput is what a user says of a profile.
type ProfileInput struct {
	Name       string             `json:"name"`
	Platform   string             `json:"platform,omitempty"`
	Keywords   []string           `json:"keywords,omitempty"`
	Exclude    []string           `json:"exclude,omitempty"`
	Peers      []string           `json:"peers,omitempty"`
	FeedURL    string             `json:"feed_url,omitempty"`
	Production string             `json:"production,omitempty"`
	Weights    map[string]float64 `json:"weights,omitempty"`
	OwnPosts   []string           `json:"own_posts,omitempty"` // pasted titles, one each
}

// SuggestionView is a suggestion with everything behind it.
type SuggestionView struct {
	ID            string                  `json:"id"`
	ProfileID     string                  `json:"profile_id"`
	EventID       string                  `json:"event_id"`
	TopicID       string                  `json:"topic_id"`
	Title         string                  `json:"title"`
	State         xuanti.State            `json:"state"`
	StateLabel    string                  `json:"state_label"`
	Score         float64                 `json:"score"` // log-odds: the sum of all points
	Probability   float64                 `json:"probability"`
	Contributions []xuanti.Contribution   `json:"contributions"`
	Evidence      []xuanti.Evidence       `json:"evidence"`
	Risks         []xuanti.Risk           `json:"risks"`
	Angles        []xuanti.Angle          `json:"angles"`
	Peers         []xuanti.Evidence       `json:"peers"`
	Status        xuanti.SuggestionStatus `json:"status"`
	Reason        string                  `json:"reason,omitempty"`
	Explore       bool                    `json:"explore"`
	At            time.Time               `json:"at"`
}
