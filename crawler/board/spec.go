package board

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/plain"
)

// maxSpec bounds a board file; the largest of ours is under 4 KB.
const maxSpec = 64 << 10

// ParseFile reads a board description in YAML. An unknown key, a missing
// field or an expression that does not compile is an error of code invalid
// whose text starts with file and line.
func ParseFile(file string, data []byte) (*Board, error) {
	if len(data) > maxSpec {
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "%s: a board file may have at most %d bytes", file, maxSpec)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var s spec
	if err := dec.Decode(&s); err != nil {
		return nil, specError(file, err)
	}
	if err := dec.Decode(new(spec)); !errors.Is(err, io.EOF) {
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "%s: only one board per file", file)
	}
	keys, endpoints := specLines(data)
	for i := range min(len(s.Endpoints), len(endpoints)) {
		s.Endpoints[i].line = endpoints[i]
	}
	b, err := s.compile()
	if err != nil {
		// Errors about a top-level key start with its name.
		key, _, _ := strings.Cut(err.Error(), " ")
		return nil, specError(file, atLine(keys[strings.TrimSuffix(key, ":")], err))
	}
	return b, nil
}

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// countedFromZero matches the errors of yaml's parser, which number lines from
// zero where those of its scanner and of ours number from one.
var countedFromZero = regexp.MustCompile(`^did not find expected (?:<|node content|'-' indicator|key\b|',')`)

// atLine adds a line to an error that names none yet.
func atLine(n int, err error) error {
	if yamlLine.MatchString(err.Error()) {
		return err
	}
	return fmt.Errorf("line %d: %w", max(n, 1), err)
}

// specLines tells on which lines the top-level keys and the endpoints stand.
func specLines(data []byte) (keys map[string]int, endpoints []int) {
	keys = map[string]int{}
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return keys, nil
	}
	top := doc.Content[0].Content
	for i := 0; i+1 < len(top); i += 2 {
		keys[top[i].Value] = top[i].Line
		if top[i].Value == "endpoints" {
			for _, e := range top[i+1].Content {
				endpoints = append(endpoints, e.Line)
			}
		}
	}
	return keys, endpoints
}

// specError rewrites "yaml: line 3: field x not found in type …" into
// "weibo.yaml:3: …".
func specError(file string, err error) error {
	msg := err.Error()
	var te *yaml.TypeError
	if errors.As(err, &te) && len(te.Errors) > 0 {
		msg = te.Errors[0]
	}
	msg = strings.TrimPrefix(msg, "yaml: ")
	if m := yamlLine.FindStringSubmatchIndex(msg); m != nil {
		line := plain.Int(msg[m[2]:m[3]])
		msg = msg[m[1]:]
		if countedFromZero.MatchString(msg) {
			line++
		}
		file += ":" + strconv.Itoa(line)
	}
	if i := strings.Index(msg, " not found in type"); i > 0 {
		msg = "unknown key: " + strings.TrimPrefix(msg[:i], "field ")
	}
	return xuanti.Errorf(xuanti.CodeInvalid, "%s: %s", file, msg)
}

// spec is a board file as written.
type spec struct {
	ID        string         `yaml:"id"`
	Name      string         `yaml:"name"`
	Platform  string         `yaml:"platform"` // the id when left out
	Home      string         `yaml:"home"`
	Interval  specDuration   `yaml:"interval"`
	Weight    float64        `yaml:"weight"` // trust 0…2, 1 when left out
	Order     string         `yaml:"order"`  // rank (when left out) or time: news flashes, newest first
	Off       bool           `yaml:"off"`    // paused until a person turns it on
	Bounds    boundsSpec     `yaml:"bounds"`
	Endpoints []endpointSpec `yaml:"endpoints"`
}

type boundsSpec struct {
	Min   int      `yaml:"min"`   // rows; fewer is a failure. 5 when left out
	Max   int      `yaml:"max"`   // rows kept. 100 when left out
	Han   float64  `yaml:"han"`   // least share of titles with a Chinese character
	Still specText `yaml:"still"` // a list that stays the same for so long is frozen
}

type eachSpec struct {
	IDs  specText `yaml:"ids"`  // where the first answer lists them
	URL  specText `yaml:"url"`  // of one record; {.} is the id
	Take int      `yaml:"take"` // how many records are asked for
}

type figureSpec struct {
	Like  specText `yaml:"like"`  // a pattern whose first group is the figure
	Times float64  `yaml:"times"` // what one is worth
}

type endpointSpec struct {
	Adapter string            `yaml:"adapter"`
	Method  string            `yaml:"method"`
	URL     specText          `yaml:"url"`
	Headers map[string]string `yaml:"headers"`
	Body    string            `yaml:"body"`
	Each    *eachSpec         `yaml:"each"`   // the answer lists ids only
	Sign    specText          `yaml:"sign"`   // name of a signature in sign.go
	Format  specText          `yaml:"format"` // json, html or script
	Script  specText          `yaml:"script"` // format script: text right before the JSON
	Items   specText          `yaml:"items"`
	Deref   specText          `yaml:"deref"` // rows are {id: KEY} into this object
	Fields  fieldsSpec        `yaml:"fields"`
	Figure  figureSpec        `yaml:"figure"`
	Labels  map[string]string `yaml:"labels"`
	Skip    []skipSpec        `yaml:"skip"`

	line int
}

type fieldsSpec struct {
	Title specText `yaml:"title"`
	URL   specText `yaml:"url"`
	Heat  specText `yaml:"heat"`
	Label specText `yaml:"label"`
	ExtID specText `yaml:"ext_id"`
	Text  specText `yaml:"text"`
	Rank  specText `yaml:"rank"`
	Time  specText `yaml:"time"`
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

// fail puts the line of the text in front of an error; without a text it is
// left to the endpoint.
func (t specText) fail(err error) error {
	if t.line == 0 {
		return err
	}
	return atLine(t.line, err)
}

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
