package xuanti

import "time"

// Account is a benchmark account (对标账号): someone else's account whose posts
// are watched and compared with their own baseline.
type Account struct {
	ID          string
	Platform    string
	Name        string
	Handle      string // the platform's id of the account
	URL         string
	Group       string
	Followers   *int64 // the newest known; nil: unknown
	FollowersAt time.Time
	Note        string
	CreatedAt   time.Time
}

// Followers is how many followers an account had at a time.
type Followers struct {
	AccountID  string
	At         time.Time
	Value      int64
	AtLeast    bool
	Provenance string // manual, api, import:ID, demo
}

// PostScore compares a post with what its account usually reaches at the same
// age (reference: CrowdTangle-style over-performance with shrinkage).
type PostScore struct {
	ItemID     string
	At         time.Time
	Metric     string  // what was compared: "read", "play", or "engagement"
	Actual     float64 // the value now
	Expected   float64 // the account's median at this age
	Ratio      float64 // actual over expected, 1 is usual; 0 when unknown
	Z          float64 // robust z of the log value
	Confidence float64 // 0…1, grows with the number of comparable posts
	Verdict    string  // viral, strong, usual, weak, unknown
	Posts      int     // comparable posts behind the baseline
}
