package demo

import "time"

// Story describes a storyline for those who test against the world.
type Story struct {
	ID     string
	Domain string
	Name   string
	Start  time.Time // in the first cycle
	Words  []string  // new words that no dictionary knows
	Twin   string    // id of a look-alike that must not merge with it
	Phases []StoryPhase
}

// StoryPhase is one development of a story.
type StoryPhase struct {
	Name   string
	At     time.Time
	Titles map[string]string // board id → its wording
}

// Stories returns the storylines as they run in the first cycle.
func (w *World) Stories() []Story {
	out := make([]Story, len(w.stories))
	for i := range w.stories {
		s := &w.stories[i]
		out[i] = Story{ID: s.id, Domain: s.domain, Name: s.name, Start: w.zero.Add(s.start), Words: s.words, Twin: s.twin}
		for _, ph := range s.phases {
			titles := map[string]string{}
			for _, wd := range ph.wordings {
				if b, ok := boardNamed(wd.code); ok {
					titles[b.id] = wd.text
				}
			}
			out[i].Phases = append(out[i].Phases, StoryPhase{Name: ph.name, At: w.zero.Add(s.start + ph.at), Titles: titles})
		}
	}
	return out
}
