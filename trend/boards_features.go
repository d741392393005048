package trend

import (
	"math"
	"sort"
	"time"
)

// head is one question about a row's future.
type head int

const (
	headListed1 head = iota
	headListed3
	headListed6
	headTop1
	headTop3
	headTop6
	headGrow
	headCount
)

var headHours = [headCount]time.Duration{time.Hour, 3 * time.Hour, 6 * time.Hour, time.Hour, 3 * time.Hour, 6 * time.Hour, 3 * time.Hour}
var headNames = [headCount]string{"listed_1h", "listed_3h", "listed_6h", "top10_1h", "top10_3h", "top10_6h", "grow_3h"}

var featureNames = [...]string{
	"log_rank", "rank_share", "size", "log_age", "best_ratio", "since_best", "start_ratio",
	"moved_1h", "moved_2h", "moved_3h", "moved_6h", "unrest", "prev", "warmed_1h", "entries", "others", "top_hours",
	"hour", "weekend", "still_hours", "fresh_share", "fresh_top", "mean_log_age", "max_log_age", "age_place", "older_above", "risers_below", "move_place",
	"best_log", "new_above", "title_runes", "title_marks", "id_place", "id_hours", "id_due", "id_left", "id_older", "drop_hours",
	"id_lag", "stay_left", "stay_late", "gone_hours", "gone_day", "held", "slot_held",
	"rate", "rate_hour", "cell_age", "cell_move", "cell_age_n", "cell_old", "cell_slot", "cell_above", "stay", "stay_above",
}

const (
	featureCount  = len(featureNames)
	featureShared = featureCount - 10 // from here on they depend on the head
)

// BoardFeatureNames names the features of a row on a board in the order of the
// shipped forests.
func BoardFeatureNames() []string { return append([]string(nil), featureNames[:]...) }

// scene is what the rows of a snapshot have in common.
type scene struct {
	at        time.Time
	hour      float64 // of the day in Shanghai
	weekend   float64
	size      float64
	still     float64 // hours since the list changed
	fresh     float64 // share of rows that came in the last hour
	freshTop  float64 // share of the top ten that was not there an hour ago
	meanAge   float64 // of log1p hours
	maxAge    float64
	ages      []float64 // log1p hours, by place
	sortedAge []float64
	moves     []float64 // within an hour, by place
	sortedMov []float64
	risers    []int   // rows below a place that rise
	older     []int   // rows above a place that are older
	newer     []int   // rows above a place that came in the last three hours
	exits     exits   // of the rows that left of late
	numbers   []dated // by place
	dropped   float64 // hours since several rows went at once
}

func (x *board) scene(at time.Time) scene {
	local := at.Unix() + 8*3600
	s := scene{at: at, hour: float64(local%86400) / 3600, size: float64(len(x.Order)), still: math.Min(24, at.Sub(x.Changed).Hours())}
	s.weekend = bool01(weekend(local / 86400))
	n := len(x.Order)
	s.ages, s.moves = make([]float64, n), make([]float64, n)
	s.risers, s.older, s.newer = make([]int, n), make([]int, n), make([]int, n)
	for i, id := range x.Order {
		t := x.Tracks[id]
		age := math.Max(0, at.Sub(t.First).Hours())
		s.ages[i] = math.Log1p(age)
		s.moves[i] = t.moved(at, time.Hour)
		s.meanAge += s.ages[i] / s.size
		s.maxAge = math.Max(s.maxAge, s.ages[i])
		if age < 0.9 {
			s.fresh += 1 / s.size
		}
		if !t.Top.IsZero() && at.Sub(t.Top).Hours() < 0.9 {
			s.freshTop += 1 / math.Min(10, s.size)
		}
		for j := range i {
			if s.ages[j] > s.ages[i] {
				s.older[i]++
			}
			if s.ages[j] < math.Log1p(3) {
				s.newer[i]++
			}
			if s.moves[i] > 0.08 {
				s.risers[j]++
			}
		}
	}
	s.exits = x.Serials.exits(at)
	s.numbers = x.Serials.queue(x.Order, x.Tracks, at, s.exits)
	s.dropped = dropMost
	if !x.Dropped.IsZero() {
		s.dropped = math.Min(dropMost, at.Sub(x.Dropped).Hours())
	}
	s.sortedAge = append([]float64(nil), s.ages...)
	sort.Float64s(s.sortedAge)
	s.sortedMov = append([]float64(nil), s.moves...)
	sort.Float64s(s.sortedMov)
	return s
}

