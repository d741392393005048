// Package health knows how a source does: what its polls have shown over time, when
// that is worth telling somebody, and in which words. It polls nothing and asks no
// clock.
//
// The way data takes:
//
//	words, cause  the error of a poll to Chinese words ([Words]), to a code ([Cause]),
//	              to its English words and to what a person can do about it
//	              ([CauseText], [Advice])
//	pulse         [Pulse.Observe] adds a poll to what is remembered of the source,
//	              bounded, and knows what is usual; it tells quiet and slow sources
//	encode        the form in which a pulse is stored
//	alarm         [Pulse.Judge] compares how a source does with what was last said of
//	              it, so that each trouble is said once
package health
