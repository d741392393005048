package nlp

import (
	"time"

	"github.com/xuanti/xuanti"
)

type Discovery struct{}

func NewDiscovery(a *Analyzer) *Discovery                     { return &Discovery{} }
func (d *Discovery) Add(at time.Time, platform, title string) {}
func (d *Discovery) Propose(now time.Time) []xuanti.Word      { return nil }
func (d *Discovery) Snapshot() ([]byte, error)                { return nil, nil }
func (d *Discovery) Restore(b []byte) error                   { return nil }
func (d *Discovery) Candidates(folded string) []string        { return nil }
