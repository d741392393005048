package server

import (
	"context"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// regroup records a decision as the engine would.
func (f *fake) regroup(v engine.RegroupView) (engine.RegroupView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.RegroupView{}, err
	}
	var err error
	if v.Kind.OfTopics() {
		_, err = find(f.topics, "话题", func(t engine.TopicDetail) bool { return t.ID == v.EventID })
	} else {
		_, err = find(f.events, "事件", func(e engine.EventDetail) bool { return e.ID == v.EventID })
	}
	if err != nil {
		return engine.RegroupView{}, err
	}
	v.ID, v.At = f.newID(), f.now
	f.regroupings = append([]engine.RegroupView{v}, f.regroupings...)
	return v, nil
}

func (f *fake) MergeEvents(_ context.Context, from, into, by string) (engine.RegroupView, error) {
	return f.regroup(engine.RegroupView{Kind: xuanti.RegroupMerge, EventID: into, OtherID: from, By: by, Items: []string{}})
}

func (f *fake) SplitEvent(_ context.Context, id string, items []string, by string) (engine.RegroupView, error) {
	if len(items) == 0 {
		return engine.RegroupView{}, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "没有可以拆出的成员", Pointer: "/items"}
	}
	return f.regroup(engine.RegroupView{Kind: xuanti.RegroupSplit, EventID: id, OtherID: "part", By: by, Items: items})
}

func (f *fake) PinEvent(_ context.Context, id string, on bool, by string) (engine.RegroupView, error) {
	kind := xuanti.RegroupUnpin
	if on {
		kind = xuanti.RegroupPin
	}
	return f.regroup(engine.RegroupView{Kind: kind, EventID: id, By: by, Items: []string{}})
}

func (f *fake) PinTopic(_ context.Context, id string, on bool, by string) (engine.RegroupView, error) {
	kind := xuanti.RegroupUnpinTopic
	if on {
		kind = xuanti.RegroupPinTopic
	}
	return f.regroup(engine.RegroupView{Kind: kind, EventID: id, By: by, Items: []string{}})
}

func (f *fake) MergeTopics(_ context.Context, from, into, by string) (engine.RegroupView, error) {
	return f.regroup(engine.RegroupView{Kind: xuanti.RegroupMergeTopics, EventID: into, OtherID: from, By: by, Items: []string{}})
}

func (f *fake) SplitTopic(_ context.Context, id string, events []string, by string) (engine.RegroupView, error) {
	if len(events) == 0 {
		return engine.RegroupView{}, &xuanti.Error{Code: xuanti.CodeInvalid, Message: "没有可以拆出的事件", Pointer: "/events"}
	}
	return f.regroup(engine.RegroupView{Kind: xuanti.RegroupSplitTopic, EventID: id, OtherID: "part", By: by, Items: events})
}

func (f *fake) UndoRegroup(_ context.Context, id string) (engine.RegroupView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.change(); err != nil {
		return engine.RegroupView{}, err
	}
	for i := range f.regroupings {
		if r := &f.regroupings[i]; r.ID == id {
			if r.UndoneAt != nil {
				return engine.RegroupView{}, xuanti.Errorf(xuanti.CodeConflict, "已经撤销过了")
			}
			r.UndoneAt = &f.now
			return *r, nil
		}
	}
	return engine.RegroupView{}, notFound("调整")
}

func (f *fake) Regroupings(_ context.Context, eventID string, limit int) (engine.Page[engine.RegroupView], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []engine.RegroupView
	for _, r := range f.regroupings {
		if eventID == "" || r.EventID == eventID || r.OtherID == eventID {
			all = append(all, r)
		}
	}
	return paged(f, all, limit, "")
}
