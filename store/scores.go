package store

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
)

// PutScores stores how forecasts came out, in place of older figures for the
// same day, board and head.
func (tx *Tx) PutScores(ctx context.Context, at time.Time, scores []xuanti.Score) error {
	for _, s := range scores {
		if s.Day == "" || s.Board == "" || s.Head == "" {
			return xuanti.Errorf(xuanti.CodeInvalid, "a score needs a day, a board and a head")
		}
		body, err := encode(s)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "write score", `INSERT INTO scores (day, board, head, at, body) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (day, board, head) DO UPDATE SET at = excluded.at, body = excluded.body`,
			s.Day, s.Board, s.Head, ms(at), body); err != nil {
			return err
		}
	}
	return nil
}

// Scores returns the scores of a day ("2006-01-02", China time), by board and head.
func (q *queries) Scores(ctx context.Context, day string) ([]xuanti.Score, error) {
	return list(ctx, q, "list scores", func(r row, s *xuanti.Score) error { return r.Scan(jsonText{s}) },
		"SELECT body FROM scores WHERE day = ? ORDER BY board, head", day)
}

// ScoreDays returns the days with scores before the given one, newest first.
func (q *queries) ScoreDays(ctx context.Context, before string, limit int) ([]string, error) {
	return list(ctx, q, "list score days", func(r row, day *string) error { return r.Scan(day) },
		"SELECT DISTINCT day FROM scores WHERE day < ? ORDER BY day DESC LIMIT ?", before, most(limit))
}
