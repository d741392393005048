package server

import (
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
	"github.com/xuanti/xuanti/server/ui"
)

type subscriptionsData struct {
	Subs       []engine.SubscriptionView
	Channels   []engine.ChannelView
	Deliveries []engine.DeliveryView
	Secret     *engine.ChannelView // just made: its secret is shown once
	FormError  bool
}

// subscriptionsPage lists subscriptions, channels and the outbox.
func (s *Server) subscriptionsPage(c *fiber.Ctx) error {
	return s.subscriptions(c, &subscriptionsData{}, "")
}

func (s *Server) subscriptions(c *fiber.Ctx, d *subscriptionsData, failure string) error {
	ctx := c.UserContext()
	p := s.frame(c, "subscriptions", "subscriptions", "订阅提醒", "Alerts")
	p.Data, p.Error = d, failure
	subs, err := s.Reader.Subscriptions(ctx)
	if err != nil {
		return err
	}
	channels, err := s.Reader.Channels(ctx)
	if err != nil {
		return err
	}
	deliveries, err := s.Reader.Deliveries(ctx, "", "", 15, "")
	if err != nil {
		return err
	}
	d.Subs, d.Channels, d.Deliveries = subs.Items, channels.Items, deliveries.Items
	if failure != "" {
		c.Status(http.StatusUnprocessableEntity)
	}
	return s.show(c, p, "")
}

// channelForm adds a webhook. The answer is the page itself, not a redirect,
// because the secret is shown only now.
func (s *Server) channelForm(c *fiber.Ctx) error {
	v, err := s.Writer.PutChannel(c.UserContext(), "", engine.ChannelInput{Kind: "webhook", Name: c.FormValue("name"), URL: c.FormValue("url")})
	if err != nil {
		if invalid(err) {
			return s.subscriptions(c, &subscriptionsData{FormError: true}, s.message(c, err))
		}
		return err
	}
	return s.subscriptions(c, &subscriptionsData{Secret: &v}, "")
}

// channelTest sends a test message and says how it went.
func (s *Server) channelTest(c *fiber.Ctx) error {
	lang := requestOf(c.UserContext()).lang
	d, err := s.Writer.TestChannel(c.UserContext(), c.Params("id"))
	var text string
	switch {
	case err != nil && !invalid(err):
		return err
	case err != nil:
		text = s.message(c, err)
	default:
		text = pick(lang, "测试消息：", "Test message: ") + ui.DeliveryWord(lang, d.State)
		if d.LastCode != 0 {
			text += " · HTTP " + strconv.Itoa(d.LastCode)
		}
		if d.LastError != "" {
			text += " · " + d.LastError
		}
	}
	if partial(c) {
		c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
		return s.showText(c, text)
	}
	return s.subscriptions(c, &subscriptionsData{}, text)
}

// showText sends a line of text as an HTML fragment.
func (s *Server) showText(c *fiber.Ctx, text string) error {
	p := s.frame(c, "error", "", "", "")
	p.Data = text
	return s.show(c, p, "text")
}

