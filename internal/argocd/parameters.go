package argocd

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/source"
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
		tooltip: "A number; more than one needs storage that all of them share",
		value:   func(s *v1alpha1.AthensSite) string { return fmt.Sprint(s.Spec.Athens.Replicas) },
	},
	{
		name: "athens.autoscaling.maxReplicas", title: "Athens replicas, at most",
		tooltip: "A number above replicas: the load decides between the two",
		value: func(s *v1alpha1.AthensSite) string {
			if s.Spec.Athens.Autoscaling == nil {
				return ""
			}
			return fmt.Sprint(s.Spec.Athens.MaxReplicas())
		},
	},
	{
		name: "lathens.replicas", title: "List cache replicas",
		tooltip: "A number",
		value:   func(s *v1alpha1.AthensSite) string { return fmt.Sprint(s.Spec.Lathens.Replicas) },
	},
	{
		name: "lathens.autoscaling.maxReplicas", title: "List cache replicas, at most",
		tooltip: "A number above replicas: the load decides between the two",
		value: func(s *v1alpha1.AthensSite) string {
			if s.Spec.Lathens.Autoscaling == nil {
				return ""
			}
			return fmt.Sprint(s.Spec.Lathens.MaxReplicas())
		},
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

// Announcement is an entry of what Argo CD calls the dynamic parameters of a
// plugin.
type Announcement struct {
	Name           string `json:"name"`
	Title          string `json:"title"`
	Tooltip        string `json:"tooltip"`
	CollectionType string `json:"collectionType"`
	String         string `json:"string,omitempty"`
}

// Announce returns all parameters, with the values of the site in the files of a
// directory. They have none if the files cannot be read, which the error says,
// or hold several sites.
func Announce(files []source.File) ([]Announcement, error) {
	objects, err := Objects(files)
	var site *v1alpha1.AthensSite
	if err == nil {
		site = onlySound(sitesAmong(objects))
	}
	out := make([]Announcement, len(parameters))
	for i, p := range parameters {
		out[i] = Announcement{Name: p.name, Title: p.title, Tooltip: p.tooltip, CollectionType: "string"}
		if site != nil {
			out[i].String = quote.Redact(p.value(site))
		}
	}
	return out, err
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

// names are those of all parameters, in one of their two forms.
func names(form func(parameter) string) []string {
	out := make([]string, len(parameters))
	for i, p := range parameters {
		out[i] = form(p)
	}
	return out
}
