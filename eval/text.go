package eval

import (
	"context"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/trend"
)

// Segment answers each line with its words, as written, joined by one space.
// An empty line gives an empty line.
func (e *Env) Segment(ctx context.Context, file string) (Report, error) {
	a, err := e.analyzer()
	if err != nil {
		return Report{}, err
	}
	return e.each(ctx, file, func(out *answers, line []byte) error {
		return out.line(strings.Join(a.SegmentRaw(string(line)), " "))
	}, nil)
}

// Pairs answers each {"a","b"} with the probability that the two texts are the
// same under the task (same-event, same-topic or same-item), and with the
// decision.
func (e *Env) Pairs(ctx context.Context, task, file string) (Report, error) {
	switch task {
	case trend.TaskSameEvent, trend.TaskSameTopic, trend.TaskSameItem:
	default:
		return Report{}, xuanti.Errorf(xuanti.CodeInvalid, "unknown task %q: use %s, %s or %s", task, trend.TaskSameEvent, trend.TaskSameTopic, trend.TaskSameItem)
	}
	a, err := e.analyzer()
	if err != nil {
		return Report{}, err
	}
	scorer := trend.NewPairScorer(a)
	return e.each(ctx, file, func(out *answers, line []byte) error {
		if blank(line) {
			return nil
		}
		var row struct {
			A *string `json:"a"`
			B *string `json:"b"`
		}
		if err := decode(line, &row); err != nil {
			return err
		}
		if row.A == nil || row.B == nil {
			return badf(`a pair needs both "a" and "b"`)
		}
		var answer struct {
			Score float64 `json:"score"`
			Same  bool    `json:"same"`
		}
		answer.Score, answer.Same = scorer.Score(task, *row.A, *row.B)
		return out.write(answer)
	}, nil)
}

// Canonical answers each URL with the key under which a post with it is filed.
func (e *Env) Canonical(ctx context.Context, file string) (Report, error) {
	return e.each(ctx, file, func(out *answers, line []byte) error {
		if blank(line) {
			return out.line("")
		}
		url := strings.TrimSpace(string(line))
		// What is no usable address is filed under itself, as a post whose feed
		// gives it as an id would be.
		key := address.Key(xuanti.ItemArticle, "", url, url, "", time.Time{})
		return out.line(strings.Map(oneLine, key))
	}, nil)
}

// oneLine keeps an answer on its line.
func oneLine(r rune) rune {
	if r == '\n' || r == '\r' {
		return ' '
	}
	return r
}
