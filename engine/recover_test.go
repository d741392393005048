package engine

import (
	"bytes"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
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
			var b bytes.Buffer
			if err := p.save(&b); err != nil {
				t.Fatal(err)
			}
			out[p.name] = b.Bytes()
		}
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
			same := bytes.Equal(got, whole[name])
			if name == partBoards { // its maps are saved in any order
				same = len(got) == len(whole[name])
			}
			if name != lost.name && !same {
				t.Errorf("%s was lost: %s differs, %d bytes of %d", lost.name, name, len(got), len(whole[name]))
			}
		}
		if !e.state.grouper.Open(eventOf(t, e, "青岚汽车回应召回")) {
			t.Errorf("%s was lost: an event is not open", lost.name)
		}
		put(data)
	}
}
