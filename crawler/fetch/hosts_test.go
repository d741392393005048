package fetch

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestHostGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newHostLimits(1, time.Second)
		start := time.Now()
		for range 4 {
			release, err := l.acquire(t.Context(), "a.example")
			if err != nil {
				t.Fatal(err)
			}
			release()
		}
		if d := time.Since(start); d != 3*time.Second {
			t.Errorf("four requests took %s, want 3s", d)
		}
		start = time.Now()
		release, err := l.acquire(t.Context(), "b.example")
		if err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("another host waited %s", d)
		}
		// The host is busy: the context ends the wait.
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := l.acquire(ctx, "b.example"); err == nil {
			t.Error("two requests at once")
		}
		release()
		l.slow("c.example", 5*time.Second)
		start = time.Now()
		for range 2 {
			release, _ := l.acquire(t.Context(), "c.example")
			release()
		}
		if d := time.Since(start); d != 5*time.Second {
			t.Errorf("a crawl delay of 5s was kept as %s", d)
		}
	})
}

func TestHostsBounded(t *testing.T) {
	l := newHostLimits(1, -1)
	for i := range 3 * maxHosts {
		release, err := l.acquire(t.Context(), fmt.Sprintf("h%d.example", i))
		if err != nil {
			t.Fatal(err)
		}
		release()
	}
	if len(l.hosts) > maxHosts {
		t.Errorf("%d hosts are remembered", len(l.hosts))
	}
}
