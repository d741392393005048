package crawler

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/xuanti/xuanti"
)

// maxBoardSpec bounds a board file; the largest of ours is under 4 KB.
const maxBoardSpec = 64 << 10

// ParseBoardFile reads a board description in YAML. An unknown key, a missing
// field or an expression that does not compile is an error of code invalid
// whose text starts with file and line.
func ParseBoardFile(file string, data []byte) (*Board, error) {
	if len(data) > maxBoardSpec {
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "%s: a board file may have at most %d bytes", file, maxBoardSpec)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var s boardSpec
	if err := dec.Decode(&s); err != nil {
		return nil, specError(file, err)
	}
	if err := dec.Decode(new(boardSpec)); !errors.Is(err, io.EOF) {
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "%s: only one board per file", file)
	}
	b, err := s.compile()
	if err != nil {
		return nil, specError(file, err)
	}
	return b, nil
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// specError rewrites "yaml: line 3: field x not found in type …" into
// "weibo.yaml:3: …".
func specError(file string, err error) error {
	msg := err.Error()
	var te *yaml.TypeError
	if errors.As(err, &te) && len(te.Errors) > 0 {
		msg = te.Errors[0]
	}
	msg = strings.TrimPrefix(msg, "yaml: ")
	if m := yamlLine.FindStringSubmatchIndex(msg); m != nil && m[0] == 0 {
		file += ":" + msg[m[2]:m[3]]
		msg = msg[m[1]:]
	}
	if i := strings.Index(msg, " not found in type"); i > 0 {
		msg = "unknown key: " + strings.TrimPrefix(msg[:i], "field ")
	}
	return xuanti.Errorf(xuanti.CodeInvalid, "%s: %s", file, msg)
}

// boardSpec is a board file as written.
type boardSpec struct {
	ID        string         `yaml:"id"`
	Name      string         `yaml:"name"`
	Platform  string         `yaml:"platform"` // the id when left out
	Home      string         `yaml:"home"`
	Interval  specDuration   `yaml:"interval"`
	Weight    float64        `yaml:"weight"` // trust 0…2, 1 when left out
	Bounds    boundsSpec     `yaml:"bounds"`
	Endpoints []endpointSpec `yaml:"endpoints"`
}

type boundsSpec struct {
	Min int     `yaml:"min"` // rows; fewer is a failure. 5 when left out
	Max int     `yaml:"max"` // rows kept. 100 when left out
	Han float64 `yaml:"han"` // least share of titles with a Chinese character
}

type endpointSpec struct {
	Adapter string            `yaml:"adapter"`
	Method  string            `yaml:"method"`
	URL     specText          `yaml:"url"`
	Headers map[string]string `yaml:"headers"`
	Body    string            `yaml:"body"`
	Sign    specText          `yaml:"sign"`   // name of a signature in boardsign.go
	Format  specText          `yaml:"format"` // json, html or script
	Script  specText          `yaml:"script"` // format script: text right before the JSON
	Items   specText          `yaml:"items"`
	Deref   specText          `yaml:"deref"` // rows are {id: KEY} into this object
	Fields  fieldsSpec        `yaml:"fields"`
	Labels  map[string]string `yaml:"labels"`
	Skip    []skipSpec        `yaml:"skip"`
}

type fieldsSpec struct {
	Title specText `yaml:"title"`
	URL   specText `yaml:"url"`
	Heat  specText `yaml:"heat"`
	Label specText `yaml:"label"`
	ExtID specText `yaml:"ext_id"`
	Text  specText `yaml:"text"`
	Rank  specText `yaml:"rank"`
}

type skipSpec struct {
	On      specText `yaml:"on"`
	Is      []string `yaml:"is"`
	Like    specText `yaml:"like"`
	Unlike  specText `yaml:"unlike"`
	Missing bool     `yaml:"missing"`
	Why     string   `yaml:"why"` // promoted, pinned, header
}

// specText is a string that knows its line, for errors found after decoding.
type specText struct {
	s    string
	line int
}

// UnmarshalYAML keeps the line of the value.
func (t *specText) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: want text", n.Line)
	}
	t.s, t.line = n.Value, n.Line
	return nil
}

