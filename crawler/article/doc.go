// Package article finds the article in a page: its text, title, author, picture,
// when it was published and where it goes on. It is a function of the bytes, the
// address and an instant; it fetches nothing and keeps nothing.
//
// The way data takes through [Extract]:
//
//	dom.Parse        a tree of the page, bounded
//	meta, linkeddata what the page says of itself: meta elements, JSON-LD, by-lines
//	title            the headline, without the name of the site
//	body             the text: prune takes the surroundings out of a copy of the
//	                 tree, readability chooses what is left; JSON-LD, the state of
//	                 an application (state) or text density where that brings
//	                 little
//	blocks, lines    the tree as paragraphs; what stands around a text (phrases)
//	                 is trimmed
//	author, time     from declarations, by-lines and dates weighed against each
//	                 other (months, calendar)
//	next             the next page of the same article; [Join] puts pages together
package article
