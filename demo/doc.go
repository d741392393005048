// Package demo is a small world of Chinese news that does not exist: every
// person, company, product and happening in it was made up for this program.
// It stands in for the real platforms when xuanti runs with --demo, and it is
// the archive that end-to-end tests replay.
//
// The way data takes: scenario files (scenarios/*.txt, see scenario.go for the
// format) hold the storylines, words/*.txt the templates and words of everyday
// news. [NewWorld] parses both and lays out a cycle of sixteen days: when which
// title reaches which board (cycle.go, filler.go), which outlet prints which
// article (article.go) and which benchmark account posts what (account.go).
// From this plan everything else is computed for an instant, never stored:
// [World.Snapshot] ranks the titles that are alive, counts grow with the age of
// a post. [World.History] hands the past to a replay; [Serve] speaks the same
// rows over HTTP in the shapes of the real platforms (wire_*.go), with 304s,
// redirects, GBK bytes, promoted rows and now and then an error.
//
// Everything is a pure function of the seed and the time. After day sixteen the
// next cycle begins with fresh filler and renamed storylines.
package demo
