package server

import "slices"

// The scopes of a token. Write includes read and metrics:write, admin includes
// write.
const (
	ScopeRead    = "read"          // every GET
	ScopeMetrics = "metrics:write" // pushing counts, and nothing else
	ScopeWrite   = "write"         // changes, imports, tests
	ScopeAdmin   = "admin"         // tokens
)

func validScope(s string) bool {
	return s == ScopeRead || s == ScopeMetrics || s == ScopeWrite || s == ScopeAdmin
}

// principal is who sends a request.
type principal struct {
	name   string // for the log and the pages; empty is anonymous
	scopes []string
	cookie bool // came with a session cookie: cross-site rules apply
}

// may tells whether the principal holds a scope or a wider one.
func (p principal) may(scope string) bool {
	switch scope {
	case "":
		return true
	case ScopeRead, ScopeMetrics:
		return slices.Contains(p.scopes, scope) || p.may(ScopeWrite)
	case ScopeWrite:
		return slices.Contains(p.scopes, ScopeWrite) || p.may(ScopeAdmin)
	}
	return slices.Contains(p.scopes, scope)
}
