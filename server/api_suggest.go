package server

import (
	"context"
	"net/http"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

type profileInput struct {
	Body engine.ProfileInput
}

type profileChange struct {
	IDInput
	Body engine.ProfileInput
}

type decisionInput struct {
	IDInput
	Body struct {
		ProfileID string `json:"profile_id" minLength:"1" maxLength:"200"`
		Status    string `json:"status" enum:"open,accepted,dismissed,done"`
		Reason    string `json:"reason,omitempty" enum:"irrelevant,written,late,risky,other," doc:"Why it was dismissed"`
		Note      string `json:"note,omitempty" maxLength:"1000"`
	}
}

func (s *Server) apiSuggest() {
	const tag = "Suggestions 选题"
	handle(s, route{method: http.MethodGet, path: "/suggestions", id: "list-suggestions", summary: "What a profile should write next, and why 选题建议", tag: tag,
		description: "The points of all contributions of a suggestion add up to its score (log-odds)."},
		func(ctx context.Context, in *struct {
			LimitInput
			Profile string `query:"profile" required:"true" maxLength:"200" doc:"Profile id"`
			Status  string `query:"status" enum:"open,accepted,dismissed,done" default:"open"`
		}) (engine.Page[engine.SuggestionView], error) {
			return page(s.Reader.Suggestions(ctx, in.Profile, in.Status, in.Limit))
		})
	handle(s, route{method: http.MethodPost, path: "/suggestions/{id}/decision", id: "decide-suggestion", summary: "Accept, dismiss or finish a suggestion 采纳/不要/已写", tag: tag},
		func(ctx context.Context, in *decisionInput) (engine.SuggestionView, error) {
			return s.Writer.Decide(ctx, in.ID, in.Body.ProfileID, xuanti.SuggestionStatus(in.Body.Status), in.Body.Reason, in.Body.Note)
		})
	handle(s, route{method: http.MethodGet, path: "/profiles", id: "list-profiles", summary: "Accounts that write", tag: tag},
		func(ctx context.Context, _ *noInput) (engine.Page[engine.ProfileView], error) {
			return page(s.Reader.Profiles(ctx))
		})
	create(s, route{path: "/profiles", id: "create-profile", summary: "Create a profile", tag: tag},
		func(ctx context.Context, in *profileInput) (engine.ProfileView, string, error) {
			v, err := s.Writer.PutProfile(ctx, "", in.Body)
			return v, "/api/v1/profiles/" + v.ID, err
		})
	handle(s, route{method: http.MethodGet, path: "/profiles/{id}", id: "get-profile", summary: "A profile", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.ProfileView, error) {
			return s.Reader.Profile(ctx, in.ID)
		})
	handle(s, route{method: http.MethodPut, path: "/profiles/{id}", id: "put-profile", summary: "Change a profile; own_posts are added", tag: tag},
		func(ctx context.Context, in *profileChange) (engine.ProfileView, error) {
			return s.Writer.PutProfile(ctx, in.ID, in.Body)
		})
	remove(s, route{path: "/profiles/{id}", id: "delete-profile", summary: "Delete a profile", tag: tag}, s.Writer.DeleteProfile)
}
