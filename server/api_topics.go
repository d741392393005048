package server

import (
	"context"
	"net/http"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

type topicInput struct {
	Paging
	State    string `query:"state" enum:"new,rising,peak,falling,back,quiet" doc:"Life-cycle state"`
	Platform string `query:"platform" maxLength:"64" doc:"Platform id, e.g. weibo"`
	Text     string `query:"q" maxLength:"200" doc:"Part of the title or a key term"`
	Sort     string `query:"sort" enum:"heat,new,rising,spread" default:"heat"`
}

func (in *topicInput) query() engine.TopicQuery {
	return engine.TopicQuery{
		State: xuanti.State(in.State), Platform: in.Platform, Text: in.Text,
		Sort: in.Sort, Limit: in.Limit, Cursor: in.Cursor,
	}
}

func (s *Server) apiTopics() {
	const tag = "Trends 趋势"
	handle(s, route{method: http.MethodGet, path: "/topics", id: "list-topics", summary: "Hot topics now 现在热点", tag: tag},
		func(ctx context.Context, in *topicInput) (engine.Page[engine.TopicView], error) {
			return page(s.Reader.Topics(ctx, in.query()))
		})
	handle(s, route{method: http.MethodGet, path: "/topics/{id}", id: "get-topic", summary: "A topic with events, members and trajectories", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.TopicDetail, error) { return s.Reader.Topic(ctx, in.ID) })
	handle(s, route{method: http.MethodGet, path: "/events", id: "list-events", summary: "Events (single happenings)", tag: tag},
		func(ctx context.Context, in *topicInput) (engine.Page[engine.EventView], error) {
			return page(s.Reader.Events(ctx, in.query()))
		})
	handle(s, route{method: http.MethodGet, path: "/events/{id}", id: "get-event", summary: "An event with members and trajectories", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.EventDetail, error) { return s.Reader.Event(ctx, in.ID) })
	handle(s, route{method: http.MethodGet, path: "/scorecard", id: "get-scorecard", summary: "What we foretold for a day beside what came 预测成绩单", tag: tag,
		description: "Every forecast is counted on the day on which it fell due, China time. The days that are over are written every night."},
		func(ctx context.Context, in *struct {
			Date string `query:"date" format:"date" doc:"YYYY-MM-DD; without it the newest"`
		}) (engine.ScorecardView, error) {
			return s.Reader.Scorecard(ctx, in.Date)
		})
	s.apiRegroup(tag)
	handle(s, route{method: http.MethodGet, path: "/terms", id: "list-terms", summary: "Trending words with the numbers that made them 热词", tag: tag},
		func(ctx context.Context, in *LimitInput) (engine.Page[engine.TermView], error) {
			return page(s.Reader.Terms(ctx, in.Limit))
		})
	handle(s, route{method: http.MethodGet, path: "/terms/rule", id: "get-term-rule", summary: "What it takes for a word to trend 热词门槛", tag: tag},
		func(context.Context, *noInput) (engine.BurstRule, error) { return s.Reader.BurstRule(), nil })
	handle(s, route{method: http.MethodGet, path: "/words", id: "list-words", summary: "Discovered words 新词", tag: tag},
		func(ctx context.Context, in *wordInput) (engine.Page[engine.WordView], error) {
			return page(s.Reader.Words(ctx, in.Status, in.Limit, in.Cursor))
		})
	handle(s, route{method: http.MethodPost, path: "/words/decide", id: "decide-word", summary: "Accept or reject a discovered word, or take that back", tag: tag},
		func(ctx context.Context, in *decideWordInput) (engine.WordView, error) {
			return s.Writer.DecideWord(ctx, in.Body.Text, xuanti.WordStatus(in.Body.Status))
		})
}

// LimitInput is for short lists without further pages.
type LimitInput struct {
	Limit int `query:"limit" default:"20" minimum:"1" maximum:"100" doc:"How many at most"`
}

type wordInput struct {
	Paging
	Status string `query:"status" enum:"proposed,auto,accepted,rejected"`
}

type decideWordInput struct {
	Body struct {
		Text   string `json:"text" minLength:"1" maxLength:"64" doc:"The word"`
		Status string `json:"status" enum:"accepted,rejected,proposed,auto" doc:"accepted or rejected; proposed or auto takes such a decision back"`
	}
}
