// Package scaffold makes the first files of a site: it asks for what no option
// says, returns the texts, and writes them where nothing is in the way.
package scaffold

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1/schema"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// Names of the files, in the order in which they are written.
const (
	SiteFile          = "athens.yaml"
	KustomizationFile = "kustomization.yaml"
	SchemaFile        = "athenssite.schema.json"
)

// Taken are names that represent one of the files: kustomize refuses a
// directory that has two of its own.
var Taken = []string{SiteFile, KustomizationFile, "kustomization.yml", "Kustomization", SchemaFile}

const kustomization = `# kustomize build --enable-alpha-plugins --enable-exec .
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
generators:
- ` + SiteFile + "\n"

//go:embed athens.yaml.tmpl
var siteTemplate string

// Options are what a user says about a new site.
type Options struct {
	// Storage and Platform are a name of Storages and Platforms.
	Storage, Platform string
	// Host, Name and Namespace as in an AthensSite.
	Host, Name, Namespace string
	// GoProxy is spec.athens.upstream.goproxy; empty leaves it out.
	GoProxy string
	// Offer is a GOPROXY that is proposed in a comment, where there is no
	// GoProxy.
	Offer string
}

// File is one to write.
type File struct {
	Name, Text string
}

// Choice is one of several, with what it means.
type Choice struct {
	Name, About string
}

// Storages are the choices of Options.Storage; the first is the default.
func Storages() []Choice {
	out := make([]Choice, len(storages))
	for i, s := range storages {
		out[i] = Choice{s.name, s.about}
	}
	return out
}

// Platforms are the choices of Options.Platform; the first is the default.
func Platforms() []Choice {
	out := make([]Choice, len(platforms))
	for i, p := range platforms {
		out[i] = Choice{p.name, p.about}
	}
	return out
}

// Host that a platform has where the user names none; empty for most.
func Host(platform string) string { return platformOf(platform).host }

// Files of a new site. The values of options are not checked: load the site.
func Files(o Options) []File {
	return []File{{SiteFile, siteText(o)}, {KustomizationFile, kustomization}, {SchemaFile, schema.JSON}}
}

// siteText is the site's file, which accepts what check warns of and the platform
// has a reason for.
func siteText(o Options) string {
	text := withAccepted(o, nil)
	report := check.Run([]check.File{{Name: SiteFile, Content: []byte(text)}}, limits.Set{}, "", SiteFile)
	var lines []string
	for _, a := range platformOf(o.Platform).accepts {
		if slices.ContainsFunc(report.All(), func(f check.Finding) bool { return f.Code == a.code }) {
			lines = append(lines, a.code+": "+a.reason)
		}
	}
	if lines == nil {
		return text
	}
	return withAccepted(o, lines)
}

func withAccepted(o Options, accepted []string) string {
	s, p := storageOf(o.Storage), platformOf(o.Platform)
	upstream := v1alpha1.Upstream{GoProxy: o.GoProxy}
	proxies := upstream.Proxies()
	data := struct {
		Name, Namespace, Host, Storage, Platform, GoProxy, Offer string
		Meshed, CrathensOff                                      bool
		Replicas, Workers                                        int
		Accepted                                                 []string
	}{
		Accepted: accepted, CrathensOff: len(proxies) > 0 && proxies[0].URL == v1alpha1.ProxyOff,
		Name: scalar(o.Name), Namespace: scalar(o.Namespace), Host: scalar(o.Host),
		Storage: indent(s.yaml, 6), Platform: indent(p.yaml, 2),
		Meshed: p.meshed,
	}
	if o.GoProxy != "" {
		data.GoProxy = scalar(o.GoProxy)
	} else if o.Offer != "" {
		data.Offer = scalar(o.Offer)
	}
	switch {
	case p.small:
		data.Workers = 2
	case s.locks:
		data.Replicas = 2
	}
	var out bytes.Buffer
	t := template.Must(template.New(SiteFile).Parse(siteTemplate))
	if err := t.Execute(&out, data); err != nil {
		panic(err) // the template and its data are those above
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

func storageOf(name string) storage {
	return storages[max(0, slices.IndexFunc(storages, func(s storage) bool { return s.name == name }))]
}

func platformOf(name string) platform {
	return platforms[max(0, slices.IndexFunc(platforms, func(p platform) bool { return p.name == name }))]
}

func indent(block string, by int) string {
	block = strings.TrimPrefix(block, "\n")
	if block == "" {
		return ""
	}
	pad := strings.Repeat(" ", by)
	return pad + strings.ReplaceAll(block, "\n", "\n"+pad)
}

// scalar writes a string so that YAML reads just that string, in a list too.
func scalar(s string) string {
	var value any = s // which the library quotes where YAML 1.1 needs it
	if strings.ContainsAny(s, ",[]{}#'\"\\ \t\r\n") {
		value = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
	}
	out, err := yaml.Marshal(value)
	if err != nil {
		panic(err) // a string is always written
	}
	return strings.TrimSuffix(string(out), "\n")
}
