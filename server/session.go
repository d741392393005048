package server

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
)

const (
	sessionCookie = "xt_session"
	sessionTTL    = 7 * 24 * time.Hour
	maxSessions   = 4096
)

// sessions are the logins of the pages. They live in memory: a restart asks for
// the token again. Only the hash of a session id is kept, and the token itself
// is checked again with each request, so a deleted token ends its sessions.
type sessions struct {
	clock xuanti.Clock
	mu    sync.Mutex
	rows  map[[32]byte]session
}

type session struct {
	secret  string // the token that was shown at login
	expires time.Time
}

func newSessions(clock xuanti.Clock) *sessions {
	return &sessions{clock: clock, rows: map[[32]byte]session{}}
}

// start stores a login and returns the cookie's value.
func (t *sessions) start(secret string) string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails (crypto/rand)
	id := base64.RawURLEncoding.EncodeToString(raw[:])
	now := t.clock.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.rows) >= maxSessions {
		for k, v := range t.rows {
			if now.After(v.expires) {
				delete(t.rows, k)
			}
		}
		if len(t.rows) >= maxSessions {
			clear(t.rows)
		}
	}
	t.rows[sha256.Sum256([]byte(id))] = session{secret: secret, expires: now.Add(sessionTTL)}
	return id
}

// secret returns the token behind a cookie.
func (t *sessions) secret(id string) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	row, ok := t.rows[sha256.Sum256([]byte(id))]
	if !ok || t.clock.Now().After(row.expires) {
		return "", false
	}
	return row.secret, true
}

// end removes a login.
func (t *sessions) end(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.rows, sha256.Sum256([]byte(id)))
}
