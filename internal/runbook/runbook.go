// Package runbook writes the Markdown runbook of one site: how to look at it,
// what to do when it fails, and how it is built. It is pure.
package runbook

import (
	"bytes"
	_ "embed"
	"strings"
	"text/template"

	"github.com/gomods/athens-kfn/internal/client"
	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/graph"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

//go:embed runbook.md.tmpl
var page string

// book is what the page is made of.
type book struct {
	Site *v1alpha1.AthensSite
	// From is where the site's file is, for commands that read it.
	From      cmdline.Site
	Namespace string
	// URL that go commands have, and Reach, the one that a person can ask, as a
	// word of a shell.
	URL, Reach string
	// Meshed, List, Lathens and Crathens say what the site has: a mesh, a
	// Service for lists over lathens and Athens, the two companions.
	Meshed, List, Lathens, Crathens bool
	// A and L are the names of the Deployments, as words of a shell.
	A, L string

	objects []generators.Object
}

// Markdown is the runbook of a site that was defaulted and validated, and that
// is read from a file.
func Markdown(s *v1alpha1.AthensSite, from cmdline.Site) string {
	b := &book{
		Site: s, From: from, Namespace: s.Namespace, URL: client.URL(s), Reach: quote.Shell(client.URL(s)),
		Meshed: generators.Meshed(s), List: generators.HasList(s),
		Lathens: *s.Spec.Lathens.Enabled, Crathens: *s.Spec.Crathens.Enabled,
		A: quote.Shell(generators.Name(s, generators.Athens)), L: quote.Shell(generators.Name(s, generators.Lathens)),
		objects: site.Objects(s),
	}
	if !b.Meshed && s.Spec.Gateway.Ingress == nil {
		b.Reach = "http://localhost:8000"
	}
	var out bytes.Buffer
	t := template.Must(template.New("runbook").Funcs(template.FuncMap{"cell": quote.Cell, "code": quote.CodeSpan, "words": quote.Markdown, "fenced": quote.CodeBlock}).Parse(page))
	if err := t.Execute(&out, b); err != nil {
		panic(err) // the page and its data are those of this package
	}
	return out.String()
}

// K is kubectl in the site's namespace.
func (b *book) K() string { return "kubectl -n " + quote.Shell(b.Namespace) }

// Do is a command of this program that reads the site's file.
func (b *book) Do(words ...string) string { return b.From.Command(words...) }

// Curl prints status and time of an answer.
func (b *book) Curl() string {
	out := `curl -sS -o /dev/null -w '%{http_code} %{time_total}s\n'`
	if b.Site.Spec.Athens.BasicAuth != nil {
		out += " --netrc"
	}
	return out
}

// Forward makes a site without a way in reachable; empty for others.
func (b *book) Forward() string {
	if b.Meshed || b.Site.Spec.Gateway.Ingress != nil {
		return ""
	}
	front := b.A
	if b.Lathens {
		front = b.L
	}
	return b.K() + " port-forward service/" + front + " 8000:80 &"
}

// SiteLabel selects everything of the site, as a word of a shell.
func (b *book) SiteLabel() string {
	return quote.Shell(generators.SiteLabel + "=" + generators.Owner(b.Site))
}

func (b *book) pods(program string) string {
	return b.SiteLabel() + ",app.kubernetes.io/name=" + program
}

func (b *book) logs(program string) string {
	return b.K() + " logs -l " + b.pods(program) + " -c " + program + " --prefix"
}

// LogsAthens are all lines of Athens' pods.
func (b *book) LogsAthens() string { return b.logs(generators.Athens) + " --tail=-1" }

// Stale is how long lathens answers without Athens.
func (b *book) Stale() string { return span.Short(b.Site.Spec.Lathens.StaleIfError.Duration) }

// Alone says that one Athens stops before the next one starts.
func (b *book) Alone() bool {
	d := b.Site.Spec.Athens.Storage.Disk
	return d != nil && d.AccessMode == "ReadWriteOnce"
}

// Forgets says that what is stored does not outlive its pod.
func (b *book) Forgets() bool { return b.Site.Spec.Athens.Storage.Memory != nil }

// OwnImage says that the image does not follow the version by itself.
func (b *book) OwnImage() bool {
	return b.Site.Spec.Athens.Image != b.Site.Spec.AthensImage()
}

func (b *book) keda() bool {
	a := &b.Site.Spec.Athens
	return a.Autoscaling != nil && a.Autoscaling.KEDA != nil
}

// Picture is the site as a flowchart.
func (b *book) Picture() string { return graph.New(b.Site).Mermaid() }

// GatewayLabels select the pods of the ingress gateway, as a word of a shell.
func (b *book) GatewayLabels() string {
	return quote.Shell(gateways.Selector(b.Site.Spec.Gateway.Workload().Labels))
}

// Gateway is kubectl in the namespace of the ingress gateway.
func (b *book) Gateway() string {
	return "kubectl -n " + quote.Shell(b.Site.Spec.Gateway.Workload().Namespace)
}

func codes(list []string, between string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = quote.CodeSpan(s)
	}
	return strings.Join(out, between)
}
