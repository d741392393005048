package dict

import (
	"strings"
	"testing"
)

func TestEveryFileCanBeRead(t *testing.T) {
	for name, least := range map[string]int{"words.txt.gz": 150_000, "idf.txt.gz": 150_000, "stop.txt.gz": 1000, "TSCharacters.txt.gz": 4000, "TSPhrases.txt.gz": 400, "places.txt": 200, "names.txt": 7} {
		s, err := Read(name)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(s, "\n"); n < least {
			t.Errorf("%s has %d lines, want %d", name, n, least)
		}
	}
	if _, err := Read("absent.txt"); err == nil {
		t.Error("an absent file must be an error")
	}
}
