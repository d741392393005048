package store

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
)

const accountCols = "id, platform, name, handle, url, group_name, followers, followers_at, note, created_at"

func scanAccount(r row, a *xuanti.Account) error {
	return r.Scan(&a.ID, &a.Platform, &a.Name, &a.Handle, &a.URL, &a.Group, &a.Followers, millis{&a.FollowersAt}, &a.Note, millis{&a.CreatedAt})
}

// Accounts returns the benchmark accounts of a group, or all of them for "", by
// group and name.
func (q *queries) Accounts(ctx context.Context, group string) ([]xuanti.Account, error) {
	var w where
	if group != "" {
		w.add("group_name = ?", group)
	}
	return list(ctx, q, "list accounts", scanAccount, "SELECT "+accountCols+" FROM accounts"+w.String()+" ORDER BY group_name, name, id", w.args...)
}

// Account returns one benchmark account, or CodeNotFound.
func (q *queries) Account(ctx context.Context, id string) (xuanti.Account, error) {
	return one(ctx, q, "account", id, scanAccount, "SELECT "+accountCols+" FROM accounts WHERE id = ?", id)
}

// PutAccount inserts or replaces a benchmark account.
func (tx *Tx) PutAccount(ctx context.Context, a xuanti.Account) error {
	if a.ID == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "an account needs an id")
	}
	_, err := tx.exec(ctx, "write account", `INSERT INTO accounts (`+accountCols+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET platform = excluded.platform, name = excluded.name, handle = excluded.handle,
			url = excluded.url, group_name = excluded.group_name, followers = excluded.followers,
			followers_at = excluded.followers_at, note = excluded.note, created_at = excluded.created_at`,
		a.ID, a.Platform, a.Name, a.Handle, a.URL, a.Group, a.Followers, ms(a.FollowersAt), a.Note, ms(a.CreatedAt))
	return err
}

// DeleteAccount removes a benchmark account with its followers; its posts and
// sources stay, and the sources carry no account's posts any more. CodeNotFound
// when there is none.
func (tx *Tx) DeleteAccount(ctx context.Context, id string) error {
	if err := tx.deleteOne(ctx, "account", "DELETE FROM accounts WHERE id = ?", id); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, "delete followers", "DELETE FROM followers WHERE account_id = ?", id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "free the sources of an account", "UPDATE sources SET account_id = '' WHERE account_id = ?", id)
	return err
}

// AddFollowers appends follower counts and makes the newest one the account's;
// one of the same account and time is kept as it is. It returns how many were new.
func (tx *Tx) AddFollowers(ctx context.Context, list []xuanti.Followers) (added int, err error) {
	touched := map[string]bool{}
	for _, f := range list {
		n, err := tx.exec(ctx, "write followers", `INSERT INTO followers (account_id, at, value, at_least, provenance) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (account_id, at) DO NOTHING`, f.AccountID, ms(f.At), f.Value, flag(f.AtLeast), f.Provenance)
		if err != nil {
			return added, err
		}
		added += int(n)
		touched[f.AccountID] = true
	}
	for id := range touched {
		if err := tx.newestFollowers(ctx, id); err != nil {
			return added, err
		}
	}
	return added, nil
}

// newestFollowers copies the newest follower count into the account's row.
func (tx *Tx) newestFollowers(ctx context.Context, accountID string) error {
	_, err := tx.exec(ctx, "write account", `UPDATE accounts SET
		followers = (SELECT f.value FROM followers f WHERE f.account_id = accounts.id ORDER BY f.at DESC LIMIT 1),
		followers_at = COALESCE((SELECT MAX(f.at) FROM followers f WHERE f.account_id = accounts.id), 0) WHERE id = ?`, accountID)
	return err
}

// Followers returns the follower counts of an account taken at or before a
// time, oldest first.
func (q *queries) Followers(ctx context.Context, accountID string, until time.Time) ([]xuanti.Followers, error) {
	_, to := bounds(time.Time{}, until)
	return list(ctx, q, "read followers", func(r row, f *xuanti.Followers) error {
		return r.Scan(&f.AccountID, millis{&f.At}, &f.Value, &f.AtLeast, &f.Provenance)
	}, "SELECT account_id, at, value, at_least, provenance FROM followers WHERE account_id = ? AND at <= ? ORDER BY at", accountID, to)
}

// AddMetrics appends counts; one of the same item, name and time is kept as it is.
func (tx *Tx) AddMetrics(ctx context.Context, list []xuanti.Metric) error {
	for i := range list {
		m := &list[i]
		if _, err := tx.insert(ctx, countMetrics, `INSERT INTO metrics (item_id, name, at, value, at_least, provenance)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (item_id, name, at) DO NOTHING`,
			m.ItemID, m.Count.Name, ms(m.At), m.Count.Value, flag(m.Count.AtLeast), m.Provenance); err != nil {
			return err
		}
	}
	return nil
}

// Metrics returns the counts of items taken at or before a time, by item, name
// and time.
func (q *queries) Metrics(ctx context.Context, itemIDs []string, until time.Time) ([]xuanti.Metric, error) {
	if len(itemIDs) == 0 {
		return nil, nil
	}
	_, to := bounds(time.Time{}, until)
	return list(ctx, q, "read metrics", func(r row, m *xuanti.Metric) error {
		return r.Scan(&m.ItemID, millis{&m.At}, &m.Count.Name, &m.Count.Value, &m.Count.AtLeast, &m.Provenance)
	}, "SELECT item_id, at, name, value, at_least, provenance FROM metrics WHERE item_id"+q.d.in+
		" AND at <= ? ORDER BY item_id, name, at", strs(itemIDs), to)
}
