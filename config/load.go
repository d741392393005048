package config

import (
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	kyaml "github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"
	"go.yaml.in/yaml/v3"

	"github.com/xuanti/xuanti"
)

const envPrefix = "XUANTI_"

// Load reads the configuration: defaults, then file (may be ""), then environ
// (as of os.Environ), then set ("key" → value, from flags). It does not
// validate, so that check-config can show what it read.
func Load(file string, environ []string, set map[string]string) (Config, error) {
	cfg := Default()
	known := keys(reflect.TypeOf(cfg), "")
	k := koanf.New(".")
	if file != "" {
		raw, err := os.ReadFile(file)
		if err != nil {
			return cfg, xuanti.Wrap(xuanti.CodeInvalid, err, "configuration file "+file+" cannot be read")
		}
		if err := checkKeys(file, raw, known); err != nil {
			return cfg, err
		}
		if err := k.Load(rawbytes.Provider(raw), kyaml.Parser()); err != nil {
			return cfg, xuanti.Wrap(xuanti.CodeInvalid, err, "configuration file "+file+" is not valid YAML")
		}
	}
	byEnv := map[string]string{}
	for key := range known {
		byEnv[envPrefix+strings.ToUpper(strings.ReplaceAll(key, ".", "_"))] = key
	}
	var unknown []string
	err := k.Load(env.Provider(".", env.Opt{
		Prefix:      envPrefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			key, ok := byEnv[name]
			if !ok {
				unknown = append(unknown, name)
				return "", nil
			}
			if known[key] == reflect.Slice {
				return key, strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
			}
			return key, value
		},
	}), nil)
	if err != nil {
		return cfg, xuanti.Wrap(xuanti.CodeInvalid, err, "environment cannot be read")
	}
	if len(unknown) > 0 {
		sort.Strings(unknown)
		return cfg, &xuanti.Error{Code: xuanti.CodeInvalid, Pointer: "environment",
			Message: unknown[0] + " is not a setting; `xuanti check-config` lists them all"}
	}
	for key, value := range set {
		if _, ok := known[key]; !ok {
			return cfg, xuanti.Errorf(xuanti.CodeInvalid, "%s is not a setting", key)
		}
		if err := k.Set(key, value); err != nil {
			return cfg, fmt.Errorf("set %s: %w", key, err)
		}
	}
	err = k.UnmarshalWithConf("", &cfg, koanf.UnmarshalConf{DecoderConfig: &mapstructure.DecoderConfig{
		Result: &cfg, WeaklyTypedInput: true, TagName: "koanf",
		DecodeHook: mapstructure.StringToTimeDurationHookFunc(),
	}})
	if err != nil {
		return cfg, xuanti.Wrap(xuanti.CodeInvalid, err, "a setting has a value of the wrong kind")
	}
	return cfg, nil
}

// YAML prints the effective configuration with its secrets masked.
func (c *Config) YAML() ([]byte, error) { return yaml.Marshal(c) }

// keys lists every setting by its dotted name, with the kind of its value.
func keys(t reflect.Type, prefix string) map[string]reflect.Kind {
	out := map[string]reflect.Kind{}
	for f := range t.Fields() {
		name := prefix + f.Tag.Get("koanf")
		if f.Type.Kind() == reflect.Struct {
			for k, v := range keys(f.Type, name+".") {
				out[k] = v
			}
			continue
		}
		out[name] = f.Type.Kind()
	}
	return out
}

// checkKeys walks the file's tree, which still knows its lines, and refuses
// the first key that is no setting.
func checkKeys(file string, raw []byte, known map[string]reflect.Kind) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return xuanti.Wrap(xuanti.CodeInvalid, err, "configuration file "+file+" is not valid YAML")
	}
	if len(doc.Content) == 0 {
		return nil
	}
	return walk(file, doc.Content[0], "", known)
}

func walk(file string, n *yaml.Node, prefix string, known map[string]reflect.Kind) error {
	if n.Kind != yaml.MappingNode {
		return &xuanti.Error{Code: xuanti.CodeInvalid, Pointer: fmt.Sprintf("%s:%d", file, n.Line), Message: "expected `key: value` lines here"}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := prefix + key.Value
		if _, ok := known[name]; ok {
			continue
		}
		section := false
		for k := range known {
			section = section || strings.HasPrefix(k, name+".")
		}
		if !section {
			return &xuanti.Error{Code: xuanti.CodeInvalid, Pointer: fmt.Sprintf("%s:%d", file, key.Line),
				Message: fmt.Sprintf("unknown key %q; `xuanti check-config` lists the settings", name)}
		}
		if err := walk(file, value, name+".", known); err != nil {
			return err
		}
	}
	return nil
}
