package crawler

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/board"
)

const (
	defaultInterval = 30 * time.Minute
	minInterval     = time.Minute
	maxWait         = 24 * time.Hour
	firstRetry      = 10 * time.Minute // or the interval, if that is shorter
	waitJitter      = 0.1
)

// interval is the wanted time between polls.
func interval(src *xuanti.Source) time.Duration {
	if src.Interval <= 0 {
		return defaultInterval
	}
	return min(max(src.Interval, minInterval), maxWait)
}

// afterFailure doubles the wait with every failure in a row.
func afterFailure(src *xuanti.Source) time.Duration {
	limit := maxWait
	if src.Kind == xuanti.SourceBoard {
		limit = board.MaxWait
	}
	d := min(interval(src), firstRetry)
	for range max(0, min(src.Fetch.Failures, 30)-1) {
		if d = 2 * d; d >= limit {
			d = limit
			break
		}
	}
	return jitter(d, waitJitter, src.ID, src.Fetch.Failures)
}

// jitter moves d by up to a share either way. The same source and number
// always give the same: replays and tests need no luck.
func jitter(d time.Duration, share float64, id string, n int) time.Duration {
	sum := sha256.Sum256([]byte(id + "#" + strconv.Itoa(n)))
	at := float64(binary.BigEndian.Uint32(sum[:4]))/float64(1<<31) - 1
	return d + time.Duration(at*share*float64(d))
}
