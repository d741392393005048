// Package index finds items by their words.
package index
