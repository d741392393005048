package engine

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/trend"
)

// A saved part that cannot be read, say of an older version, costs itself alone:
// what the others learned long ago is kept, and nothing is counted twice.
func TestALostPartCostsNoOther(t *testing.T) {
	ctx := t.Context()
	long := noon.Add(-10 * 24 * time.Hour) // nothing of then is read again
	e, _ := open(t, t.TempDir(), long)
	defer shut(t, e)
	at := long
	hear := func(titles ...string) {
		at = at.Add(10 * time.Minute)
		b := batch{at: at, live: true, snaps: []xuanti.Snapshot{snapshot("weibo", at, titles...)}}
		for _, title := range titles {
			b.items = append(b.items, article(title, title, "", at))
		}
		e.must(t, b)
	}
	for range 12 {
		hear("临江化工厂发生爆炸", "望海音乐节门票全部退款", "青岚汽车召回三万辆车")
	}
	at = noon
	hear("青岚汽车召回三万辆车", "临江化工厂发生爆炸")
	if err := e.saveState(ctx); err != nil {
		t.Fatal(err)
	}
	hear("临江化工厂爆炸原因公布", "青岚汽车回应召回") // after the save
	back := func() map[string][]byte {
		t.Helper()
		if err := e.recover(ctx); err != nil {
			t.Fatal(err)
		}
		out := map[string][]byte{}
		for _, p := range e.state.parts() {
			out[p.name] = savedPart(t, e, p.name)
		}
		said := map[string]trend.EntryState{}
		for id, l := range e.state.events {
			said[id] = l.on["weibo"].st
		}
		out[partBoards] = fmt.Appendf(nil, "%+v", said) // forecasts: its maps are saved in any order
		return out
	}
	whole := back()
	for _, lost := range e.state.parts() {
		data, seq, when, ok, err := e.store.Blob(ctx, "state/"+lost.name)
		if err != nil || !ok {
			t.Fatalf("%s was not saved: %v", lost.name, err)
		}
		put := func(data []byte) {
			if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutBlob(ctx, "state/"+lost.name, when, seq, data) }); err != nil {
				t.Fatal(err)
			}
		}
		put([]byte("not a state"))
		for name, got := range back() {
			if same := bytes.Equal(got, whole[name]); same != (name != lost.name) {
				t.Errorf("%s was lost: %s is the same: %v; %d bytes of %d", lost.name, name, same, len(got), len(whole[name]))
			}
		}
		if !e.state.grouper.Open(eventOf(t, e, "青岚汽车回应召回")) {
			t.Errorf("%s was lost: an event is not open", lost.name)
		}
		put(data)
	}
}

// A copy is a source that tells of the story too: the bursts count it again
// when it came after the last save, as they did when it came.
func TestCopiesAreCountedAgain(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	if err := e.saveState(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("青岚汽车今天宣布召回一批新能源车，原因是电池包密封存在隐患，公司将免费更换。", 6)
	b := batch{at: noon, live: true}
	for _, source := range []string{"paper", "daily", "evening"} {
		b.items = append(b.items, article(source, "青岚汽车召回三万辆车", text, noon))
	}
	if done := e.must(t, b); done.Copies != 2 {
		t.Fatalf("%+v", done)
	}
	live := savedPart(t, e, partBursts)
	if err := e.recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	e.state.bursts.Tick(noon)
	if !bytes.Equal(live, savedPart(t, e, partBursts)) {
		t.Error("after a crash the bursts know something else")
	}
}

func savedPart(t *testing.T, e *Engine, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, p := range e.state.parts() {
		if p.name == name {
			if err := p.save(&b); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.Bytes()
}