// IsZero reports whether the key was left out.
func (t specText) IsZero() bool { return t.s == "" }

func (t specText) fail(err error) error { return fmt.Errorf("line %d: %w", t.line, err) }

type specDuration struct{ d time.Duration }

// UnmarshalYAML reads "3m".
func (d *specDuration) UnmarshalYAML(n *yaml.Node) error {
	v, err := time.ParseDuration(n.Value)
	if err != nil || v < time.Minute || v > 24*time.Hour {
		return fmt.Errorf("line %d: interval %q is not a duration between 1m and 24h", n.Line, n.Value)
	}
	d.d = v
	return nil
}

var boardID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,39}$`)

func (s *boardSpec) compile() (*Board, error) {
	b := &Board{
		ID: s.ID, Name: s.Name, Platform: s.Platform, HomeURL: s.Home, Interval: s.Interval.d, Weight: s.Weight,
		minRows: s.Bounds.Min, maxRows: s.Bounds.Max, minHan: s.Bounds.Han,
	}
	if b.Platform == "" {
		b.Platform = b.ID
	}
	if b.Weight == 0 {
		b.Weight = 1
	}
	if b.minRows == 0 {
		b.minRows = 5
	}
	if b.maxRows == 0 {
		b.maxRows = 100
	}
	if b.Interval == 0 {
		b.Interval = 5 * time.Minute
	}
	home, err := url.Parse(b.HomeURL)
	switch {
	case !boardID.MatchString(b.ID):
		return nil, fmt.Errorf("id %q: want 2 to 40 of a-z, 0-9 and -", b.ID)
	case b.Name == "":
		return nil, errors.New("name is missing")
	case err != nil || home.Host == "" || (home.Scheme != "http" && home.Scheme != "https"):
		return nil, fmt.Errorf("home %q is not an http address", b.HomeURL)
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
	for i := range s.Endpoints {
		e, err := s.Endpoints[i].compile()
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(b.endpoints, func(o *endpoint) bool { return o.adapter == e.adapter }) {
			return nil, fmt.Errorf("adapter %q occurs twice", e.adapter)
		}
		b.endpoints = append(b.endpoints, e)
		b.Adapters = append(b.Adapters, e.adapter)
	}
	return b, nil
}

func (s *endpointSpec) compile() (*endpoint, error) {
	e := &endpoint{
		adapter: s.Adapter, method: s.Method, url: s.URL.s, headers: s.Headers, body: s.Body, sign: s.Sign.s,
		format: s.Format.s, script: s.Script.s, labels: s.Labels,
	}
	if e.method == "" {
		e.method = "GET"
	}
	u, err := url.Parse(expandTime(e.url, time.Time{}))
	switch {
	case !boardID.MatchString(e.adapter):
		return nil, s.URL.fail(fmt.Errorf("adapter %q: want 2 to 40 of a-z, 0-9 and -", e.adapter))
	case e.method != "GET" && e.method != "POST":
		return nil, s.URL.fail(fmt.Errorf("method %q: want GET or POST", e.method))
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return nil, s.URL.fail(fmt.Errorf("url %q is not an http address", e.url))
	case !slices.Contains([]string{formatJSON, formatHTML, formatScript}, e.format):
		return nil, s.URL.fail(fmt.Errorf("adapter %s: format is json, html or script", e.adapter))
	case (e.format == formatScript) != (e.script != ""):
		return nil, s.Format.fail(errors.New("script goes with format script"))
	case e.sign != "" && !knownSign(e.sign):
		return nil, s.Sign.fail(fmt.Errorf("signature %q is not known", e.sign))
	case s.Items.IsZero() || s.Fields.Title.IsZero() || s.Fields.URL.IsZero():
		return nil, s.URL.fail(fmt.Errorf("adapter %s: items, fields.title and fields.url are needed", e.adapter))
	}
	if err := e.compileFields(s); err != nil {
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

func (e *endpoint) compileFields(s *endpointSpec) error {
	var err error
	if e.items, err = e.expr(s.Items); err != nil {
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
		{s.Fields.ExtID, &e.extID}, {s.Fields.Text, &e.text}, {s.Fields.Rank, &e.rank},
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
