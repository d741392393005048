// Package model holds the learned parts of package trend: the form of a model
// (small boosted trees), the embedded weights and the embedded tables of
// characters. Package trend/train writes these files; each model carries where its
// numbers come from ([Provenance]). The files hold derived numbers only, no
// text of anybody.
package model

import (
	"embed"
	"encoding/json"

	"github.com/xuanti/xuanti"
)

//go:embed *.json *.bin.gz
var files embed.FS

// Background returns the packed background table; see trend's reader.
func Background() ([]byte, error) {
	raw, err := files.ReadFile("background.bin.gz")
	return raw, xuanti.Wrap(xuanti.CodeInternal, err, "the embedded background table is missing")
}

// Fields returns the packed field table; see trend's reader.
func Fields() ([]byte, error) {
	raw, err := files.ReadFile("fields.bin.gz")
	return raw, xuanti.Wrap(xuanti.CodeInternal, err, "the embedded field table is missing")
}

// Load reads an embedded forest by name, for example "same-event".
func Load(name string) (*Forest, error) {
	raw, err := files.ReadFile(name + ".json")
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInternal, err, "no embedded model named "+name)
	}
	return Parse(raw)
}

// Parse reads a forest as written by package train and checks that it can be
// walked safely.
func Parse(raw []byte) (*Forest, error) {
	f := &Forest{}
	if err := json.Unmarshal(raw, f); err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInternal, err, "a model file is damaged")
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	f.flatten()
	return f, nil
}
