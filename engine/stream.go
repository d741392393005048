package engine

import (
	"sync"
	"time"
)

const (
	hubHistory = 1024 // changes kept for clients that come back
	hubBuffer  = 256  // changes a slow client may lag behind before it is cut
)

// hub hands changes to any number of listeners. A listener that does not keep
// up is cut off; it comes back with the id it saw last.
type hub struct {
	mu     sync.Mutex
	next   uint64
	recent []Change
	subs   map[chan Change]struct{}
	closed bool
}

// newHub numbers changes from the given start, which the engine takes from the
// clock so that ids stay increasing over a restart.
func newHub(start uint64) *hub { return &hub{next: start, subs: map[chan Change]struct{}{}} }

func (h *hub) publish(at time.Time, kind string, data any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.next++
	c := Change{ID: h.next, Type: kind, At: at, Data: data}
	h.recent = append(h.recent, c)
	if len(h.recent) > hubHistory {
		h.recent = append(h.recent[:0], h.recent[len(h.recent)-hubHistory:]...)
	}
	for ch := range h.subs {
		select {
		case ch <- c:
		default:
			delete(h.subs, ch)
			close(ch)
		}
	}
}

// Subscribe implements Stream.
func (h *hub) Subscribe(after uint64) (<-chan Change, bool, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var missed []Change
	gone := false
	if after > 0 {
		gone = after > h.next || (after < h.next && (len(h.recent) == 0 || h.recent[0].ID > after+1))
		if !gone {
			for _, c := range h.recent {
				if c.ID > after {
					missed = append(missed, c)
				}
			}
		}
	}
	ch := make(chan Change, hubBuffer+len(missed))
	for _, c := range missed {
		ch <- c
	}
	if h.closed {
		close(ch)
		return ch, gone, func() {}
	}
	h.subs[ch] = struct{}{}
	return ch, gone, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if _, ok := h.subs[ch]; ok {
			delete(h.subs, ch)
			close(ch)
		}
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for ch := range h.subs {
		delete(h.subs, ch)
		close(ch)
	}
}
