// Package engine is the one place where the parts meet. It takes an item or a
// board snapshot from the crawler, a replay or an import the same way:
//
//	canonical key, seen? → language (segmented once) → duplicates → event and
//	topic → one transaction in the store, with the matches and deliveries that
//	follow → the full-text index in batches → bursts, states and changes.
//
// It also answers every question, live or as of a past time, through [Reader],
// and takes every change through [Writer]; the server and the command line go
// through the same two doors.
package engine
