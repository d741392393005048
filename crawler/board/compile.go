package board

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

var boardID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,39}$`)

const (
	minStill = time.Hour
	maxStill = 90 * 24 * time.Hour
)

func (s *spec) compile() (*Board, error) {
	b := &Board{
		ID: s.ID, Name: s.Name, Platform: cmp.Or(s.Platform, s.ID), HomeURL: s.Home, Interval: cmp.Or(s.Interval.d, 5*time.Minute),
		Weight: cmp.Or(s.Weight, 1), Flash: s.Order == "time", Off: s.Off,
		minRows: cmp.Or(s.Bounds.Min, 5), maxRows: cmp.Or(s.Bounds.Max, 100), minHan: s.Bounds.Han,
	}
	home, err := url.Parse(b.HomeURL)
	switch {
	case !boardID.MatchString(b.ID):
		return nil, fmt.Errorf("id %q: want 2 to 40 of a-z, 0-9 and -", b.ID)
	case b.Name == "":
		return nil, errors.New("name is missing")
	case err != nil || home.Host == "" || (home.Scheme != "http" && home.Scheme != "https"):
		return nil, fmt.Errorf("home %q is not an http address", b.HomeURL)
	case s.Order != "" && s.Order != "rank" && s.Order != "time":
		return nil, fmt.Errorf("order %q: want rank or time", s.Order)
	case b.minRows < 1 || b.maxRows < b.minRows || b.maxRows > 500:
		return nil, errors.New("bounds: want 1 <= min <= max <= 500")
	case b.minHan < 0 || b.minHan > 1:
		return nil, errors.New("bounds: han is a share between 0 and 1")
	case b.Weight < 0 || b.Weight > 2:
		return nil, errors.New("weight: want 0 to 2")
	case len(s.Endpoints) == 0 || len(s.Endpoints) > 8:
		return nil, errors.New("endpoints: want 1 to 8")
	}
	b.home = home
	if b.still, err = s.Bounds.stillness(b.Interval); err != nil {
		return nil, err
	}
	for i := range s.Endpoints {
		e, err := s.Endpoints[i].compile()
		if err == nil && b.endpoint(e.adapter) != nil {
			err = fmt.Errorf("adapter %q occurs twice", e.adapter)
		}
		if err != nil {
			return nil, atLine(s.Endpoints[i].line, err)
		}
		b.endpoints = append(b.endpoints, e)
		b.Adapters = append(b.Adapters, e.adapter)
	}
	return b, nil
}

// stillness is after how long a list that never changes is called frozen: two
// days for lists that are polled within the hour, which all move by the
// minute; slower ones only when their file says so.
func (s *boundsSpec) stillness(interval time.Duration) (time.Duration, error) {
	if s.Still.IsZero() {
		if interval < time.Hour {
			return 48 * time.Hour, nil
		}
		return 0, nil
	}
	if s.Still.s == "never" {
		return 0, nil
	}
	d, err := time.ParseDuration(s.Still.s)
	if err != nil || d < minStill || d > maxStill {
		return 0, s.Still.fail(fmt.Errorf("still %q is neither never nor a duration between 1h and 2160h", s.Still.s))
	}
	return d, nil
}

func (s *endpointSpec) compile() (*endpoint, error) {
	e := &endpoint{
		adapter: s.Adapter, method: cmp.Or(s.Method, "GET"), url: s.URL.s, headers: s.Headers, body: s.Body, sign: s.Sign.s,
		format: s.Format.s, script: s.Script.s, labels: s.Labels,
	}
	switch {
	case !boardID.MatchString(e.adapter):
		return nil, s.URL.fail(fmt.Errorf("adapter %q: want 2 to 40 of a-z, 0-9 and -", e.adapter))
	case e.method != "GET" && e.method != "POST":
		return nil, s.URL.fail(fmt.Errorf("method %q: want GET or POST", e.method))
	case !webURL(expandTime(e.url, time.Time{})):
		return nil, s.URL.fail(fmt.Errorf("url %q is not an http address", e.url))
	case !slices.Contains([]string{formatJSON, formatHTML, formatScript}, e.format):
		return nil, s.Format.fail(fmt.Errorf("adapter %s: format is json, html or script", e.adapter))
	case (e.format == formatScript) != (e.script != ""):
		return nil, s.Format.fail(errors.New("script goes with format script"))
	case e.sign != "" && !knownSign(e.sign):
		return nil, s.Sign.fail(fmt.Errorf("signature %q is not known", e.sign))
	case s.Items.IsZero() || s.Fields.Title.IsZero() || s.Fields.URL.IsZero():
		return nil, s.Fields.Title.fail(fmt.Errorf("adapter %s: items, fields.title and fields.url are needed", e.adapter))
	}
	if err := e.compileEach(s); err != nil {
		return nil, err
	}
	if err := e.compileFields(s); err != nil {
		return nil, err
	}
	if err := e.compileFigure(s); err != nil {
		return nil, err
	}
	for i := range s.Skip {
		r, err := s.Skip[i].compile(e)
		if err != nil {
			return nil, err
		}
		e.skip = append(e.skip, r)
	}
	return e, nil
}

func webURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// maxEach bounds the records that one poll asks for; each is a request.
const maxEach = 50

func (e *endpoint) compileEach(s *endpointSpec) error {
	if s.Each == nil {
		return nil
	}
	x := &each{take: cmp.Or(s.Each.Take, 30)}
	switch {
	case e.format != formatJSON:
		return s.Format.fail(errors.New("each goes with format json"))
	case s.Each.IDs.IsZero() || !strings.Contains(s.Each.URL.s, "{."):
		return s.URL.fail(errors.New("each: ids and a url with {.} in it are needed"))
	case x.take < 1 || x.take > maxEach:
		return s.Each.IDs.fail(fmt.Errorf("each: take is between 1 and %d", maxEach))
	}
	var err error
	if x.ids, err = parsePath(s.Each.IDs.s); err != nil {
		return s.Each.IDs.fail(err)
	}
	x.url, err = parseTemplate(s.Each.URL.s, func(src string) (expr, error) { return e.expr(specText{src, s.Each.URL.line}) })
	if err != nil {
		return s.Each.URL.fail(err)
	}
	if one := x.url.expand(func(expr) string { return "1" }); !webURL(one) || !sameHost(one, e.url) {
		return s.Each.URL.fail(errors.New("each: the records must lie on the host of the list"))
	}
	e.each = x
	return nil
}

func sameHost(a, b string) bool {
	u, err := url.Parse(a)
	v, err2 := url.Parse(expandTime(b, time.Time{}))
	return err == nil && err2 == nil && u.Scheme == v.Scheme && strings.EqualFold(u.Host, v.Host)
}

func (e *endpoint) compileFigure(s *endpointSpec) error {
	e.figure.times = cmp.Or(s.Figure.Times, 1)
	if e.figure.times < 0 || e.figure.times > 1e9 {
		return s.URL.fail(errors.New("figure: times is between 0 and 1e9"))
	}
	like, err := compilePattern(s.Figure.Like)
	if err != nil {
		return err
	}
	if like != nil && like.NumSubexp() == 0 {
		return s.Figure.Like.fail(errors.New("figure: like needs a group, as in 热度(\\S+)"))
	}
	e.figure.like = like
	return nil
}

func (e *endpoint) compileFields(s *endpointSpec) error {
	var err error
	items := s.Items
	if dated := expandTime(items.s, time.Time{}); dated != items.s && e.format != formatHTML {
		e.dated, items.s = items.s, dated
	}
	if e.items, err = e.expr(items); err != nil {
		return err
	}
	if !s.Deref.IsZero() {
		if e.format == formatHTML {
			return s.Deref.fail(errors.New("deref goes with json and script"))
		}
		if e.deref, err = parsePath(s.Deref.s); err != nil {
			return s.Deref.fail(err)
		}
	}
	for _, f := range []struct {
		spec specText
		to   *template
	}{
		{s.Fields.Title, &e.title}, {s.Fields.URL, &e.link}, {s.Fields.Heat, &e.heat}, {s.Fields.Label, &e.label},
		{s.Fields.ExtID, &e.extID}, {s.Fields.Text, &e.text}, {s.Fields.Rank, &e.rank}, {s.Fields.Time, &e.posted},
	} {
		if f.spec.IsZero() {
			continue
		}
		t, err := parseTemplate(f.spec.s, func(src string) (expr, error) { return e.expr(specText{src, f.spec.line}) })
		if err != nil {
			return f.spec.fail(err)
		}
		*f.to = t
	}
	return nil
}

// expr compiles a JSON path or a CSS selector, as the format wants it.
func (e *endpoint) expr(t specText) (expr, error) {
	var x expr
	var err error
	if e.format == formatHTML {
		x.sel, err = parseSelectors(t.s)
	} else {
		x.path, err = parsePath(t.s)
	}
	if err != nil {
		return x, t.fail(err)
	}
	return x, nil
}

func (s *skipSpec) compile(e *endpoint) (skipRule, error) {
	r := skipRule{is: s.Is, missing: s.Missing, why: s.Why}
	if s.On.IsZero() {
		return r, errors.New("skip: on is missing")
	}
	n := 0
	for _, given := range []bool{len(s.Is) > 0, s.Missing, !s.Like.IsZero(), !s.Unlike.IsZero()} {
		if given {
			n++
		}
	}
	if n != 1 {
		return r, s.On.fail(errors.New("skip: want exactly one of is, like, unlike, missing"))
	}
	if r.why == "" {
		r.why = "promoted"
	}
	var err error
	if r.on, err = e.expr(s.On); err != nil {
		return r, err
	}
	if r.like, err = compilePattern(s.Like); err != nil {
		return r, err
	}
	r.unlike, err = compilePattern(s.Unlike)
	return r, err
}

func compilePattern(t specText) (*regexp.Regexp, error) {
	if t.IsZero() {
		return nil, nil
	}
	re, err := regexp.Compile(t.s)
	if err != nil {
		return nil, t.fail(err)
	}
	return re, nil
}
