package trend

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/trend/model"
)

// askLength is a forest that asks how long a title is, and makes nothing of it.
func askLength(cut float64) map[string]*model.Forest {
	names := BoardFeatureNames()
	f := &model.Forest{Features: names}
	tree := model.Tree{Feature: []int{slices.Index(names, "title_runes")}, Cut: []float64{cut}, Value: []float64{0, 0, 0}}
	for range 200 {
		f.Trees = append(f.Trees, tree)
	}
	all := map[string]*model.Forest{}
	for _, name := range headNames {
		all[name] = f
	}
	return all
}

// playLengths shows a board that is new every two hours; in between the short
// titles, which stand anywhere, leave for others. It returns the mean forecast
// of short and long ones for the next hour when all are new.
func playLengths(b *Boards, from, to int) (short, long float64) {
	for h := from; h < to; h++ {
		var rows []EntryRef
		for i := range 12 {
			title := fmt.Sprint("停留得久的长长的标题", h/2, "·", i)
			if (i+h/2+h/24)%2 == 0 {
				title = fmt.Sprint("短", h, "·", i)
			}
			rows = append(rows, EntryRef{ItemID: title, Entry: xuanti.Entry{Rank: i + 1, Title: title}})
		}
		b.Observe("x", boardStart.Add(time.Duration(h)*time.Hour), rows, nil)
		if h%2 == 1 {
			continue
		}
		short, long = 0, 0
		for i, s := range b.m["x"].Said {
			if strings.HasPrefix(rows[i].ItemID, "短") {
				short += float64(s[headListed1]) / 6
			} else {
				long += float64(s[headListed1]) / 6
			}
		}
	}
	return short, long
}

func TestABoardTailorsTheForest(t *testing.T) {
	blind := NewBoards(BoardsOptions{Forests: askLength(1000)}) // all titles are short
	sees := NewBoards(BoardsOptions{Forests: askLength(10)})
	s0, l0 := playLengths(blind, 0, 24*6)
	s1, l1 := playLengths(sees, 0, 24*6)
	if l0-s0 > 0.1 || l1-s1 < 0.3 {
		t.Errorf("short %.2f, long %.2f; without the question %.2f and %.2f", s1, l1, s0, l0)
	}
}

func TestTailorsBelongToTheirForests(t *testing.T) {
	a := NewBoards(BoardsOptions{Forests: askLength(10)})
	playLengths(a, 0, 48)
	data := saved(t, a)
	same, other := NewBoards(BoardsOptions{Forests: askLength(10)}), NewBoards(BoardsOptions{Forests: askLength(9)})
	for _, b := range []*Boards{same, other} {
		if err := b.Load(data); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(a.m["x"].Tailor, same.m["x"].Tailor) || a.m["x"].Tailor[headListed3].W == nil {
		t.Error("what was learned is not loaded")
	}
	if other.m["x"].Tailor[headListed3].W != nil {
		t.Error("weights of other leaves were taken")
	}
	playLengths(other, 48, 60) // and it learns anew
	if other.m["x"].Tailor[headListed3].W == nil {
		t.Error("nothing is learned for the new forest")
	}
}

func TestDamagedWeightsAreRefused(t *testing.T) {
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(floats{1, -2.5, 3}); err != nil {
		t.Fatal(err)
	}
	var f floats
	if err := gob.NewDecoder(&buf).Decode(&f); err != nil || !slices.Equal(f, floats{1, -2.5, 3}) {
		t.Errorf("%v %v", f, err)
	}
	if err := f.GobDecode([]byte("12345")); err == nil {
		t.Error("five bytes made weights")
	}
}
