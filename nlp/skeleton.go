package nlp

import (
	"time"

	"github.com/xuanti/xuanti"
)

func (a *Analyzer) Analyze(title, text string) *Analysis { return &Analysis{} }
func (a *Analyzer) IDF(word string) float64              { return 0 }
func IsStop(word string) bool                            { return false }

type Analysis struct {
	Title, Text             string
	TitleTokens, TextTokens []Token
	Terms                   []string
	Keywords                []Keyword
	Entities                []Entity
	Numbers                 []Number
	Places                  []string
	Fingerprint             Fingerprint
}
type Keyword struct {
	Text  string
	Score float64
}
type Entity struct {
	Text, Kind string
	Start, End int
}
type Number struct {
	Text  string
	Value float64
	Unit  string
}
type Fingerprint struct {
	Title, Body uint64
	Paragraphs  []uint64
	MinHash     []uint16
}

func (f Fingerprint) Encode() []byte                       { return nil }
func DecodeFingerprint(b []byte) (Fingerprint, error)      { return Fingerprint{}, nil }
func Jaccard(a, b Fingerprint) float64                     { return 0 }
func Conflict(a, b *Analysis) (kind string, conflict bool) { return "", false }

type NearIndex struct{}

func NewNearIndex() *NearIndex                                                  { return &NearIndex{} }
func (x *NearIndex) Add(id string, at time.Time, fp Fingerprint, textRunes int) {}
func (x *NearIndex) Find(fp Fingerprint) (Near, bool)                           { return Near{}, false }
func (x *NearIndex) Expire(before time.Time)                                    {}

type Near struct {
	ID         string
	Relation   xuanti.Relation
	Similarity float64
	How        string
}
type Discovery struct{}

func NewDiscovery(a *Analyzer) *Discovery                     { return &Discovery{} }
func (d *Discovery) Add(at time.Time, platform, title string) {}
func (d *Discovery) Propose(now time.Time) []xuanti.Word      { return nil }
func (d *Discovery) Snapshot() ([]byte, error)                { return nil, nil }
func (d *Discovery) Restore(b []byte) error                   { return nil }
func (d *Discovery) Candidates(folded string) []string        { return nil }
