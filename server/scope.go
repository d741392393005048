package server

import "slices"

// The scopes of a token. Each includes the one before it.
const (
	ScopeRead  = "read"  // every GET
	ScopeWrite = "write" // changes, imports, tests
	ScopeAdmin = "admin" // tokens
)

func validScope(s string) bool { return s == ScopeRead || s == ScopeWrite || s == ScopeAdmin }

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
	case ScopeRead:
		return slices.Contains(p.scopes, ScopeRead) || p.may(ScopeWrite)
	case ScopeWrite:
		return slices.Contains(p.scopes, ScopeWrite) || p.may(ScopeAdmin)
	}
	return slices.Contains(p.scopes, scope)
}
