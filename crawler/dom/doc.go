// Package dom makes a tree of a page and reads single nodes of it.
//
// The way data takes: [Parse] builds the tree, bounded in elements, attributes
// and text, flat where nesting is a trap ([IsHeavy]); the other functions say what
// a node holds and whether a reader sees it.
package dom
