package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/xuanti/xuanti"
)

const (
	// pruneBatch rows are deleted in a transaction, so that a writer waits
	// milliseconds for its turn.
	pruneBatch = 500
	// thinnedKey remembers up to when event points have been thinned.
	thinnedKey = "store.points_thinned"
)

// Prune drops what the options name, in small transactions between which others
// write. It may be stopped at any time through ctx and goes on where it was the
// next time. Freed pages are given back to the file system.
func (s *Store) Prune(ctx context.Context, o PruneOptions) error {
	s.pruneTurn.Lock()
	defer s.pruneTurn.Unlock()
	if !o.ItemsBefore.IsZero() {
		posts := o.ItemsBefore
		if !o.PostsBefore.IsZero() && o.PostsBefore.Before(posts) {
			posts = o.PostsBefore
		}
		if err := s.pruneItems(ctx, o.ItemsBefore, posts); err != nil {
			return fmt.Errorf("prune: %w", err)
		}
	}
	for _, step := range []struct {
		before time.Time
		run    func(*Tx, int64) (int64, error)
	}{
		{o.FingerprintsBefore, func(tx *Tx, t int64) (int64, error) {
			return tx.remove(ctx, countFingerprints, "DELETE FROM fingerprints WHERE item_id IN (SELECT item_id FROM fingerprints WHERE at < ? LIMIT ?)", t, pruneBatch)
		}},
		{o.BurstsBefore, func(tx *Tx, t int64) (int64, error) { return tx.pruneBursts(ctx, t) }},
		{o.DeliveriesBefore, func(tx *Tx, t int64) (int64, error) {
			return tx.remove(ctx, countDeliveries, "DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE created_at < ? AND state <> 'pending' LIMIT ?)", t, pruneBatch)
		}},
		{o.MatchesBefore, func(tx *Tx, t int64) (int64, error) {
			return tx.remove(ctx, countMatches, "DELETE FROM matches WHERE id IN (SELECT id FROM matches WHERE at < ? LIMIT ?)", t, pruneBatch)
		}},
		{o.ScoresBefore, func(tx *Tx, t int64) (int64, error) {
			return tx.exec(ctx, "delete scores", "DELETE FROM scores WHERE at < ?", t)
		}},
		{o.DigestsBefore, func(tx *Tx, t int64) (int64, error) {
			return tx.exec(ctx, "delete digests", "DELETE FROM digests WHERE at < ?", t)
		}},
		{o.SourceEventsBefore, func(tx *Tx, t int64) (int64, error) {
			return tx.exec(ctx, "delete source events", "DELETE FROM source_events WHERE id IN (SELECT id FROM source_events WHERE at < ? LIMIT ?)", t, pruneBatch)
		}},
	} {
		if step.before.IsZero() {
			continue
		}
		if err := s.repeat(ctx, func(tx *Tx) (bool, error) {
			n, err := step.run(tx, ms(step.before))
			return n > 0, err
		}); err != nil {
			return fmt.Errorf("prune: %w", err)
		}
	}
	if !o.PointsBefore.IsZero() {
		if err := s.thinPoints(ctx, o.PointsBefore, o.PointsEvery); err != nil {
			return fmt.Errorf("prune: %w", err)
		}
	}
	return s.shrink(ctx)
}

