package store

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
)

const burstCols = `p.term, p.started_at, p.at, p.ended_at, p.time_window, p.count, p.expected, p.score, p.sources, p.titles,
	p.event_ids, p.new_word`

func scanBurst(r row, b *xuanti.Burst) error {
	return r.Scan(&b.Term, millis{&b.StartedAt}, millis{&b.At}, millis{&b.EndedAt}, span{&b.Window}, &b.Count, &b.Expected,
		&b.Score, &b.Sources, jsonText{&b.Titles}, jsonText{&b.EventIDs}, &b.NewWord)
}

// PutBurst stores the numbers of a burst at its At; the newest of them are the
// burst's own, the others its history. The same term, start and time again
// replaces the numbers.
func (tx *Tx) PutBurst(ctx context.Context, b xuanti.Burst) error {
	if b.Term == "" || b.StartedAt.IsZero() || b.At.IsZero() {
		return xuanti.Errorf(xuanti.CodeInvalid, "a burst needs a term, a start and a time")
	}
	if _, err := tx.exec(ctx, "write burst", `INSERT INTO burst_points (term, started_at, at, ended_at, time_window, count, expected,
			score, sources, titles, event_ids, new_word)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (term, started_at, at) DO UPDATE SET ended_at = excluded.ended_at, time_window = excluded.time_window,
			count = excluded.count, expected = excluded.expected, score = excluded.score, sources = excluded.sources,
			titles = excluded.titles, event_ids = excluded.event_ids, new_word = excluded.new_word`,
		b.Term, ms(b.StartedAt), ms(b.At), ms(b.EndedAt), b.Window.Milliseconds(), b.Count, b.Expected, b.Score, b.Sources,
		strs(b.Titles), strs(b.EventIDs), flag(b.NewWord)); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "write burst", `INSERT INTO bursts (term, started_at, at, ended_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (term, started_at) DO UPDATE SET at = excluded.at, ended_at = excluded.ended_at WHERE excluded.at >= bursts.at`,
		b.Term, ms(b.StartedAt), ms(b.At), ms(b.EndedAt))
	return err
}

// BurstsAt returns the bursts that lasted at a time, each with its newest
// numbers at or before it, highest score first.
func (q *queries) BurstsAt(ctx context.Context, at time.Time, limit int) ([]xuanti.Burst, error) {
	_, to := bounds(time.Time{}, at)
	return list(ctx, q, "list bursts", scanBurst, "SELECT "+burstCols+` FROM (
			SELECT term, started_at FROM bursts WHERE ended_at = 0 AND started_at <= ?
			UNION ALL SELECT term, started_at FROM bursts WHERE ended_at > ? AND started_at <= ?) b
		JOIN burst_points p ON p.term = b.term AND p.started_at = b.started_at AND p.at = (
			SELECT MAX(n.at) FROM burst_points n WHERE n.term = b.term AND n.started_at = b.started_at AND n.at <= ?)
		ORDER BY p.score DESC, p.term, p.started_at LIMIT ?`, to, to, to, to, most(limit))
}

// BurstStarts returns the bursts of any of the terms that are kept, with no more
// than their term and start.
func (q *queries) BurstStarts(ctx context.Context, terms []string) ([]xuanti.Burst, error) {
	return list(ctx, q, "list starts of bursts", func(r row, b *xuanti.Burst) error { return r.Scan(&b.Term, millis{&b.StartedAt}) },
		"SELECT term, started_at FROM bursts WHERE term"+q.d.in+" ORDER BY term, started_at", strs(terms))
}

// FirstBurst returns when the oldest burst that is kept started; false when there
// is none.
func (q *queries) FirstBurst(ctx context.Context) (time.Time, bool, error) {
	return q.earliest(ctx, "find the first burst", "SELECT MIN(started_at) FROM bursts")
}

// BurstHistory returns every number stored for a term between two times, in
// order of time.
func (q *queries) BurstHistory(ctx context.Context, term string, from, to time.Time) ([]xuanti.Burst, error) {
	lo, hi := bounds(from, to)
	return list(ctx, q, "read burst history", scanBurst, "SELECT "+burstCols+
		" FROM burst_points p WHERE p.term = ? AND p.at >= ? AND p.at <= ? ORDER BY p.at, p.started_at", term, lo, hi)
}

const wordCols = "word, status, score, count, sources, first_at, last_at, samples, decided, category"

func scanWord(r row, w *xuanti.Word) error {
	return r.Scan(&w.Text, &w.Status, &w.Score, &w.Count, &w.Sources, millis{&w.FirstAt}, millis{&w.LastAt},
		jsonText{&w.Samples}, millis{&w.Decided}, &w.Category)
}

// PutWord inserts or replaces a discovered word.
func (tx *Tx) PutWord(ctx context.Context, w xuanti.Word) error {
	if w.Text == "" {
		return xuanti.Errorf(xuanti.CodeInvalid, "a word needs a text")
	}
	_, err := tx.exec(ctx, "write word", `INSERT INTO words (`+wordCols+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (word) DO UPDATE SET status = excluded.status, score = excluded.score, count = excluded.count,
			sources = excluded.sources, first_at = excluded.first_at, last_at = excluded.last_at,
			samples = excluded.samples, decided = excluded.decided, category = excluded.category`,
		w.Text, string(w.Status), w.Score, w.Count, w.Sources, ms(w.FirstAt), ms(w.LastAt), strs(w.Samples), ms(w.Decided), w.Category)
	return err
}

// Words returns discovered words, highest score first.
func (q *queries) Words(ctx context.Context, f WordFilter) ([]xuanti.Word, error) {
	var w where
	if len(f.Status) > 0 {
		w.add("status"+q.d.in, strs(f.Status))
	}
	if f.Text != "" {
		w.add("word = ?", f.Text)
	}
	return list(ctx, q, "list words", scanWord, "SELECT "+wordCols+" FROM words"+w.String()+" ORDER BY score DESC, word LIMIT ?",
		append(w.args, most(f.Limit))...)
}
