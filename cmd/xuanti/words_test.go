package main

import (
	"testing"

	"github.com/xuanti/xuanti/server/ui"
	"github.com/xuanti/xuanti/trend"
)

// Every reason for a membership reads as words, in both languages.
func TestFeaturesHaveWords(t *testing.T) {
	for _, name := range trend.FeatureNames() {
		for _, lang := range []string{"zh", "en"} {
			if ui.FeatureWord(lang, name) == name {
				t.Errorf("the feature %s has no name in %s", name, lang)
			}
		}
	}
}
