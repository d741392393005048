package crawler

import "io"

// OPMLFeed is one subscription of an OPML list.
type OPMLFeed struct {
	Title   string
	URL     string
	HTMLURL string
	Group   string // titles of the enclosing outlines, joined by "/"
}

// ParseOPML reads an OPML list.
func ParseOPML(r io.Reader) ([]OPMLFeed, error) { return nil, nil }

// WriteOPML writes an OPML 2.0 list.
func WriteOPML(w io.Writer, title string, feeds []OPMLFeed) error { return nil }
