package crawler

import "github.com/xuanti/xuanti"

// ParseCount reads a printed count such as "1.2万", "10w+" or "3,456". The
// name of the result is left to the caller.
func ParseCount(s string) (xuanti.Count, bool) { return xuanti.Count{}, false }
