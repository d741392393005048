// Package board knows hot lists (热榜). A board is data: one YAML file says where a
// platform's list is asked for, how its rows are read, and what it must look like to
// be believed. The format is in docs/boards.md.
//
// The way data takes:
//
//	spec, compile  a file to a [Board]; what is wrong is named with its line
//	set            the built-in boards (builtin/*.yaml) and those of a data folder
//	client         [Client.Poll] asks the endpoints of a board in their order: sign
//	               signs a request, each follows a list that only names ids
//	state          what earlier polls showed of each endpoint: which rests, which
//	               serves a frozen list
//	rows           an answer to rows by path (JSON) or selector (HTML), template
//	               fills the fields
//	read           [Board.Read] drops what is no news, and refuses what is no list
//
// The answer is a snapshot, or, of a list ordered by time, articles. When to poll a
// board is not decided here.
package board