// repeat runs a step in transactions of its own until it reports no more.
func (s *Store) repeat(ctx context.Context, step func(*Tx) (more bool, err error)) error {
	for more := true; more; {
		err := s.Update(ctx, func(tx *Tx) (err error) {
			more, err = step(tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// oldItem is a candidate for pruning.
type oldItem struct {
	at, seq int64
	id      string
}

// oldItems returns a page of articles and posts that may go. The kind stands in
// the text so that the index of what is no board's row is used.
func (q *queries) oldItems(ctx context.Context, after oldItem, before, posts time.Time) ([]oldItem, error) {
	return list(ctx, q, "find old items", func(r row, c *oldItem) error { return r.Scan(&c.at, &c.seq, &c.id) },
		`SELECT seen_at, seq, id FROM items WHERE kind <> 'entry' AND seen_at >= ? AND seen_at < ? AND (seen_at > ? OR seq > ?)
			AND (account_id = '' OR seen_at < ?) ORDER BY seen_at, seq LIMIT ?`,
		after.at, ms(before), after.at, after.seq, ms(posts), pruneBatch)
}

// pruneItems drops old articles, and posts that are older still, with all that
// hangs on them. What a
// board has listed stays, for its observations are kept for ever, and so does
// what a person has filed. It looks for candidates on the read side, page by
// page: few articles stay, but a full page of them must not end it.
func (s *Store) pruneItems(ctx context.Context, before, posts time.Time) error {
	var last oldItem
	for {
		found, err := s.oldItems(ctx, last, before, posts)
		if err != nil || len(found) == 0 {
			return err
		}
		ids := make([]string, len(found))
		for i, c := range found {
			ids[i] = c.id
		}
		if err := s.Update(ctx, func(tx *Tx) error { return tx.dropItems(ctx, ids) }); err != nil {
			return err
		}
		last = found[len(found)-1]
	}
}

// dropItems removes those of the items that nothing keeps.
func (tx *Tx) dropItems(ctx context.Context, ids []string) error {
	type victim struct {
		seq int64
		id  string
	}
	victims, err := list(ctx, &tx.queries, "find old items", func(r row, v *victim) error { return r.Scan(&v.seq, &v.id) },
		"SELECT i.seq, i.id FROM items i WHERE i.id"+tx.d.in+` AND NOT EXISTS (SELECT 1 FROM observations o WHERE o.item = i.seq)
			AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.item_id = i.id AND m.made_by = 'person')`, strs(ids))
	if err != nil || len(victims) == 0 {
		return err
	}
	ids = ids[:0]
	seqs := make([]int64, 0, len(victims))
	for _, v := range victims {
		ids, seqs = append(ids, v.id), append(seqs, v.seq)
	}
	idList := strs(ids)
	seqList, err := encode(seqs)
	if err != nil {
		return err
	}
	for _, c := range []counter{countMetrics, countMemberships, countFingerprints} {
		if _, err := tx.remove(ctx, c, "DELETE FROM "+c.table()+" WHERE item_id"+tx.d.in, idList); err != nil {
			return err
		}
	}
	if _, err := tx.exec(ctx, "delete texts", "DELETE FROM item_texts WHERE seq"+tx.d.in, seqList); err != nil {
		return err
	}
	_, err = tx.remove(ctx, countItems, "DELETE FROM items WHERE seq"+tx.d.in, seqList)
	return err
}

// pruneBursts drops a batch of ended bursts with their history.
func (tx *Tx) pruneBursts(ctx context.Context, before int64) (int64, error) {
	var done int64
	old, err := list(ctx, &tx.queries, "find old bursts", func(r row, b *xuanti.Burst) error { return r.Scan(&b.Term, millis{&b.StartedAt}) },
		"SELECT term, started_at FROM bursts WHERE ended_at > 0 AND ended_at < ? LIMIT ?", before, pruneBatch)
	if err != nil {
		return 0, err
	}
	for _, b := range old {
		for _, table := range []string{"burst_points", "bursts"} {
			n, err := tx.exec(ctx, "delete bursts", "DELETE FROM "+table+" WHERE term = ? AND started_at = ?", b.Term, ms(b.StartedAt))
			if err != nil {
				return 0, err
			}
			done += n
		}
	}
	return done, nil
}

// thinPoints keeps, of the points older than before, the last one of each event
// in each period. Whole periods only, and only those not thinned before.
func (s *Store) thinPoints(ctx context.Context, before time.Time, every time.Duration) error {
	if every <= 0 {
		every = time.Hour
	}
	period := max(every.Milliseconds(), 1)
	hi := ms(before) / period * period
	mark, err := s.Meta(ctx, thinnedKey)
	if err != nil {
		return err
	}
	lo, _ := strconv.ParseInt(mark, 10, 64) // "" or nonsense: from the beginning
	due, err := s.eventsWithPoints(ctx, lo, hi)
	if err != nil {
		return err
	}
	for ids := range slices.Chunk(due, pruneBatch) {
		if err := s.Update(ctx, func(tx *Tx) error {
			_, err := tx.remove(ctx, countPoints, "DELETE FROM event_points WHERE event_id"+tx.d.in+` AND at >= ? AND at < ? AND EXISTS (
				SELECT 1 FROM event_points n WHERE n.event_id = event_points.event_id AND n.at > event_points.at
					AND n.at < (event_points.at / ? + 1) * ?)`, strs(ids), lo, hi, period, period)
			return err
		}); err != nil {
			return err
		}
	}
	if hi <= lo {
		return nil
	}
	return s.Update(ctx, func(tx *Tx) error { return tx.SetMeta(ctx, thinnedKey, strconv.FormatInt(hi, 10)) })
}

// eventsWithPoints returns the events that may have points between two times:
// those that began in it or in the days before, and, from an index of their
// own, the few that live longer.
func (q *queries) eventsWithPoints(ctx context.Context, lo, hi int64) ([]string, error) {
	return list(ctx, q, "find old points", scanValue[string],
		`SELECT id FROM events WHERE p_first > ? AND p_first < ? AND p_at >= ? AND p_at - p_first <= 259200000
		UNION ALL
		SELECT id FROM events WHERE p_at >= ? AND p_first < ? AND p_at - p_first > 259200000`,
		lo-longLife-1, hi, lo, lo, hi)
}

// shrink refreshes the planner's statistics, gives free pages back and empties
// the write-ahead log.
func (s *Store) shrink(ctx context.Context) error {
	if err := s.acquire(ctx); err != nil {
		return err
	}
	defer s.release()
	for _, pragma := range s.d.upkeep {
		if _, err := s.conn.ExecContext(ctx, pragma); err != nil {
			return s.wrap("tidy up", err)
		}
	}
	return nil
}
