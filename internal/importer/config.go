package importer

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Athens' own file has 20 KB. The reader calls itself for each bracket.
const (
	maxConfig   = 256 << 10
	maxBrackets = 1000
)

// configFlag is the flag that names the configuration file.
const configFlag = "config_file"

// imageConfig is the one in Athens' own image, which has the defaults.
const imageConfig = "/config/config.toml"

// readConfig reads the configuration file that Athens' arguments name.
func (r *running) readConfig() {
	file := ""
	args := append(tree.Items(r.container, "command"), tree.Items(r.container, "args")...)
	for i, arg := range args {
		name, value, both := strings.Cut(strings.TrimLeft(arg.Value, "-"), "=")
		if name == configFlag && both {
			file = value
		} else if name == configFlag && i+1 < len(args) {
			file = args[i+1].Value
		}
	}
	if len(args) == 0 { // then the image's own are started
		file = imageConfig
	}
	if file == "" {
		return
	}
	at := r.at(file)
	if at.kind == "" && at.unknown == "" {
		if path.Clean("/"+file) != imageConfig {
			r.miss("the configuration file", "is "+quote.Shown(file)+", a path of the image, whose text is not known: write its settings as variables")
		}
		return // the image's own, whose settings are the defaults
	}
	r.configFile = at
	text, known := r.text(at)
	if !known && r.find(at.kind, at.name) != nil {
		r.miss("the configuration file", "is "+at.String()+", which that does not have, so that Athens does not start: add it, or write its settings as variables")
		return
	}
	if !known {
		r.miss("the configuration file", "is "+at.String()+", which is not among the manifests: add it, or write its settings as variables")
		return
	}
	if len(text) > maxConfig || strings.Count(text, "[")+strings.Count(text, "{") > maxBrackets {
		r.miss("the configuration file", fmt.Sprintf("has more than %d KiB or %d brackets, the most that is read: write its settings as variables", maxConfig>>10, maxBrackets))
		return
	}
	var all map[string]any
	if _, err := toml.Decode(text, &all); err != nil { // error dropped: it quotes the line, which may hold a password
		r.miss("the configuration file", "is "+at.String()+", and is not TOML: correct it")
		return
	}
	r.config = map[string]string{}
	flatten(r.config, "", all)
}

// flatten brings the values of a file into the form of variables.
func flatten(out map[string]string, at string, table map[string]any) {
	for key, v := range table { // into a map
		if at != "" {
			key = at + "." + key
		}
		switch v := v.(type) {
		case map[string]any:
			flatten(out, key, v)
		case []any:
			var list []string
			for _, item := range v {
				list = append(list, fmt.Sprint(item))
			}
			separator := ","
			if key == "GoBinaryEnvVars" {
				separator = ";"
			}
			out[key] = strings.Join(list, separator)
		default:
			out[key] = fmt.Sprint(v)
		}
	}
}

// setting is one of Athens' settings with the value that counts.
type setting struct {
	releases.Setting
	Variable
	// written says where the value is: env, the configuration file, or empty for
	// Athens' default.
	written string
}

// Name is that of the table, which Variable may have as an alias.
func (s *setting) name() string { return s.Setting.Name }

// setting is what Athens reads for a name: a variable, else the configuration file,
// else its default.
func (r *running) setting(name string) setting {
	s, known := releases.Find(name, r.release())
	if !known {
		if all := releases.Lookup(name); len(all) > 0 {
			s = all[0]
		} else {
			s.Name = name
		}
	}
	if v, set := r.env.Setting(s.Name, r.release()); set {
		if slices.Contains(addresses, s.Name) {
			v.Value = fullNames(v.Value)
		}
		return setting{s, v, "env"}
	}
	if value, set := r.config[s.Key]; set && s.Key != "" {
		return setting{s, Variable{Name: s.Name, Value: value}, "the configuration file"}
	}
	return setting{s, Variable{Name: s.Name, Value: s.Default}, ""}
}

// settings are the names of all settings and variables that are written, in the
// order of the table; those that no release knows come last, as they are written.
func (r *running) settings() (out []string) {
	written := map[string]bool{}
	var others []string
	for _, v := range r.env.Variables {
		if known := releases.Lookup(v.Name); len(known) > 0 {
			written[known[0].Name] = true
		} else {
			others = append(others, v.Name)
		}
	}
	for s := range releases.All() {
		if _, inFile := r.config[s.Key]; written[s.Name] || s.Key != "" && inFile {
			if len(out) == 0 || out[len(out)-1] != s.Name {
				out = append(out, s.Name)
			}
		}
	}
	return append(out, others...)
}