// retryForm queues a failed delivery again.
func (s *Server) retryForm(c *fiber.Ctx) error {
	d, err := s.Writer.RetryDelivery(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	back := "/subscriptions"
	if d.SubscriptionID != "" {
		back += "/" + d.SubscriptionID
	}
	return c.Redirect(back+"?done=retry", http.StatusSeeOther)
}

type subscriptionData struct {
	ID               string
	Form             engine.SubscriptionInput
	Active, Escalate bool
	Feed             string
	Channels         []engine.ChannelView
	Modes            []choice
	Matches          []engine.MatchView
	Next             string
	Deliveries       []engine.DeliveryView
	Dry              *engine.DryRun
	DryError         string
}

// subscriptionPage shows the form of a new or an existing subscription.
func (s *Server) subscriptionPage(c *fiber.Ctx) error {
	d := &subscriptionData{ID: c.Params("id"), Active: true, Escalate: true}
	if d.ID != "" {
		v, err := s.Reader.Subscription(c.UserContext(), d.ID)
		if err != nil {
			return err
		}
		d.Active, d.Escalate = v.Active, v.Escalate
		d.Form = engine.SubscriptionInput{
			Name: v.Name, Rule: v.Rule, Channels: v.Channels, Cooldown: v.Cooldown, DailyCap: v.DailyCap, QuietFrom: v.QuietFrom, QuietTo: v.QuietTo,
		}
	} else if word := c.Query("any"); word != "" {
		d.Form.Name, d.Form.Rule.Any = word, []string{word}
	}
	return s.subscription(c, d, "")
}

// subscription fills what surrounds the form.
func (s *Server) subscription(c *fiber.Ctx, d *subscriptionData, failure string) error {
	ctx := c.UserContext()
	p := s.frame(c, "subscription", "subscriptions", "订阅", "Subscription")
	p.Data, p.Error = d, failure
	channels, err := s.Reader.Channels(ctx)
	if err != nil {
		return err
	}
	d.Channels = channels.Items
	d.Modes = []choice{
		{Value: string(xuanti.MatchDefault), Label: pick(p.Lang, "智能：可在更长的词里，但不跨词", "Smart: inside longer words, never across two")},
		{Value: string(xuanti.MatchExact), Label: pick(p.Lang, "只匹配完整的词", "Whole words only")},
		{Value: string(xuanti.MatchContains), Label: pick(p.Lang, "包含即可", "Any substring")},
	}
	if d.ID != "" {
		v, err := s.Reader.Subscription(ctx, d.ID)
		if err != nil {
			return err
		}
		d.Feed = requestOf(ctx).origin + v.FeedPath
		matches, err := s.Reader.Matches(ctx, d.ID, 20, c.Query("cursor"))
		if err != nil {
			return err
		}
		deliveries, err := s.Reader.Deliveries(ctx, d.ID, "", 15, "")
		if err != nil {
			return err
		}
		d.Matches, d.Next, d.Deliveries = matches.Items, cursorLink(c, matches.NextCursor), deliveries.Items
	}
	if failure != "" {
		c.Status(http.StatusUnprocessableEntity)
	}
	return s.show(c, p, "")
}

// subscriptionFields reads the form.
func subscriptionFields(c *fiber.Ctx) engine.SubscriptionInput {
	heat, _ := strconv.ParseFloat(c.FormValue("min_heat"), 64)
	limit, _ := strconv.Atoi(c.FormValue("daily_cap"))
	active, escalate := c.FormValue("active") != "", c.FormValue("escalate") != ""
	return engine.SubscriptionInput{
		Name: c.FormValue("name"),
		Rule: xuanti.Rule{
			All: words(c.FormValue("all")), Any: words(c.FormValue("any")), Not: words(c.FormValue("not")), Regex: linesOf(c.FormValue("regex")),
			Mode: xuanti.MatchMode(c.FormValue("mode", string(xuanti.MatchDefault))), TitleOnly: c.FormValue("title_only") != "",
			Platforms: formValues(c, "platforms"), MinHeat: heat,
		},
		Channels: formValues(c, "channels"), Active: &active, Escalate: &escalate,
		Cooldown: c.FormValue("cooldown"), DailyCap: limit, QuietFrom: c.FormValue("quiet_from"), QuietTo: c.FormValue("quiet_to"),
	}
}

// subscriptionForm saves a subscription.
func (s *Server) subscriptionForm(c *fiber.Ctx) error {
	ctx, in, id := c.UserContext(), subscriptionFields(c), c.Params("id")
	if id != "" { // what the form does not show stays as it was
		old, err := s.Reader.Subscription(ctx, id)
		if err != nil {
			return err
		}
		in.Rule.Sources, in.Rule.Accounts = old.Rule.Sources, old.Rule.Accounts
	}
	v, err := s.Writer.PutSubscription(ctx, id, in)
	if err != nil {
		if invalid(err) {
			return s.subscription(c, &subscriptionData{ID: id, Form: in, Active: *in.Active, Escalate: *in.Escalate}, s.message(c, err))
		}
		return err
	}
	return c.Redirect("/subscriptions/"+v.ID+"?done=saved", http.StatusSeeOther)
}

// dryRunForm shows what the form's rule would have sent. Nothing is saved.
func (s *Server) dryRunForm(c *fiber.Ctx) error {
	in := subscriptionFields(c)
	d := &subscriptionData{ID: c.Query("id"), Form: in, Active: *in.Active, Escalate: *in.Escalate}
	dry, err := s.Reader.DryRun(c.UserContext(), in, 7)
	switch {
	case err == nil:
		d.Dry = &dry
	case invalid(err):
		d.DryError = s.message(c, err)
	default:
		return err
	}
	if !partial(c) {
		return s.subscription(c, d, "")
	}
	p := s.frame(c, "subscription", "subscriptions", "订阅", "Subscription")
	p.Data = d
	return s.show(c, p, "dry")
}
