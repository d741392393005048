package engine

import (
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

func words(in []string) []string {
	var out []string
	have := map[string]bool{}
	for _, w := range in {
		if w = strings.TrimSpace(w); w != "" && !have[w] {
			have[w] = true
			out = append(out, w)
		}
	}
	return out
}

func invalid(pointer, message string) error {
	return &xuanti.Error{Code: xuanti.CodeInvalid, Message: message, Pointer: pointer}
}

// duration parses an optional Go duration within bounds.
func duration(pointer, s string, def, least, most time.Duration) (time.Duration, error) {
	if s == "" {
		return def, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, invalid(pointer, "时长要写成 30m、3h 这样 (not a duration)")
	}
	if d < least || d > most {
		return 0, invalid(pointer, "时长要在 "+least.String()+" 到 "+most.String()+" 之间 (duration out of range)")
	}
	return d, nil
}