// features fills what the heads share. Everything comes from the row's own
// past, the snapshot and the clock.
func (x *board) features(f []float64, s *scene, t *track, i int) {
	rank := float64(i + 1)
	prev := 0.0
	if t.Prev > 0 {
		prev = logRatio(float64(t.Prev), rank)
	}
	top := -1.0
	if !t.Top.IsZero() {
		top = math.Log1p(s.at.Sub(t.Top).Hours())
	}
	below := math.Max(1, s.size-rank)
	id := &s.numbers[i]
	age, late, over := s.at.Sub(t.First).Hours(), leftUnknown, leftUnknown
	if s.exits.stay >= 0 {
		late, over = age-s.exits.stay, age-s.exits.late
	}
	for k, v := range [featureShared]float64{
		math.Log(rank), rank / s.size, s.size, s.ages[i],
		logRatio(float64(t.Best), rank), math.Log1p(s.at.Sub(t.BestAt).Hours()), logRatio(float64(t.Start), rank),
		s.moves[i], t.moved(s.at, 2*time.Hour), t.moved(s.at, 3*time.Hour), t.moved(s.at, 6*time.Hour), t.unrest(), prev, t.warmed(s.at),
		float64(min(t.Entries, 4)), float64(min(t.Others, 6)), top,
		s.hour, s.weekend, s.still, s.fresh, s.freshTop, s.meanAge, s.maxAge,
		float64(sort.SearchFloat64s(s.sortedAge, s.ages[i])) / s.size, float64(s.older[i]) / rank, float64(s.risers[i]) / below,
		float64(sort.SearchFloat64s(s.sortedMov, s.moves[i])) / s.size,
		math.Log(float64(t.Best)), float64(s.newer[i]) / rank, float64(t.Runes), float64(t.Marks),
		id.place, id.hours, id.due, id.left, id.older, s.dropped,
		id.lag, late, over, s.exits.since, s.exits.yesterday,
		math.Log1p(s.at.Sub(t.Held).Hours()), x.Memory.Held[slotRank(i)].share(0.3, 10),
	} {
		f[k] = v
	}
}

// inputs are the cells of a board's memory that a row falls into, and the few
// values that its correction looks at.
type inputs struct {
	Rank, Age, Move, Hour, Old, Slot uint8
	Dense                            [denseCount]float32
}

const (
	denseCount = 6
	rankBins   = 12
	ageBins    = 7
	moveBins   = 5
	hourBins   = 24
	oldBins    = 30
	slotRanks  = 24 // boards pin posts to a rank
	slotHolds  = 3  // for how long a post has stood there
	slotBins   = slotRanks * slotHolds
)

func (x *board) inputs(s *scene, t *track, i int) inputs {
	fresh := s.at.Sub(t.First) < 30*time.Minute
	h := 2 * math.Pi * s.hour / 24
	return inputs{
		Rank: rankBin(i + 1), Age: ageBin(s.ages[i]), Move: moveBin(s.moves[i], fresh), Hour: uint8(s.hour) % hourBins,
		Old:   oldBin(i, math.Max(math.Expm1(s.ages[i]), s.numbers[i].hours)),
		Slot:  uint8(slotHolds*slotRank(i) + hourStep(s.at.Sub(t.Held), 0.9, 2.9)),
		Dense: [denseCount]float32{1, float32(math.Log(float64(i+1)) - 2.3), float32(s.moves[i]), float32(s.ages[i] - s.meanAge), float32(math.Sin(h)), float32(math.Cos(h))},
	}
}

// slotRank is the place of a row; those far below are one.
func slotRank(i int) int { return min(i, slotRanks-1) }

func rankBin(r int) uint8 {
	for i, lim := range [rankBins - 1]int{1, 2, 3, 5, 8, 10, 12, 15, 20, 26, 40} {
		if r <= lim {
			return uint8(i)
		}
	}
	return rankBins - 1
}

func ageBin(logAge float64) uint8 {
	h := math.Expm1(logAge)
	for i, lim := range [ageBins - 1]float64{0.5, 1.5, 3.5, 7, 13, 26} {
		if h <= lim {
			return uint8(i)
		}
	}
	return ageBins - 1
}

func oldBin(i int, h float64) uint8 {
	k := sort.SearchFloat64s([]float64{0.5, 1.5, 2.5, 4.5, 6.5, 9, 12, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 30, 34, 40, 48, 60, 72, 84, 96, 120, 150}, h)
	if i < 10 {
		return uint8(k)
	}
	return oldBins + uint8(k)
}

func moveBin(d float64, fresh bool) uint8 {
	switch {
	case fresh:
		return 4
	case d > 0.25:
		return 3
	case d > 0.02:
		return 2
	case d >= -0.1:
		return 1
	}
	return 0
}
