package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/gomods/athens-kfn/internal/helm"
	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/krm"
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

// imports turns values of the chart athens-proxy into a site on stdout, and
// says on stderr what became of each value. A site that breaks a rule is
// printed too, beside its problems: it is there to be completed.
func (c console) imports(args []string) int {
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	var o importer.Options
	var names, set []string
	flags.StringVar(&o.Name, "name", "athens", "")
	flags.StringVar(&o.Namespace, "namespace", helmNamespace(), "")
	flags.StringVar(&o.Host, "host", "", "")
	flags.StringVar(&o.Mesh, "mesh", v1alpha1.MeshSidecar, "")
	flags.Func("f", "", func(name string) error { names = append(names, name); return nil })
	flags.Func("set", "", func(value string) error { set = append(set, value); return nil })
	operands, err := parse(flags, args)
	names = append(operands, names...)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.help()
	case err != nil:
		return c.misuse("%s", err)
	case len(operands) > 1, len(names) == 0:
		return c.misuse("import takes one file or -; name further files with -f")
	case o.Mesh != v1alpha1.MeshSidecar && o.Mesh != v1alpha1.MeshNone:
		return c.misuse("--mesh %q: write %s or %s", o.Mesh, v1alpha1.MeshSidecar, v1alpha1.MeshNone)
	}
	var files []source.File
	for _, name := range names {
		in, err := c.read(name)
		if err != nil {
			return c.fail(err)
		}
		files = append(files, source.File{Name: name, Content: in})
	}
	values, err := helm.Values(files, set)
	if err != nil {
		return c.fail(err)
	}
	site, lines, err := importer.Import(values, o)
	if err != nil {
		return c.fail(err)
	}
	if _, err := c.stdout.Write(site); err != nil {
		return c.fail(err)
	}
	for _, l := range lines {
		fmt.Fprintf(c.stderr, "%s: %s: %s\n", l.Verdict, quote.Path(l.Key), quote.Text(quote.Redact(l.Text)))
	}
	list := &krm.ResourceList{}
	if list.Items, err = krm.SitesIn(site); err != nil {
		return c.fail(err)
	}
	if list.Load(); list.Results.Failed() {
		return c.report(list.Results)
	}
	return 0
}
