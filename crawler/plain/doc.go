// Package plain reads what the web prints into plain values: a fragment of HTML
// into text, a date in words into a time, 1.2万 into a count.
//
// The way data takes: a value as printed goes in, with the zone and the instant
// that it may lean on; out comes the value, or false when the print means none.
// Nothing here keeps state or asks a clock. Text is cut at the limits that an
// item has ([MaxTitle], [MaxText], [MaxAuthor], [MaxHeadline]).
package plain
