package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"path"
	"strings"
)

// assets are static files under names that hold their hash, so that browsers
// may keep them for ever.
type assets struct {
	byName map[string]string // app.css → app.1a2b3c4d.css
	byHash map[string]asset
}

type asset struct {
	body []byte
	kind string
}

func loadAssets() (assets, error) {
	a := assets{byName: map[string]string{}, byHash: map[string]asset{}}
	list, err := fs.ReadDir(files, "static")
	if err != nil {
		return a, err
	}
	for _, e := range list {
		body, err := files.ReadFile("static/" + e.Name())
		if err != nil {
			return a, err
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(e.Name())
		hashed := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:4]) + ext
		kind := mime.TypeByExtension(ext)
		switch ext { // the system's table may be missing or odd
		case ".js":
			kind = "text/javascript; charset=utf-8"
		case ".css":
			kind = "text/css; charset=utf-8"
		case ".svg":
			kind = "image/svg+xml"
		case ".webmanifest":
			kind = "application/manifest+json"
		case ".md":
			kind = "text/plain; charset=utf-8"
		}
		a.byName[e.Name()] = hashed
		a.byHash[hashed] = asset{body: body, kind: kind}
	}
	return a, nil
}

// Asset returns a static file by its hashed name.
func (u *UI) Asset(hashed string) (body []byte, contentType string, ok bool) {
	a, ok := u.assets.byHash[hashed]
	return a.body, a.kind, ok
}

// AssetPath is the address of a static file.
func (u *UI) AssetPath(name string) string { return "/static/" + u.assets.byName[name] }
