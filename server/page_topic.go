package server

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti/engine"
)

type topicData struct {
	T       engine.TopicDetail
	TopicID string // of the topic above, on the page of an event
	Pinned  bool
	Done    []engine.RegroupView // what people decided about the event or topic
	Others  []engine.EventView   // events of the same topic that it could be merged into
}

// topicPage shows a topic with its curves, events and members.
func (s *Server) topicPage(c *fiber.Ctx) error {
	t, err := s.Reader.Topic(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	done, err := s.Reader.Regroupings(c.UserContext(), t.ID, shownRegroupings)
	if err != nil {
		return err
	}
	p := s.frame(c, "topic", "hot", t.Title, t.Title)
	p.Data = topicData{T: t, Pinned: t.Pinned, Done: done.Items}
	return s.show(c, p, "")
}

// eventPage shows one event in the same way.
func (s *Server) eventPage(c *fiber.Ctx) error {
	e, err := s.Reader.Event(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	done, err := s.Reader.Regroupings(c.UserContext(), e.ID, shownRegroupings)
	if err != nil {
		return err
	}
	var others []engine.EventView
	if t, err := s.Reader.Topic(c.UserContext(), e.TopicID); err == nil { // the list is a convenience
		others = slices.DeleteFunc(t.Events, func(o engine.EventView) bool { return o.ID == e.ID })
	}
	p := s.frame(c, "topic", "hot", e.Title, e.Title)
	p.Data = topicData{TopicID: e.TopicID, Pinned: e.Pinned, Done: done.Items, Others: others, T: engine.TopicDetail{
		TopicView: engine.TopicView{
			ID: e.ID, Title: e.Title, State: e.State, StateLabel: e.StateLabel, StateSince: e.StateSince, Heat: e.Heat, HeatHour: e.HeatHour, Odds: e.Odds,
			Platforms: e.Platforms, Presences: e.Presences, EventCount: 1, Items: e.Items, Copies: e.Copies, FirstAt: e.FirstAt, LastAt: e.LastAt,
			Terms: e.Terms, Curve: e.Curve, Why: e.Why, WhyEN: e.WhyEN, Risks: e.Risks, EventID: e.ID, URL: e.URL,
		},
		Outlook: e.Outlook, Trajectories: e.Trajectories, Members: e.Members, AsOf: e.AsOf,
	}}
	return s.show(c, p, "")
}
