// Package eval runs one part of the engine over files and prints its answers,
// so that a scorer outside can compare them with the truth. Every task goes
// through the code that serves users; nothing is computed here. The one
// exception is [Env.FeedExpect]: its truth stands in the files themselves, as
// expressions, so it compares and counts.
//
// The way of a row: [Env.open] finds the input (a file, gzip or plain, or
// standard input) → lines are read one by one, whatever their length →
// [decode] checks the row's shape; a malformed one is reported with its line
// number, counted and skipped → the task asks nlp, trend, crawler or index →
// the answer is written as one line, at once.
//
// Answers depend only on the rows before them: cutting the input short gives
// the same answers, fewer of them. Where an answer needs to know that
// something is over (an instant, an hour), it is given when a later row proves
// it; see the tasks. Nothing is kept but a temporary folder for the index of
// the search task, which is removed.
package eval
