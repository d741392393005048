package demo

import "github.com/xuanti/xuanti"

// adapterNames are the endpoints that the demo server answers first; History
// writes them into its snapshots.
var adapterNames = map[string]string{}

// url is the address of an entry.
func (e *entry) url() string { return "http://" + Host + "/t/" + e.board.id + "/" + e.extID() }

// shapeEntry gives an archived entry the form in which the platform's endpoint
// carries it.
func shapeEntry(board string, e *xuanti.Entry) {
}
