package nlp

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestGuessesRememberTheLatest(t *testing.T) {
	g := newGuesses()
	other := uint64(7 + len(g.slots)) // lies in the slot of 7
	if got := g.get(7); got != 0 {
		t.Errorf("an empty table knows %b", got)
	}
	g.put(7, 0b1010)
	if got := g.get(7); got != 0b1010 {
		t.Errorf("7 is remembered as %b", got)
	}
	if got := g.get(other); got != 0 {
		t.Errorf("the answer %b is another run's", got)
	}
	g.put(other, 0b11)
	if g.get(other) != 0b11 || g.get(7) != 0 {
		t.Errorf("the later run did not take the place: %b, %b", g.get(other), g.get(7))
	}
}

// A run that is longer than what is divided at once loses nothing, and is
// divided the second time as the first.
func TestLongRunOfUnknownCharacters(t *testing.T) {
	a := testAnalyzer(t)
	text := strings.Repeat("犇羴鱻麤灥厵", 40)
	first := strings.Join(words(a.Analyze(text, "").TitleTokens), "|")
	if strings.ReplaceAll(first, "|", "") != text {
		t.Errorf("%d characters became %q", utf8.RuneCountInString(text), first)
	}
	if again := strings.Join(words(a.Analyze(text, "").TitleTokens), "|"); again != first {
		t.Errorf("then %q, now %q", first, again)
	}
}
