package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
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
	name := flags.String("name", "athens", "")
	namespace := flags.String("namespace", helmNamespace(), "")
	host := flags.String("host", "", "")
	mesh := flags.String("mesh", v1alpha1.MeshSidecar, "")
	operand, err := parse(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.help()
	case err != nil:
		return c.misuse("%s", err)
	case *mesh != v1alpha1.MeshSidecar && *mesh != v1alpha1.MeshNone:
		return c.misuse("--mesh %q: write %s or %s", *mesh, v1alpha1.MeshSidecar, v1alpha1.MeshNone)
	}
	in, err := c.read(operand)
	if err != nil {
		return c.fail(err)
	}
	im, err := newImporter(in, *name)
	if err != nil {
		return c.fail(fmt.Errorf("%s: %w", operand, err))
	}
	im.run(*host, *mesh)

	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	err = enc.Encode(map[string]any{
		"apiVersion": v1alpha1.APIVersion, "kind": v1alpha1.Kind,
		"metadata": map[string]any{"name": *name, "namespace": *namespace},
		"spec":     im.spec,
	})
	if err != nil {
		return c.fail(err)
	}
	if _, err := c.stdout.Write(out.Bytes()); err != nil {
		return c.fail(err)
	}
	for _, v := range verdicts {
		for _, l := range im.lines {
			if l.verdict == v {
				fmt.Fprintf(c.stderr, "%s: %s: %s\n", l.verdict, quote.Path(l.key), quote.Text(quote.Redact(l.text)))
			}
		}
	}
	sites, err := krm.SitesIn(out.Bytes())
	if err != nil {
		return c.fail(err)
	}
	var results krm.Results
	for _, s := range sites {
		_, problems := strict.Load[v1alpha1.AthensSite](s)
		results.Add(s, problems)
	}
	if results.Failed() {
		return c.report(results)
	}
	return 0
}
