package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/gomods/athens-kfn/internal/helm"
	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// helmNamespace is the site's namespace where --namespace does not name it. Helm
// removes that flag from a plugin's arguments and passes its value, or else the
// namespace of the kubectl context, as HELM_NAMESPACE; "default" means neither.
func helmNamespace() string {
	if n := os.Getenv("HELM_NAMESPACE"); n != "" && n != "default" {
		return n
	}
	return "athens"
}

// imports makes a site of what an operator runs, on stdout, and reports on stderr
// what became of each part. A site that breaks a rule is printed too, beside its
// problems: it is there to be completed.
func (c console) imports(args []string) int {
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	var o importer.Options
	var in helm.Import
	var names []string
	flags.StringVar(&o.Name, "name", "", "")
	flags.StringVar(&o.Namespace, "namespace", "", "")
	flags.StringVar(&o.Host, "host", "", "")
	flags.StringVar(&o.Mesh, "mesh", v1alpha1.MeshSidecar, "")
	flags.StringVar(&o.Workload, "workload", "", "")
	flags.BoolVar(&o.Plan, "plan", false, "")
	all := flags.Bool("v", false, "")
	flags.StringVar(&in.Release, "release", "", "")
	flags.Func("f", "", func(name string) error { names = append(names, name); return nil })
	flags.Func("set", "", func(value string) error { in.Set = append(in.Set, value); return nil })
	operands, err := parse(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.help()
	case err != nil:
		return c.misuse("%s", err)
	case len(operands) > 1:
		return c.misuse("import takes one chart, file or -; name further files with -f")
	case o.Mesh != v1alpha1.MeshSidecar && o.Mesh != v1alpha1.MeshNone:
		return c.misuse("--mesh %q: write %s or %s", o.Mesh, v1alpha1.MeshSidecar, v1alpha1.MeshNone)
	case len(operands) == 1 && helm.IsChart(operands[0]):
		in.Chart = operands[0]
	case len(operands) == 0 && len(names) == 0 && in.Release != "":
		names = []string{source.Stdin}
	case len(operands) == 0 && len(names) == 0:
		return c.misuse("import takes a chart, a file or -")
	default:
		names = append(operands, names...)
	}
	in.Namespace = cmp.Or(o.Namespace, helmNamespace())
	if in.Self, err = renderer(); err != nil {
		return c.fail(err)
	}
	for _, name := range names {
		files, err := source.Open(name, source.Options{Bounds: source.Manifests, Stdin: c.stdin, Warn: c.warn})
		if err != nil {
			return c.fail(err)
		}
		in.Files = append(in.Files, files...)
	}
	src, notes, err := in.Source()
	if err != nil {
		return c.fail(err)
	}
	for _, n := range notes {
		fmt.Fprintf(c.stderr, "%s: note: %s\n", program, quote.Text(n))
	}
	result, err := importer.FromObjects(src, o)
	if err != nil {
		return c.fail(err)
	}
	result.Write(c.stderr, *all)
	c.report(result.Problems)
	out := result.Site
	if o.Plan {
		out = []byte(result.Plan)
	}
	if _, err := c.stdout.Write(out); err != nil {
		return c.fail(err)
	}
	if result.Failed() {
		return 1
	}
	return 0
}

// renderChart is the command that renders a chart in a process of its own.
const renderChart = "render-chart"

func renderer() ([]string, error) {
	self, err := os.Executable()
	return []string{self, renderChart}, err
}

func (c console) renderChart() int {
	if err := helm.Serve(c.stdin, c.stdout); err != nil {
		return c.fail(err)
	}
	return 0
}
