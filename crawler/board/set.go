package board

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
)

// maxFiles bounds the files read from a data folder.
const maxFiles = 500

// Set is the boards that there are: the built-in ones and those of a data
// folder. It does not change; load another one to see changed files.
type Set struct {
	// Problems are the files that could not be used, one error of code invalid
	// each; its text starts with file and line.
	Problems []error

	byID   map[string]*Board
	broken map[string]error // by the id that the file's name promises
}

//go:embed builtin/*.yaml
var embedded embed.FS

// builtinSet compiles the embedded files once. A file of ours that does not
// compile is a bug that every test of this package would show.
var builtinSet = sync.OnceValue(func() *Set {
	files, err := fs.Sub(embedded, "builtin")
	if err != nil {
		return &Set{Problems: []error{err}}
	}
	s := &Set{byID: map[string]*Board{}, broken: map[string]error{}}
	s.load(files, "")
	return s
})

// Builtin gives the boards that come with the program.
func Builtin() *Set { return builtinSet() }

// Load gives the built-in boards and those described in the *.yaml files
// of a folder, which need not exist. A file whose board has the id of a
// built-in one replaces it. A file that cannot be used is one of the Problems
// and costs no other board.
func Load(dir string) *Set {
	base := builtinSet()
	s := &Set{Problems: slices.Clone(base.Problems), byID: make(map[string]*Board, len(base.byID)), broken: map[string]error{}}
	for id, b := range base.byID {
		s.byID[id] = b
	}
	s.load(os.DirFS(dir), dir)
	return s
}

// load adds the files of a folder; dir is "" for the embedded ones.
func (s *Set) load(files fs.FS, dir string) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.problem("", xuanti.Wrap(xuanti.CodeInvalid, err, dir+": 无法读取 (cannot be read)"))
		}
		return
	}
	from := map[string]string{} // id → file of this folder
	n := 0
	for _, e := range entries {
		ext := path.Ext(e.Name())
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || ext != ".yaml" && ext != ".yml" {
			continue
		}
		if n++; n > maxFiles {
			s.problem("", xuanti.Errorf(xuanti.CodeInvalid, "%s: 榜单文件超过 %d 个，其余未读 (too many board files)", dir, maxFiles))
			return
		}
		name := filepath.Join(dir, e.Name())
		stem := strings.TrimSuffix(e.Name(), ext)
		b, err := readFile(files, e.Name(), name)
		if err == nil && from[b.ID] != "" {
			err = xuanti.Errorf(xuanti.CodeInvalid, "%s:1: 榜单 %q 已在 %s 里定义 (board is defined twice)", name, b.ID, from[b.ID])
		}
		if err != nil {
			s.problem(stem, err)
			continue
		}
		from[b.ID] = name
		if dir != "" {
			b.File = name
			old := s.byID[b.ID]
			b.Overrides = old != nil
		}
		s.byID[b.ID] = b
	}
}

func readFile(files fs.FS, file, name string) (*Board, error) {
	f, err := files.Open(file)
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, name+": 无法打开 (cannot be opened)")
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSpec+1))
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, name+": 无法读取 (cannot be read)")
	}
	return ParseFile(name, data)
}

func (s *Set) problem(stem string, err error) {
	s.Problems = append(s.Problems, err)
	if stem != "" {
		s.broken[stem] = err
	}
}

// All lists the boards, sorted by id.
func (s *Set) All() []*Board {
	out := make([]*Board, 0, len(s.byID))
	for _, b := range s.byID {
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b *Board) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Board finds a board by its id. The error of an unknown id names the file
// that should describe it, when that file cannot be used.
func (s *Set) Board(id string) (*Board, error) {
	if b := s.byID[id]; b != nil {
		return b, nil
	}
	if err := s.broken[id]; err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, fmt.Sprintf("榜单文件有错：%s (board file is not valid)", words(err)))
	}
	return nil, xuanti.Errorf(xuanti.CodeNotFound, "没有名为 %q 的榜单，它的文件可能已被删除 (unknown board)", id)
}

// Sources lists the sources of all boards, under the boards' ids, due at once.
func (s *Set) Sources(now time.Time) []xuanti.Source {
	var out []xuanti.Source
	for _, b := range s.All() {
		src := xuanti.Source{
			ID: b.ID, Kind: xuanti.SourceBoard, Name: b.Name, URL: b.HomeURL, Platform: b.Platform, Board: b.ID, Group: "热榜",
			Weight: b.Weight, Interval: b.Interval, State: xuanti.SourceActive, Builtin: b.File == "", CreatedAt: now,
		}
		if b.Flash {
			src.Kind, src.Group = xuanti.SourceFeed, "快讯"
		}
		if b.Off {
			src.State = xuanti.SourcePaused
		}
		out = append(out, src)
	}
	return out
}
