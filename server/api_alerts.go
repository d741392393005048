package server

import (
	"context"
	"net/http"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

type subscriptionInput struct {
	Body engine.SubscriptionInput
}

type subscriptionChange struct {
	IDInput
	Body engine.SubscriptionInput
}

type dryRunInput struct {
	Days int `query:"days" default:"7" minimum:"1" maximum:"30" doc:"How far back"`
	Body engine.SubscriptionInput
}

type channelInput struct {
	Body engine.ChannelInput
}

type channelChange struct {
	IDInput
	Body engine.ChannelInput
}

func (s *Server) apiSubscriptions() {
	const tag = "Subscriptions 订阅"
	handle(s, route{method: http.MethodGet, path: "/subscriptions", id: "list-subscriptions", summary: "Keyword subscriptions", tag: tag},
		func(ctx context.Context, _ *noInput) (engine.Page[engine.SubscriptionView], error) {
			return page(s.Reader.Subscriptions(ctx))
		})
	create(s, route{path: "/subscriptions", id: "create-subscription", summary: "Subscribe to keywords", tag: tag},
		func(ctx context.Context, in *subscriptionInput) (engine.SubscriptionView, string, error) {
			v, err := s.Writer.PutSubscription(ctx, "", in.Body)
			return v, "/api/v1/subscriptions/" + v.ID, err
		})
	handle(s, route{method: http.MethodPost, path: "/subscriptions/dry-run", id: "dry-run-subscription", summary: "What a rule would have sent; nothing is saved 试运行", tag: tag, scope: ScopeRead},
		func(ctx context.Context, in *dryRunInput) (engine.DryRun, error) {
			return s.Reader.DryRun(ctx, in.Body, in.Days)
		})
	handle(s, route{method: http.MethodGet, path: "/subscriptions/{id}", id: "get-subscription", summary: "A subscription", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.SubscriptionView, error) {
			return s.Reader.Subscription(ctx, in.ID)
		})
	handle(s, route{method: http.MethodPut, path: "/subscriptions/{id}", id: "put-subscription", summary: "Change a subscription", tag: tag},
		func(ctx context.Context, in *subscriptionChange) (engine.SubscriptionView, error) {
			return s.Writer.PutSubscription(ctx, in.ID, in.Body)
		})
	remove(s, route{path: "/subscriptions/{id}", id: "delete-subscription", summary: "Delete a subscription", tag: tag}, s.Writer.DeleteSubscription)
	handle(s, route{method: http.MethodGet, path: "/subscriptions/{id}/matches", id: "list-matches", summary: "What a subscription has found", tag: tag},
		func(ctx context.Context, in *struct {
			IDInput
			Paging
		}) (engine.Page[engine.MatchView], error) {
			return page(s.Reader.Matches(ctx, in.ID, in.Limit, in.Cursor))
		})
}

func (s *Server) apiChannels() {
	const tag = "Channels and deliveries 渠道与投递"
	handle(s, route{method: http.MethodGet, path: "/channels", id: "list-channels", summary: "Where alerts go", tag: tag},
		func(ctx context.Context, _ *noInput) (engine.Page[engine.ChannelView], error) {
			return page(s.Reader.Channels(ctx))
		})
	create(s, route{path: "/channels", id: "create-channel", summary: "Add a webhook; the secret is only in this answer", tag: tag},
		func(ctx context.Context, in *channelInput) (engine.ChannelView, string, error) {
			v, err := s.Writer.PutChannel(ctx, "", in.Body)
			return v, "/api/v1/channels/" + v.ID, err
		})
	handle(s, route{method: http.MethodGet, path: "/channels/{id}", id: "get-channel", summary: "A channel", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.ChannelView, error) {
			return s.channel(ctx, in.ID)
		})
	handle(s, route{method: http.MethodPut, path: "/channels/{id}", id: "put-channel", summary: "Change a channel", tag: tag},
		func(ctx context.Context, in *channelChange) (engine.ChannelView, error) {
			return s.Writer.PutChannel(ctx, in.ID, in.Body)
		})
	remove(s, route{path: "/channels/{id}", id: "delete-channel", summary: "Delete a channel", tag: tag}, s.Writer.DeleteChannel)
	handle(s, route{method: http.MethodPost, path: "/channels/{id}/test", id: "test-channel", summary: "Send a test message", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.DeliveryView, error) {
			return s.Writer.TestChannel(ctx, in.ID)
		})
	handle(s, route{method: http.MethodGet, path: "/deliveries", id: "list-deliveries", summary: "The outbox, newest first", tag: tag},
		func(ctx context.Context, in *struct {
			Paging
			Subscription string `query:"subscription" maxLength:"200"`
			State        string `query:"state" enum:"pending,delivered,failed,uncertain"`
		}) (engine.Page[engine.DeliveryView], error) {
			return page(s.Reader.Deliveries(ctx, in.Subscription, in.State, in.Limit, in.Cursor))
		})
	handle(s, route{method: http.MethodPost, path: "/deliveries/{id}/retry", id: "retry-delivery", summary: "Try a failed delivery again", tag: tag},
		func(ctx context.Context, in *IDInput) (engine.DeliveryView, error) {
			return s.Writer.RetryDelivery(ctx, in.ID)
		})
}

// channel finds one channel; there are never more than a handful.
func (s *Server) channel(ctx context.Context, id string) (engine.ChannelView, error) {
	list, err := s.Reader.Channels(ctx)
	if err != nil {
		return engine.ChannelView{}, err
	}
	for _, ch := range list.Items {
		if ch.ID == id {
			return ch, nil
		}
	}
	return engine.ChannelView{}, xuanti.Errorf(xuanti.CodeNotFound, "没有这个渠道 (no such channel)")
}
