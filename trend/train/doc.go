// Package train makes the learned parts of package trend again from data files
// that are not part of the project: the background table of character pairs
// ([Background]), that of the fields of life ([Fields]), the boosted trees of the pair tasks ([Pairs]) and those that
// foretell board rows ([Boards], run by the command in boards/).
//
// Everything is deterministic: the same files give the same bytes. The output
// holds counts and weights only.
package train
