package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/argocd"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// parameter is one that an Application may set. Its name is the path of the
// field under spec.
type parameter struct {
	name, title, tooltip string
	// text says that a value is a word, whatever it looks like in YAML.
	text bool
	// single says that no two sites can have the same value.
	single bool
	value  func(*v1alpha1.AthensSite) string
}

var parameters = []parameter{
	{
		name: "region", title: "Region", text: true,
		tooltip: "The entry of spec.regions to render",
		value:   func(s *v1alpha1.AthensSite) string { return s.Spec.Region },
	},
	{
		name: "host", title: "Host", text: true, single: true,
		tooltip: "Host name of the site, as in goproxy.example.com",
		value:   func(s *v1alpha1.AthensSite) string { return s.Spec.Host },
	},
	{
		name: "athens.version", title: "Athens version", text: true,
		tooltip: "Release of Athens, as in " + v1alpha1.AthensVersion,
		value:   func(s *v1alpha1.AthensSite) string { return s.Spec.Athens.Version },
	},
	{
		name: "athens.replicas", title: "Athens replicas",
		tooltip: "A number, or {min: 3, max: 10}; more than one needs storage that all of them share",
		value:   func(s *v1alpha1.AthensSite) string { return replicas(s.Spec.Athens.Replicas) },
	},
	{
		name: "lathens.replicas", title: "List cache replicas",
		tooltip: "A number, or {min: 2, max: 5}",
		value:   func(s *v1alpha1.AthensSite) string { return replicas(s.Spec.Lathens.Replicas) },
	},
	{
		name: "mesh.revision", title: "Istio revision", text: true,
		tooltip: "Revision of Istio whose sidecars are injected, as in asm-1-30",
		value:   func(s *v1alpha1.AthensSite) string { return s.Spec.Mesh.Revision },
	},
}

func (p parameter) path() []string { return strings.Split(p.name, ".") }

// env is the variable in which an entry of plugin.env sets the parameter.
func (p parameter) env() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(p.name, ".", "_"))
}

// announcement is an entry of what Argo CD calls the dynamic parameters of a
// plugin.
type announcement struct {
	Name           string `json:"name"`
	Title          string `json:"title"`
	Tooltip        string `json:"tooltip"`
	CollectionType string `json:"collectionType"`
	String         string `json:"string,omitempty"`
}

// argocdParameters announces the parameters, with what the site in the working
// directory says. A directory that cannot be read, or with several sites,
// has no such values: the exit code of a problem is generate's part.
func (c console) argocdParameters() int {
	files, err := argocdFiles()
	objects, wrong := argocd.Objects(files)
	if err = errors.Join(err, wrong); err != nil {
		c.fail(err)
	}
	var site *v1alpha1.AthensSite
	if err == nil {
		site = onlySound(sitesAmong(objects))
	}
	var out []announcement
	for _, p := range parameters {
		a := announcement{p.name, p.title, p.tooltip, "string", ""}
		if site != nil {
			a.String = quote.Redact(p.value(site))
		}
		out = append(out, a)
	}
	encoder := json.NewEncoder(c.stdout)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(out); err != nil {
		return c.fail(err)
	}
	return 0
}

// onlySound is the one site that there is, nil if there are several or it has
// problems.
func onlySound(nodes []*yaml.Node) *v1alpha1.AthensSite {
	if len(nodes) != 1 {
		return nil
	}
	site, problems := strict.Load[v1alpha1.AthensSite](nodes[0])
	if len(problems) > 0 {
		return nil
	}
	return site
}

func replicas(r v1alpha1.Replicas) string {
	if r.Scales() {
		return fmt.Sprintf("{min: %d, max: %d}", r.Min, r.Max)
	}
	return fmt.Sprint(r.Min)
}

// names are those of all parameters, in one of their two forms.
func names(form func(parameter) string) []string {
	out := make([]string, len(parameters))
	for i, p := range parameters {
		out[i] = form(p)
	}
	return out
}
