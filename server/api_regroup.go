package server

import (
	"context"
	"net/http"

	"github.com/xuanti/xuanti/engine"
)

type mergeInput struct {
	IDInput
	Body struct {
		Into string `json:"into" minLength:"1" maxLength:"200" doc:"The event that takes over; it keeps its id"`
	}
}

type splitInput struct {
	IDInput
	Body struct {
		Items []string `json:"items" minItems:"1" maxItems:"400" doc:"Members that become an event of their own"`
	}
}

type mergeTopicInput struct {
	IDInput
	Body struct {
		Into string `json:"into" minLength:"1" maxLength:"200" doc:"The topic that takes over; it keeps its id"`
	}
}

type splitTopicInput struct {
	IDInput
	Body struct {
		Events []string `json:"events" minItems:"1" maxItems:"400" doc:"Events that become a topic of their own"`
	}
}

type pinInput struct {
	IDInput
	Body struct {
		Pinned bool `json:"pinned" doc:"True: the two-hourly round leaves it as it is"`
	}
}

type regroupInput struct {
	LimitInput
	Event string `query:"event" maxLength:"200" doc:"Only decisions about this event or topic"`
}

// apiRegroup registers what people decide about the grouping.
func (s *Server) apiRegroup(tag string) {
	post := http.MethodPost
	handle(s, route{method: post, path: "/events/{id}/merge", id: "merge-event", summary: "Make an event part of another 合并事件", tag: tag},
		func(ctx context.Context, in *mergeInput) (engine.RegroupView, error) {
			return s.Writer.MergeEvents(ctx, in.ID, in.Body.Into, principalOf(ctx).name)
		})
	handle(s, route{method: post, path: "/events/{id}/split", id: "split-event", summary: "Split members off an event 拆分事件", tag: tag},
		func(ctx context.Context, in *splitInput) (engine.RegroupView, error) {
			return s.Writer.SplitEvent(ctx, in.ID, in.Body.Items, principalOf(ctx).name)
		})
	handle(s, route{method: post, path: "/events/{id}/pin", id: "pin-event", summary: "Fix what an event is, or let it go 固定事件", tag: tag},
		func(ctx context.Context, in *pinInput) (engine.RegroupView, error) {
			return s.Writer.PinEvent(ctx, in.ID, in.Body.Pinned, principalOf(ctx).name)
		})
	handle(s, route{method: post, path: "/topics/{id}/merge", id: "merge-topic", summary: "Make a topic part of another 合并话题", tag: tag},
		func(ctx context.Context, in *mergeTopicInput) (engine.RegroupView, error) {
			return s.Writer.MergeTopics(ctx, in.ID, in.Body.Into, principalOf(ctx).name)
		})
	handle(s, route{method: post, path: "/topics/{id}/split", id: "split-topic", summary: "Split events off a topic 拆分话题", tag: tag},
		func(ctx context.Context, in *splitTopicInput) (engine.RegroupView, error) {
			return s.Writer.SplitTopic(ctx, in.ID, in.Body.Events, principalOf(ctx).name)
		})
	handle(s, route{method: post, path: "/topics/{id}/pin", id: "pin-topic", summary: "Fix what a topic is, or let it go 固定话题", tag: tag},
		func(ctx context.Context, in *pinInput) (engine.RegroupView, error) {
			return s.Writer.PinTopic(ctx, in.ID, in.Body.Pinned, principalOf(ctx).name)
		})
	handle(s, route{method: http.MethodGet, path: "/regroupings", id: "list-regroupings", summary: "Merges, splits and pins by people 人工调整", tag: tag},
		func(ctx context.Context, in *regroupInput) (engine.Page[engine.RegroupView], error) {
			return page(s.Reader.Regroupings(ctx, in.Event, in.Limit))
		})
	handle(s, route{method: post, path: "/regroupings/{id}/undo", id: "undo-regrouping", summary: "Take a merge, split or pin back 撤销人工调整", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.RegroupView, error) {
			return s.Writer.UndoRegroup(ctx, in.ID)
		})
}
