package eval

import (
	"context"
	"encoding/json"
	"time"

	"github.com/xuanti/xuanti"
)

// Cluster answers each title with the event and the topic it was filed under
// when it arrived.
func (e *Env) Cluster(ctx context.Context, file string) (Report, error) {
	c, err := e.chain()
	if err != nil {
		return Report{}, err
	}
	return e.each(ctx, file, func(out *answers, line []byte) error {
		if blank(line) {
			return nil
		}
		var r sightRow
		if err := r.read(line); err != nil {
			return err
		}
		if len(r.I) == 0 || string(r.I) == "null" {
			return badf(`no "i"`)
		}
		if err := c.advance(r.at); err != nil {
			return err
		}
		p, _ := c.place(&r)
		return out.write(struct {
			I     json.RawMessage `json:"i"`
			Event string          `json:"event"`
			Topic string          `json:"topic"`
		}{r.I, p.event, p.topic})
	}, nil)
}

const alarmGap = 24 * time.Hour // between two alarms of one term

// Bursts prints an alarm when a term starts to burst, at most once a day for
// each term.
func (e *Env) Bursts(ctx context.Context, file string) (Report, error) {
	c, err := e.chain()
	if err != nil {
		return Report{}, err
	}
	last := map[string]time.Time{}
	return e.each(ctx, file, func(out *answers, line []byte) error {
		if blank(line) {
			return nil
		}
		var r sightRow
		if err := r.read(line); err != nil {
			return err
		}
		if err := c.advance(r.at); err != nil {
			return err
		}
		for _, b := range c.sight(&r) {
			if at, ok := last[b.Term]; ok && r.at.Sub(at) < alarmGap || !b.EndedAt.IsZero() {
				continue
			}
			last[b.Term] = r.at
			if err := out.write(struct {
				TS     string   `json:"ts"`
				Term   string   `json:"term"`
				Score  float64  `json:"score"`
				Titles []string `json:"titles"`
			}{r.TS, b.Term, round(b.Score), b.Titles[:min(5, len(b.Titles))]}); err != nil {
				return err
			}
		}
		for term, at := range last {
			if r.at.Sub(at) >= alarmGap {
				delete(last, term)
			}
		}
		return nil
	}, nil)
}

// NewWords prints the words that no dictionary holds. They are asked for at
// every full hour that a row proves to be over, so the hour that the input
// ends in brings none.
func (e *Env) NewWords(ctx context.Context, file string) (Report, error) {
	c, err := e.chain()
	if err != nil {
		return Report{}, err
	}
	said := map[string]bool{}
	var learn []xuanti.Word // tonight
	return e.each(ctx, file, func(out *answers, line []byte) error {
		if blank(line) {
			return nil
		}
		var r sightRow
		if err := r.read(line); err != nil {
			return err
		}
		type found struct {
			at   time.Time
			word xuanti.Word
		}
		var list []found
		err := c.clock(r.at, func(now time.Time) {
			for _, w := range c.words.Propose(now) {
				if w.Status == xuanti.WordAuto {
					learn = append(learn, w)
				}
				if !said[w.Text] {
					said[w.Text] = true
					list = append(list, found{now, w})
				}
			}
		}, func(time.Time) error {
			words := learn
			learn = nil
			if len(words) == 0 {
				return nil
			}
			return c.a.AddWords(words)
		})
		if err != nil {
			return err
		}
		for _, f := range list {
			if err := out.write(struct {
				TS    string  `json:"ts"`
				Word  string  `json:"word"`
				Score float64 `json:"score"`
			}{f.at.In(r.at.Location()).Format(time.RFC3339), f.word.Text, round(f.word.Score)}); err != nil {
				return err
			}
		}
		c.words.Add(r.at, r.Platform, r.Title)
		return nil
	}, nil)
}
