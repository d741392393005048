package demo

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"
)

// A scenario file holds storylines, one line a fact:
//
//	@ id | domain | day hh:mm | name
//	#words new words, comma separated     #twin id of a look-alike
//	#rename old=new1,new2                 names in the next cycles
//	+ 3h30m name peak=2 life=14 repost=3 again=20h fast
//	wb+40 a title on Weibo, 40 minutes after the phase began
//	: one paragraph of facts
//
// A title line begins with the two letters of its board, of a post channel
// (mp xh bv wo) or with ar for a headline of the outlets. Without +minutes the
// delay is drawn by seed and grows from line to line: the order of the lines
// is the order in which the platforms take the story up.

// storyline is one story told over hours or days.
type storyline struct {
	id, domain, name string
	start            time.Duration // since the midnight of day zero
	words            []string
	twin             string
	rename           []rename
	phases           []phase
}

// rename replaces a name of a storyline in later cycles.
type rename struct {
	old string
	new []string
}

// phase is one development of a storyline.
type phase struct {
	name     string
	at       time.Duration // since the start of the storyline
	peak     int           // best rank on the first board
	life     float64       // hours of full activity
	again    time.Duration // a second wave this much later, 0 for none
	reposts  int           // outlets that print the text word for word
	fast     bool          // spreads within minutes
	wordings []wording
	facts    []string
}

// wording is a title in the words of one platform.
type wording struct {
	code  string
	delay time.Duration // -1: drawn by seed
	text  string
}

// channels are the codes of title lines that are no boards.
var channels = map[string]bool{"ar": true, "mp": true, "xh": true, "bv": true, "wo": true}

func loadScenarios(fsys fs.FS) ([]storyline, error) {
	names, err := fs.Glob(fsys, "scenarios/*.txt")
	if err != nil {
		return nil, fmt.Errorf("demo: list scenarios: %w", err)
	}
	var all []storyline
	seen := map[string]bool{}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("demo: read scenario: %w", err)
		}
		stories, err := parseScenario(path.Base(name), data)
		if err != nil {
			return nil, err
		}
		for _, s := range stories {
			if seen[s.id] {
				return nil, fmt.Errorf("demo: %s: storyline %q occurs twice", name, s.id)
			}
			seen[s.id] = true
		}
		all = append(all, stories...)
	}
	return all, nil
}

// parseScenario reads one scenario file. Errors name file and line.
func parseScenario(name string, data []byte) ([]storyline, error) {
	var out []storyline
	err := eachLine(name, data, func(line string) error {
		if head, ok := strings.CutPrefix(line, "@"); ok {
			s, err := parseStoryHead(head)
			if err == nil {
				out = append(out, s)
			}
			return err
		}
		if len(out) == 0 {
			return fmt.Errorf("line before the first storyline")
		}
		return out[len(out)-1].parseLine(line)
	})
	if err != nil {
		return nil, err
	}
	for i := range out {
		if len(out[i].phases) == 0 {
			return nil, fmt.Errorf("demo: %s: storyline %q has no phases", name, out[i].id)
		}
	}
	return out, nil
}

// eachLine calls fn for each line that is neither empty nor a // comment.
func eachLine(name string, data []byte, fn func(line string) error) error {
	sc := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		if err := fn(line); err != nil {
			return fmt.Errorf("demo: %s:%d: %w", name, n, err)
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("demo: %s: %w", name, err)
	}
	return nil
}

func parseStoryHead(head string) (storyline, error) {
	part := strings.Split(head, "|")
	if len(part) != 4 {
		return storyline{}, fmt.Errorf("want @ id | domain | day hh:mm | name")
	}
	for i := range part {
		part[i] = strings.TrimSpace(part[i])
	}
	var day, hour, minute int
	if _, err := fmt.Sscanf(part[2], "%d %d:%d", &day, &hour, &minute); err != nil {
		return storyline{}, fmt.Errorf("start %q: want day hh:mm", part[2])
	}
	start := time.Duration(day)*24*time.Hour + time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	return storyline{id: part[0], domain: part[1], start: start, name: part[3]}, nil
}

func (s *storyline) parseLine(line string) error {
	switch line[0] {
	case '#':
		return s.parseNote(line[1:])
	case '+':
		p, err := parsePhase(line[1:])
		if err == nil {
			s.phases = append(s.phases, p)
		}
		return err
	}
	if len(s.phases) == 0 {
		return fmt.Errorf("line before the first phase")
	}
	return s.phases[len(s.phases)-1].parseLine(line)
}

func (s *storyline) parseNote(note string) error {
	key, value, _ := strings.Cut(note, " ")
	value = strings.TrimSpace(value)
	switch key {
	case "words":
		s.words = splitList(value, ",")
	case "twin":
		s.twin = value
	case "rename":
		old, next, ok := strings.Cut(value, "=")
		if !ok {
			return fmt.Errorf("want #rename old=new1,new2")
		}
		s.rename = append(s.rename, rename{old: old, new: splitList(next, ",")})
	default:
		return fmt.Errorf("unknown note %q", key)
	}
	return nil
}

func parsePhase(text string) (phase, error) {
	field := strings.Fields(text)
	if len(field) < 2 {
		return phase{}, fmt.Errorf("want + offset name [key=value…]")
	}
	at, err := time.ParseDuration(field[0])
	if err != nil {
		return phase{}, fmt.Errorf("offset %q: %w", field[0], err)
	}
	p := phase{name: field[1], at: at, peak: 8, life: 9}
	for _, f := range field[2:] {
		key, value, _ := strings.Cut(f, "=")
		switch key {
		case "peak":
			p.peak, err = strconv.Atoi(value)
		case "life":
			p.life, err = strconv.ParseFloat(value, 64)
		case "again":
			p.again, err = time.ParseDuration(value)
		case "repost":
			p.reposts, err = strconv.Atoi(value)
		case "fast":
			p.fast = true
		default:
			err = fmt.Errorf("unknown key")
		}
		if err != nil {
			return phase{}, fmt.Errorf("%q: %w", f, err)
		}
	}
	return p, nil
}

// parseLine reads a title or a paragraph.
func (p *phase) parseLine(line string) error {
	if text, ok := strings.CutPrefix(line, ":"); ok {
		p.facts = append(p.facts, strings.TrimSpace(text))
		return nil
	}
	head, text, _ := strings.Cut(line, " ")
	code, after, delayed := strings.Cut(head, "+")
	if _, ok := boardNamed(code); (!ok || len(code) != 2) && !channels[code] {
		return fmt.Errorf("unknown board or channel %q", code)
	}
	w := wording{code: code, delay: -1, text: strings.TrimSpace(text)}
	if delayed {
		n, err := strconv.Atoi(after)
		if err != nil {
			return fmt.Errorf("delay %q: %w", after, err)
		}
		w.delay = time.Duration(n) * time.Minute
	}
	if w.text == "" {
		return fmt.Errorf("title of %s is empty", code)
	}
	p.wordings = append(p.wordings, w)
	return nil
}

func splitList(s, sep string) []string {
	var out []string
	for v := range strings.SplitSeq(s, sep) {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// renamed returns the text with the names of the n-th cycle.
func (s *storyline) renamed(text string, n int) string {
	if n == 0 {
		return text
	}
	for _, r := range s.rename {
		text = strings.ReplaceAll(text, r.old, r.new[(n-1)%len(r.new)])
	}
	return text
}
