// Package sheet reads the tables that people export from the back offices of
// platforms: CSV in any Chinese charset, and XLSX. It knows no accounts and
// keeps nothing; it turns bytes into rows that name a post and its counts.
//
// The way data takes:
//
//	Open      bytes → Table: kind of file, charset, delimiter, sheet, header row
//	Table.Plan  which column means what: a preset, the header's words, and what
//	          the user says; what is unclear is said, never guessed silently
//	Plan.Row  a line of cells → Row: identity of the post, times, counts
//	Value     one cell → count, share, duration: 1.2万, 10万+, 12.3%, 04:32, --
//
// A cell that says nothing (--, empty) is absent, never zero. A cell that
// cannot be read costs that cell; a row that names no post costs that row; both
// are reported with the line of the file. Size, rows, columns and unpacked
// bytes have limits.
package sheet
