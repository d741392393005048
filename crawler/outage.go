package crawler

import (
	"errors"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/fetch"
)

const (
	outageRetry  = 3 * time.Minute
	outageJitter = 0.6 // from 1.2 to 4.8 minutes
	outagePolls  = 16  // that fail to connect in a row, and
	outageHosts  = 5   // to how many hosts: then it is our network
)

// network tells whether this machine is cut off: many polls in a row to
// several hosts found no connection.
type network struct {
	mu    sync.Mutex
	hosts map[string]bool
	polls int
}

// note takes in how a poll ended.
func (n *network) note(src *xuanti.Source, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !unreachable(err) {
		n.polls, n.hosts = 0, nil
		return
	}
	n.polls++
	if n.hosts == nil {
		n.hosts = map[string]bool{}
	}
	if len(n.hosts) < outageHosts {
		n.hosts[hostOf(src)] = true
	}
}

func (n *network) down() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.polls >= outagePolls && len(n.hosts) >= outageHosts
}

// unreachable reports whether no server answered at all.
func unreachable(err error) bool {
	var fe *fetch.Error
	if !errors.As(err, &fe) {
		return false
	}
	switch fe.Kind {
	case fetch.KindDNS, fetch.KindRefused:
		return true
	case fetch.KindTimeout:
		return fe.Status == 0
	}
	return false
}
