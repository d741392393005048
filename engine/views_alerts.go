package engine

import (
	"time"

	"github.com/xuanti/xuanti"
)

// SubscriptionView is a subscription.
type SubscriptionView struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Rule      xuanti.Rule `json:"rule"`
	Channels  []string    `json:"channels"`
	FeedPath  string      `json:"feed_path"` // private RSS feed, below the server's address
	Active    bool        `json:"active"`
	Escalate  bool        `json:"escalate"`
	Cooldown  string      `json:"cooldown"`
	DailyCap  int         `json:"daily_cap"`
	QuietFrom string      `json:"quiet_from"`
	QuietTo   string      `json:"quiet_to"`
	Matches   int         `json:"matches"` // in the last 7 days
	LastMatch *time.Time  `json:"last_match"`
	CreatedAt time.Time   `json:"created_at"`
}

// SubscriptionInput is what a user says of a subscription.
type SubscriptionInput struct {
	Name      string      `json:"name"`
	Rule      xuanti.Rule `json:"rule"`
	Channels  []string    `json:"channels,omitempty"`
	Active    *bool       `json:"active,omitempty"`
	Escalate  *bool       `json:"escalate,omitempty"`
	Cooldown  string      `json:"cooldown,omitempty"`
	DailyCap  int         `json:"daily_cap,omitempty"`
	QuietFrom string      `json:"quiet_from,omitempty"`
	QuietTo   string      `json:"quiet_to,omitempty"`
}

// MatchView is an alert.
type MatchView struct {
	ID             string       `json:"id"`
	SubscriptionID string       `json:"subscription_id"`
	EventID        string       `json:"event_id"`
	ItemID         string       `json:"item_id"`
	Stage          xuanti.Stage `json:"stage"`
	StageLabel     string       `json:"stage_label"`
	At             time.Time    `json:"at"`
	Terms          []string     `json:"terms"`
	Title          string       `json:"title"`
	URL            string       `json:"url"`
	Heat           float64      `json:"heat"`
	Platforms      int          `json:"platforms"`
}

// DryRun says what a rule would have done.
type DryRun struct {
	Days       int         `json:"days"`
	Scanned    int         `json:"scanned"` // items looked at
	Hits       int         `json:"hits"`    // items that match
	Alerts     int         `json:"alerts"`  // events: what would have been sent
	PerDay     float64     `json:"per_day"`
	Matches    []MatchView `json:"matches"`    // newest first, at most 50
	Suppressed []ItemView  `json:"suppressed"` // substring hits across a word border, at most 20
	Warnings   []string    `json:"warnings"`
	AsOf       time.Time   `json:"as_of"`
}

// ChannelView is a place where alerts go; the secret is only in the answer
// to its creation.
type ChannelView struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	Name      string    `json:"name"`
	URL       string    `json:"url"`
	Secret    string    `json:"secret,omitempty"`
	Active    bool      `json:"active"`
	Failures  int       `json:"failures"`
	LastError string    `json:"last_error"`
	CreatedAt time.Time `json:"created_at"`
}

// ChannelInput is what a user says of a channel.
type ChannelInput struct {
	Kind   string `json:"kind,omitempty"` // webhook
	Name   string `json:"name"`
	URL    string `json:"url"`
	Secret string `json:"secret,omitempty"` // made when empty
	Active *bool  `json:"active,omitempty"`
}

// DeliveryView is one message in the outbox.
type DeliveryView struct {
	ID             string               `json:"id"`
	SubscriptionID string               `json:"subscription_id"`
	ChannelID      string               `json:"channel_id"`
	EventID        string               `json:"event_id"`
	Type           string               `json:"type"`
	Title          string               `json:"title"`
	State          xuanti.DeliveryState `json:"state"`
	Attempts       int                  `json:"attempts"`
	NextAt         time.Time            `json:"next_at"`
	LastCode       int                  `json:"last_code"`
	LastError      string               `json:"last_error"`
	CreatedAt      time.Time            `json:"created_at"`
	DoneAt         *time.Time           `json:"done_at"`
}
