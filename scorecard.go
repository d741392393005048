package xuanti

import "time"

// Score says how the forecasts of one kind on one board came out that fell due
// on one day. The figures are sums, so that several can be added up.
type Score struct {
	Day   string // 2006-01-02, China time, on which the truth became known
	Board string
	Head  string // listed_1h … listed_6h, top10_1h … top10_6h, grow_3h, spread_6h
	N     int    // forecasts
	Came  int    // of them that came true
	Sum   float64
	Sq    float64    // sum of the squared errors of the probability
	Pairs float64    // pairs within a snapshot of which one came true
	Wins  float64    // of them with the higher probability on the one that did; a tie is half
	Bins  []ScoreBin // by probability said, ten equal steps
	Bold  []Claim    // highest probabilities that something not so yet would be
	Blind []Claim    // lowest probabilities of what then came true
}

// ScoreBin holds the forecasts whose probability lies in one tenth of 0…1.
type ScoreBin struct {
	N, Came int
	Sum     float64 // of the probabilities
}

// Claim is one forecast that is worth showing.
type Claim struct {
	ItemID string
	Title  string
	At     time.Time // when it was said
	Rank   int       // then
	P      float64   // probability said
	Came   bool
}

// Add counts one forecast.
func (s *Score) Add(p float64, came bool) {
	if s.Bins == nil {
		s.Bins = make([]ScoreBin, 10)
	}
	b := &s.Bins[min(9, max(0, int(p*10)))]
	y := 0.0
	if came {
		y = 1
		s.Came++
		b.Came++
	}
	s.N++
	b.N++
	s.Sum += p
	b.Sum += p
	s.Sq += (p - y) * (p - y)
}

// Join adds the figures of another score; the claims stay apart.
func (s *Score) Join(o Score) {
	s.N += o.N
	s.Came += o.Came
	s.Sum += o.Sum
	s.Sq += o.Sq
	s.Pairs += o.Pairs
	s.Wins += o.Wins
	if s.Bins == nil {
		s.Bins = make([]ScoreBin, 10)
	}
	for i := range min(len(s.Bins), len(o.Bins)) {
		s.Bins[i].N += o.Bins[i].N
		s.Bins[i].Came += o.Bins[i].Came
		s.Bins[i].Sum += o.Bins[i].Sum
	}
}

// Base is the share that came true, 0…1.
func (s *Score) Base() float64 { return s.mean(float64(s.Came)) }

// Mean is the mean probability said; equal to Base when calibrated in the large.
func (s *Score) Mean() float64 { return s.mean(s.Sum) }

// Brier is the mean squared error of the probabilities; always saying Base
// would give Base·(1−Base).
func (s *Score) Brier() float64 { return s.mean(s.Sq) }

func (s *Score) mean(sum float64) float64 {
	if s.N == 0 {
		return 0
	}
	return sum / float64(s.N)
}

// AUC is the share of pairs within a snapshot that were told in the right
// order; 0.5 is chance, −1 stands for no pair.
func (s *Score) AUC() float64 {
	if s.Pairs == 0 {
		return -1
	}
	return s.Wins / s.Pairs
}
