package ui

// UI holds the templates and static files of the pages.
type UI struct{}

// New loads the pages.
func New() (*UI, error) { return &UI{}, nil }
