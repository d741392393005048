// Package opml reads and writes lists of subscriptions. [Parse] reads the outlines
// of a list tag by tag, since most lists in the wild are not well-formed XML;
// [Write] writes what Parse reads back.
package opml
