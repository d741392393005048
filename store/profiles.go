package store

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
)

const profileCols = "id, name, platform, keywords, exclude, peers, feed_url, production, weights, created_at, updated_at"

func scanProfile(r row, p *xuanti.Profile) error {
	return r.Scan(&p.ID, &p.Name, &p.Platform, jsonText{&p.Keywords}, jsonText{&p.Exclude}, jsonText{&p.Peers}, &p.FeedURL,
		span{&p.Production}, jsonText{&p.Weights}, millis{&p.CreatedAt}, millis{&p.UpdatedAt})
}

// Profiles returns all profiles, oldest first.
func (q *queries) Profiles(ctx context.Context) ([]xuanti.Profile, error) {
	return list(ctx, q, "list profiles", scanProfile, "SELECT "+profileCols+" FROM profiles ORDER BY created_at, id")
}

// Profile returns one profile, or CodeNotFound.
func (q *queries) Profile(ctx context.Context, id string) (xuanti.Profile, error) {
	return one(ctx, q, "profile", id, scanProfile, "SELECT "+profileCols+" FROM profiles WHERE id = ?", id)
}

// PutProfile inserts or replaces a profile.
func (tx *Tx) PutProfile(ctx context.Context, p xuanti.Profile) error {
	if p.ID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a profile needs an id")
	}
	weights := "{}"
	if len(p.Weights) > 0 {
		var err error
		if weights, err = encode(p.Weights); err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, "write profile", `INSERT INTO profiles (`+profileCols+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, platform = excluded.platform, keywords = excluded.keywords,
			exclude = excluded.exclude, peers = excluded.peers, feed_url = excluded.feed_url, production = excluded.production,
			weights = excluded.weights, created_at = excluded.created_at, updated_at = excluded.updated_at`,
		p.ID, p.Name, p.Platform, strs(p.Keywords), strs(p.Exclude), strs(p.Peers), p.FeedURL, p.Production.Milliseconds(),
		weights, ms(p.CreatedAt), ms(p.UpdatedAt))
	return err
}

// DeleteProfile removes a profile with its own posts and decisions. CodeNotFound
// when there is none.
func (tx *Tx) DeleteProfile(ctx context.Context, id string) error {
	if err := tx.deleteOne(ctx, "profile", "DELETE FROM profiles WHERE id = ?", id); err != nil {
		return err
	}
	for _, table := range []string{"own_posts", "decisions", "digests"} {
		if _, err := tx.exec(ctx, "delete profile", "DELETE FROM "+table+" WHERE profile_id = ?", id); err != nil {
			return err
		}
	}
	return nil
}

// OwnPosts returns what a profile has published, newest first.
func (q *queries) OwnPosts(ctx context.Context, profileID string, limit int) ([]xuanti.OwnPost, error) {
	return list(ctx, q, "list own posts", func(r row, p *xuanti.OwnPost) error {
		return r.Scan(&p.ProfileID, &p.Key, &p.Title, &p.Text, &p.URL, millis{&p.At})
	}, "SELECT profile_id, key, title, text, url, at FROM own_posts WHERE profile_id = ? ORDER BY at DESC, key LIMIT ?", profileID, most(limit))
}

// PutOwnPosts adds posts and returns how many were new; a post of the same
// profile and key is kept as it is.
func (tx *Tx) PutOwnPosts(ctx context.Context, posts []xuanti.OwnPost) (added int, err error) {
	for i := range posts {
		p := &posts[i]
		if p.ProfileID == "" || p.Key == "" {
			return added, xuanti.Errorf(xuanti.CodeInvalid, "an own post needs a profile and a key")
		}
		n, err := tx.exec(ctx, "write own post", `INSERT INTO own_posts (profile_id, key, title, text, url, at)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (profile_id, key) DO NOTHING`, p.ProfileID, p.Key, p.Title, p.Text, p.URL, ms(p.At))
		if err != nil {
			return added, err
		}
		added += int(n)
	}
	return added, nil
}

// Decisions returns the newest decision on each suggestion of a profile at or
// before a time, newest first.
func (q *queries) Decisions(ctx context.Context, profileID string, until time.Time) ([]xuanti.Decision, error) {
	_, to := bounds(time.Time{}, until)
	return list(ctx, q, "list decisions", func(r row, d *xuanti.Decision) error {
		return r.Scan(&d.SuggestionID, &d.ProfileID, &d.EventID, &d.Status, &d.Reason, &d.Note, millis{&d.At}, &d.Snapshot)
	}, `SELECT d.suggestion_id, d.profile_id, d.event_id, d.status, d.reason, d.note, d.at, d.snapshot FROM decisions d
		WHERE d.profile_id = ? AND d.at <= ? AND NOT EXISTS (
			SELECT 1 FROM decisions n WHERE n.suggestion_id = d.suggestion_id AND n.at > d.at AND n.at <= ?)
		ORDER BY d.at DESC, d.suggestion_id`, profileID, to, to)
}

// PutDecision stores what was decided on a suggestion. Earlier decisions on it
// are kept for views of the past.
func (tx *Tx) PutDecision(ctx context.Context, d xuanti.Decision) error {
	if d.SuggestionID == "" || d.ProfileID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a decision needs a suggestion and a profile")
	}
	_, err := tx.exec(ctx, "write decision", `INSERT INTO decisions (suggestion_id, at, profile_id, event_id, status, reason, note, snapshot)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (suggestion_id, at) DO UPDATE SET profile_id = excluded.profile_id, event_id = excluded.event_id,
			status = excluded.status, reason = excluded.reason, note = excluded.note, snapshot = excluded.snapshot`,
		d.SuggestionID, ms(d.At), d.ProfileID, d.EventID, string(d.Status), d.Reason, d.Note, blob(d.Snapshot))
	return err
}
