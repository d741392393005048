package engine

import (
	"path/filepath"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/board"
)

// BoardFolder is where the boards of a data folder are described.
func BoardFolder(data string) string { return filepath.Join(data, "boards") }

// loadBoards reads the built-in boards and those of the data folder, and says
// which files cannot be used and which built-in boards they replace.
func (e *Engine) loadBoards() {
	e.boards = board.Load(BoardFolder(e.cfg.Data))
	for _, err := range e.boards.Problems {
		e.log.Warn("a board file cannot be used; the other boards are not affected", "err", err)
	}
	for _, b := range e.boards.All() {
		if b.Overrides {
			e.log.Warn("a board of the data folder replaces the built-in one", "board", b.ID, "file", b.File)
		}
	}
}

// UserBoards gives the sources of the boards that the data folder describes.
func (e *Engine) UserBoards() []xuanti.Source {
	var out []xuanti.Source
	for _, s := range e.boards.Sources(e.Now()) {
		if !s.Builtin {
			out = append(out, s)
		}
	}
	return out
}

// adoptBoard brings a stored source of a board up to date with its description. A
// file of the data folder rules over name, address, kind, interval and weight;
// so does a built-in board once more when such a file is gone. What a person
// set on a built-in board stays. It reports whether anything changed.
func adoptBoard(old *xuanti.Source, now xuanti.Source) bool {
	if now.Board == "" || now.Builtin && old.Builtin {
		return false
	}
	was := *old
	old.Kind, old.Name, old.URL, old.Platform = now.Kind, now.Name, now.URL, now.Platform
	old.Interval, old.Weight, old.Builtin = now.Interval, now.Weight, now.Builtin
	return old.Kind != was.Kind || old.Name != was.Name || old.URL != was.URL || old.Platform != was.Platform ||
		old.Interval != was.Interval || old.Weight != was.Weight || old.Builtin != was.Builtin
}
