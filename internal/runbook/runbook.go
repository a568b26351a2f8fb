// Package runbook writes the Markdown runbook of one site: how to look at it,
// what to do when it fails, and how it is built. It is pure.
package runbook

import (
	"bytes"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/gomods/athens-kfn/internal/client"
	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/graph"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/monitoring"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

//go:embed runbook.md.tmpl
var page string

// book is the data of the page.
type book struct {
	Site *v1alpha1.AthensSite
	// From is where the site's file is, for commands that read it.
	From      cmdline.Site
	Namespace string
	// URL that go commands have, and Reach, the one that a person can use, as a
	// word of a shell.
	URL, Reach string
	// Meshed and List report that the site is in a mesh, and that lists have a
	// Service over lathens and Athens.
	Meshed, List bool
	// Athens, Lathens and Crathens are the programs; nil where the site has none.
	Athens, Lathens, Crathens *workload
	// Alerts that ship, in the order of the rules.
	Alerts []monitoring.Alert

	of      *manifests.Subject
	objects []generators.Object
	unknown []string
}

// step is a paragraph and a block of commands behind it; either may be empty. The
// commands have no comments, which an interactive zsh takes for commands.
type step struct {
	Text, Commands string
}

// section is a heading with steps.
type section struct {
	Title string
	Steps []step
}

// Markdown is the runbook of a site with its objects, whose spec is read from a
// file. What the page describes by the spec, because the objects do not tell, and
// what else is not known of them comes along with it.
func Markdown(of *manifests.Subject, from cmdline.Site) (text string, unknown []string) {
	s := of.Site
	b := &book{
		Site: s, From: from, Namespace: s.Namespace, URL: client.URL(s), Reach: quote.Shell(client.URL(s)),
		Meshed: generators.Meshed(s), List: generators.HasList(s),
		of: of, objects: of.Objects, unknown: slices.Clone(of.Unknown),
	}
	if of.From != "" {
		b.complete()
	}
	b.Athens, b.Lathens, b.Crathens = b.workload(generators.Athens), b.workload(generators.Lathens), b.workload(generators.Crathens)
	var err error
	if b.Alerts, err = monitoring.Alerts(b.objects); err != nil {
		b.unknown = append(b.unknown, err.Error())
	}
	if b.closed() {
		b.Reach = "http://localhost:" + tunnelPort
	}
	var out bytes.Buffer
	t := template.Must(template.New("runbook").Funcs(template.FuncMap{
		"cell": quote.Cell, "code": quote.CodeSpan, "words": quote.Markdown, "fenced": quote.CodeBlock, "link": link,
	}).Parse(page))
	if err := t.Execute(&out, b); err != nil {
		panic(err) // the page and its data are those of this package
	}
	return out.String(), b.unknown
}

// Again is the command that writes this page.
func (b *book) Again() string {
	if b.of.From == "" {
		return b.Do("runbook")
	}
	return b.Do("runbook", "--manifests", b.of.From)
}

// link to a heading of the page.
func link(heading string) string { return "[" + heading + "](#" + quote.Anchor(heading) + ")" }

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

// closed reports that no client outside the cluster reaches the site.
func (b *book) closed() bool { return !b.Meshed && b.ingress() == nil }

// tunnelPort is where Forward makes a closed site answer.
const tunnelPort = "8000"

// Forward opens a tunnel to a closed site and waits for it; empty for others.
func (b *book) Forward() string {
	if !b.closed() {
		return ""
	}
	front := generators.Athens
	if b.Lathens != nil {
		front = generators.Lathens
	}
	s := b.service(front)
	return b.tunnel("service/"+quote.Shell(s.Name), tunnelPort, strconv.Itoa(int(s.Spec.Ports[0].Port)), "tunnel", b.Athens.Alive())
}

// tunnel forwards a local port to one of an object, keeps the process in a
// variable, and waits until a path answers or the tunnel has ended.
func (b *book) tunnel(object, local, remote, variable, path string) string {
	return b.K() + " port-forward " + object + " " + local + ":" + remote + " > /dev/null & " + variable + "=$!\n" +
		"until curl -s -o /dev/null http://localhost:" + local + path + " || ! kill -0 $" + variable + "; do sleep 0.2; done"
}

// SiteLabel selects everything of the site, as a word of a shell.
func (b *book) SiteLabel() string {
	return quote.Shell(generators.SiteLabel + "=" + b.of.World.Owner())
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

// Alone reports that one Athens stops before the next one starts.
func (b *book) Alone() bool {
	return b.Athens.Recreates
}

// Forgets reports that modules do not outlive their pod.
func (b *book) Forgets() bool { return b.Site.Spec.Athens.Storage.Memory != nil }

// OwnImage reports that the image does not follow the version.
func (b *book) OwnImage() bool {
	return b.Site.Spec.Athens.Image != b.Site.Spec.AthensImage()
}

// Picture is the site as a flowchart.
func (b *book) Picture() string { return graph.New(b.of).Mermaid() }

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
