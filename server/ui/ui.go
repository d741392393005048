package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/xuanti/xuanti/engine"
)

//go:embed templates static
var files embed.FS

// UI holds the parsed templates and the static files. It is safe for
// concurrent use.
type UI struct {
	pages  map[string]map[string]*template.Template // language → page → set
	assets assets
}

// Page is everything the frame of a page needs; Data is the page's own.
type Page struct {
	Lang      string // zh or en
	Theme     string // light, dark or "" (as the system says)
	Name      string // of the template
	Nav       string // which entry of the navigation is current
	Title     string
	Path      string // of the request, for coming back
	Now       time.Time
	Status    engine.Status
	Who       string // name of the token, "" when anonymous
	Session   bool   // came by login: can log out
	CanWrite  bool
	MustLogin bool   // anonymous and without the scope read
	Notice    string // one line above the content, after a change
	Error     string // the same for what went wrong
	Platforms map[string]string
	Data      any
}

// Row is a value of a list together with its page.
type Row struct {
	P *Page
	V any
}

// New parses the embedded templates for both languages.
func New() (*UI, error) {
	u := &UI{pages: map[string]map[string]*template.Template{}}
	var err error
	if u.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, lang := range []string{"zh", "en"} {
		base, err := template.New("base").Funcs(u.funcs(lang)).ParseFS(files, "templates/frame/*.html")
		if err != nil {
			return nil, fmt.Errorf("ui: parse frame: %w", err)
		}
		u.pages[lang] = map[string]*template.Template{}
		for _, name := range names {
			t, err := template.Must(base.Clone()).ParseFS(files, name)
			if err != nil {
				return nil, fmt.Errorf("ui: parse %s: %w", name, err)
			}
			u.pages[lang][strings.TrimSuffix(path.Base(name), ".html")] = t
		}
	}
	return u, nil
}

// Render fills a page, or only one of its blocks when block is not empty.
func (u *UI) Render(p *Page, block string) ([]byte, error) {
	lang := p.Lang
	if lang != "en" {
		lang = "zh"
	}
	t := u.pages[lang][p.Name]
	if t == nil {
		return nil, fmt.Errorf("ui: no page %q", p.Name)
	}
	if block == "" {
		block = "frame"
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, block, p); err != nil {
		return nil, fmt.Errorf("ui: render %s: %w", p.Name, err)
	}
	return b.Bytes(), nil
}

// RenderRow fills a block that shows one row of a list.
func (u *UI) RenderRow(p *Page, block string, v any) ([]byte, error) {
	lang := p.Lang
	if lang != "en" {
		lang = "zh"
	}
	t := u.pages[lang][p.Name]
	if t == nil {
		return nil, fmt.Errorf("ui: no page %q", p.Name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, block, Row{P: p, V: v}); err != nil {
		return nil, fmt.Errorf("ui: render %s/%s: %w", p.Name, block, err)
	}
	return b.Bytes(), nil
}
