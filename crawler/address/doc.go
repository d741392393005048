// Package address knows the addresses of posts: which spellings name the same
// post, and under which key it is filed.
//
// The way data takes: [Absolute] resolves a link as it stands on a page;
// [Canonical] gives the one spelling of an address, by the rules of the platform
// (sites.go) or, where there are none, by dropping what tracks; [Key] is that
// spelling, or the platform's own id, short enough for an index.
package address
