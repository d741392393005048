// Package ui holds the looks of the web pages: templates, style sheet, scripts
// and the helpers that turn values into words and drawings. It knows the views
// of the engine, but asks nobody: the server hands it what to show.
package ui
