package board

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/fetch"
)

// MaxWait is the longest that a board or one of its endpoints is left alone after
// failures: hot lists are worth asking again soon.
const MaxWait = time.Hour

// endpointState is what earlier polls have shown of one endpoint of a board.
// A board's Fetch.BodyHash holds the states of its endpoints as JSON: what one
// endpoint last said cannot be judged by what another did.
type endpointState struct {
	Hash  string `json:"hash,omitempty"`  // of its last accepted list
	Since int64  `json:"since,omitempty"` // when that list was first seen, Unix seconds
	Fails int    `json:"fails,omitempty"` // in a row
	Rest  int64  `json:"rest,omitempty"`  // not to be asked before, Unix seconds
	Asked bool   `json:"asked,omitempty"` // the server asked for this rest
}

type endpointStates map[string]*endpointState

// readStates reads what String wrote; anything else is no state.
func readStates(s string) endpointStates {
	out := endpointStates{}
	if s == "" || json.Unmarshal([]byte(s), &out) != nil {
		return endpointStates{}
	}
	return out
}

// String writes the states for the next poll.
func (s endpointStates) String() string {
	out, err := json.Marshal(s)
	if err != nil { // strings and numbers always marshal
		return ""
	}
	return string(out)
}

func (s endpointStates) of(adapter string) *endpointState {
	if s[adapter] == nil {
		s[adapter] = &endpointState{}
	}
	return s[adapter]
}

func (s *endpointState) ok() { s.Fails, s.Rest, s.Asked = 0, 0, false }

// failed counts a failure. From the second on the endpoint rests, twice as long
// each time: a platform that refuses us is not asked every three minutes.
func (s *endpointState) failed(err error, now time.Time, interval time.Duration) {
	s.Fails++
	rest := time.Duration(0)
	if s.Fails > 1 {
		rest = min(interval<<min(s.Fails-2, 10), MaxWait)
	}
	s.Asked = false
	var fe *fetch.Error
	if errors.As(err, &fe) {
		if fe.RetryAfter > rest {
			rest, s.Asked = min(fe.RetryAfter, MaxWait), true
		}
		if fe.Status == http.StatusGone {
			rest = MaxWait
		}
	}
	s.Rest = 0
	if rest > 0 {
		s.Rest = now.Add(rest).Unix()
	}
}

// inOrder gives the endpoints to ask now: those in good standing as the file
// orders them, then those that rest after failures. Those whose server asked
// for time are left out, with the reason.
func (b *Board) inOrder(states endpointStates, now time.Time) (order []*endpoint, errs []error) {
	var resting []*endpoint
	for _, e := range b.endpoints {
		switch st := states.of(e.adapter); {
		case st.Rest <= now.Unix():
			order = append(order, e)
		case st.Asked:
			at := time.Unix(st.Rest, 0).In(xuanti.Shanghai).Format("15:04")
			errs = append(errs, b.fail(e, faultf("服务器要求 "+at+" 之前不再请求", "the server asked not to be asked before %s", at)))
		default:
			resting = append(resting, e)
		}
	}
	return append(order, resting...), errs
}

// earliest is when a board may be asked again at the earliest, when every
// endpoint's server asked for time; otherwise zero.
func (b *Board) earliest(states endpointStates, now time.Time) time.Time {
	var first time.Time
	for _, e := range b.endpoints {
		st := states.of(e.adapter)
		at := time.Unix(st.Rest, 0).UTC()
		if !st.Asked || !at.After(now) {
			return time.Time{}
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first
}

// frozen reports whether an endpoint has said the same for longer than any
// list of this board stands still: some caches serve a list of last week with
// status 200.
func (b *Board) frozen(st *endpointState, hash string, now time.Time) bool {
	return b.still > 0 && st.Hash == hash && now.Sub(time.Unix(st.Since, 0)) > b.still
}

func frozenFault(d time.Duration) error {
	h := int(d.Hours())
	return faultf(fmt.Sprintf("榜单已 %d 小时一字未变，不是实时数据", h), "the list has not changed for %d hours: this is no live data", h)
}
