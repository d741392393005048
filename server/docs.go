package server

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// The docs page is made from the OpenAPI document itself and needs neither a
// script nor another server.

type docsData struct {
	Intro   []string
	Tags    []docsTag
	Schemas []docsSchema
}

type docsTag struct {
	ID, Name string
	Ops      []docsOp
}

type docsOp struct {
	ID, Method, Path, Summary, Description, Scope string
	Params                                        []docsField
	Body, Answer                                  []docsType
	Status                                        string
}

type docsField struct {
	Name, In, Text string
	Type           docsType
	Required       bool
}

// docsType names a type and, when it is one of the schemas, its anchor.
type docsType struct{ Text, Ref, Media string }

type docsSchema struct {
	Name   string
	Fields []docsField
}

func buildDocs(doc *huma.OpenAPI) docsData {
	d := docsData{Intro: strings.Split(doc.Info.Description, "\n")}
	index := map[string]int{}
	paths := make([]string, 0, len(doc.Paths))
	for path := range doc.Paths {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		item := doc.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil || len(op.Tags) == 0 {
				continue
			}
			i, ok := index[op.Tags[0]]
			if !ok {
				i = len(d.Tags)
				index[op.Tags[0]] = i
				d.Tags = append(d.Tags, docsTag{ID: "tag-" + strconv.Itoa(i), Name: op.Tags[0]})
			}
			d.Tags[i].Ops = append(d.Tags[i].Ops, docsOperation(op))
		}
	}
	for name, schema := range doc.Components.Schemas.Map() {
		d.Schemas = append(d.Schemas, docsSchema{Name: name, Fields: docsFields(schema)})
	}
	slices.SortFunc(d.Schemas, func(a, b docsSchema) int { return strings.Compare(a.Name, b.Name) })
	return d
}

func docsOperation(op *huma.Operation) docsOp {
	scope, _ := op.Metadata["scope"].(string)
	o := docsOp{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description, Scope: scope}
	for _, p := range op.Parameters {
		f := docsField{Name: p.Name, In: p.In, Required: p.Required, Text: p.Description, Type: typeOf(p.Schema)}
		if p.Schema != nil {
			f.Text = strings.TrimSpace(f.Text + " " + limitsOf(p.Schema))
		}
		o.Params = append(o.Params, f)
	}
	if op.RequestBody != nil {
		o.Body = mediaTypes(op.RequestBody.Content)
	}
	for code, r := range op.Responses {
		if strings.HasPrefix(code, "2") {
			o.Status, o.Answer = code, mediaTypes(r.Content)
		}
	}
	return o
}

func mediaTypes(content map[string]*huma.MediaType) []docsType {
	var out []docsType
	for media, m := range content {
		t := typeOf(m.Schema)
		t.Media = media
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b docsType) int { return strings.Compare(a.Media, b.Media) })
	return out
}

func docsFields(s *huma.Schema) []docsField {
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []docsField
	for _, name := range names {
		p := s.Properties[name]
		out = append(out, docsField{Name: name, Type: typeOf(p), Required: slices.Contains(s.Required, name), Text: strings.TrimSpace(p.Description + " " + limitsOf(p))})
	}
	return out
}

// typeOf names a schema: a reference by its name, a list with [].
func typeOf(s *huma.Schema) docsType {
	switch {
	case s == nil:
		return docsType{Text: "any"}
	case s.Ref != "":
		name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		return docsType{Text: name, Ref: name}
	case s.Type == huma.TypeArray:
		t := typeOf(s.Items)
		t.Text += "[]"
		return t
	case s.Type == huma.TypeObject:
		if v, ok := s.AdditionalProperties.(*huma.Schema); ok {
			t := typeOf(v)
			t.Text = "map of " + t.Text
			return t
		}
		return docsType{Text: "object"}
	}
	text := s.Type
	if text == "" {
		text = "any"
	}
	if s.Format != "" {
		text += " " + s.Format
	}
	if s.Nullable {
		text += " or null"
	}
	return docsType{Text: text}
}

// limitsOf prints the rules of a value.
func limitsOf(s *huma.Schema) string {
	var out []string
	if len(s.Enum) > 0 {
		var values []string
		for _, v := range s.Enum {
			if text := fmt.Sprint(v); text != "" {
				values = append(values, text)
			}
		}
		out = append(out, "One of "+strings.Join(values, ", ")+".")
	}
	if s.Default != nil {
		out = append(out, fmt.Sprintf("Default %v.", s.Default))
	}
	if s.Minimum != nil && s.Maximum != nil {
		out = append(out, fmt.Sprintf("%g to %g.", *s.Minimum, *s.Maximum))
	}
	if s.MaxLength != nil {
		out = append(out, fmt.Sprintf("At most %d characters.", *s.MaxLength))
	}
	return strings.Join(out, " ")
}

func (s *Server) docsPage(c *fiber.Ctx) error {
	p := s.frame(c, "docs", "", "API 文档", "API")
	p.Data = s.docs
	return s.show(c, p, "")
}
