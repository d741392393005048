// Package train makes the learned parts of package trend again from data files
// that are not part of the project: the background table of character pairs
// ([Background]) and the boosted trees of the pair tasks ([Pairs]).
//
// Everything is deterministic: the same files give the same bytes. The output
// holds counts and weights only.
package train
