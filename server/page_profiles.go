package server

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti/engine"
)

// profilesPage lists the accounts that write.
func (s *Server) profilesPage(c *fiber.Ctx) error {
	list, err := s.Reader.Profiles(c.UserContext())
	if err != nil {
		return err
	}
	p := s.frame(c, "profiles", "profiles", "我的账号", "Profiles")
	p.Data = struct{ List []engine.ProfileView }{list.Items}
	return s.show(c, p, "")
}

type profileData struct {
	ID   string
	Form engine.ProfileInput
	Own  int // own posts known
}

// profilePage shows the form of a new or an existing profile.
func (s *Server) profilePage(c *fiber.Ctx) error {
	d := &profileData{ID: c.Params("id")}
	if d.ID != "" {
		v, err := s.Reader.Profile(c.UserContext(), d.ID)
		if err != nil {
			return err
		}
		d.Own = v.OwnPosts
		d.Form = engine.ProfileInput{
			Name: v.Name, Platform: v.Platform, Keywords: v.Keywords, Exclude: v.Exclude, Peers: v.Peers,
			FeedURL: v.FeedURL, Production: v.Production, Weights: v.Weights,
		}
	}
	return s.profile(c, d, "")
}

func (s *Server) profile(c *fiber.Ctx, d *profileData, failure string) error {
	p := s.frame(c, "profile", "profiles", "账号", "Profile")
	p.Data, p.Error = d, failure
	if failure != "" {
		c.Status(http.StatusUnprocessableEntity)
	}
	return s.show(c, p, "")
}

// profileForm saves a profile.
func (s *Server) profileForm(c *fiber.Ctx) error {
	id := c.Params("id")
	in := engine.ProfileInput{
		Name: c.FormValue("name"), Platform: c.FormValue("platform"), Keywords: words(c.FormValue("keywords")), Exclude: words(c.FormValue("exclude")),
		Peers: words(c.FormValue("peers")), FeedURL: c.FormValue("feed_url"), Production: c.FormValue("production"), OwnPosts: linesOf(c.FormValue("own_posts")),
	}
	if id != "" { // the form does not show weights
		old, err := s.Reader.Profile(c.UserContext(), id)
		if err != nil {
			return err
		}
		in.Weights = old.Weights
	}
	v, err := s.Writer.PutProfile(c.UserContext(), id, in)
	if err != nil {
		if invalid(err) {
			return s.profile(c, &profileData{ID: id, Form: in}, s.message(c, err))
		}
		return err
	}
	return c.Redirect("/profiles/"+v.ID+"?done=saved", http.StatusSeeOther)
}
