package main

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/assumptions"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// notJudged is the exit code for an answer that is unknown.
const notJudged = 3

func (c console) proveCommand() *cli.Command {
	return &cli.Command{
		Name:      "prove",
		Usage:     "print the route of each request, its fallback, and the callers that may send it",
		ArgsUsage: inputs,
		Flags: []cli.Flag{
			fileFlag(),
			regionFlag(),
			manifestsFlag(),
			&cli.BoolFlag{Name: "all", Usage: "evaluate every possible request, and print a verdict on each promise"},
			choiceFlag("o", "print it as `FORMAT`: text, json or markdown", "text", "json", "markdown"),
			&cli.StringFlag{Name: "request", Usage: "one request, as in `'GET /PATH'`; without it, a table of all kinds"},
			&cli.StringFlag{Name: "as", Usage: "who sends it: a `CALLER` of those above", Value: prove.Client},
			&cli.StringFlag{Name: "service", Usage: "the `SERVICE` that it is sent to, past the gateway: athens or list"},
			oldFlag("to"),
			&cli.StringFlag{Name: "host", Usage: "its Host header, where that is not spec.host: a `NAME`"},
			&cli.StringSliceFlag{Name: "H", Usage: "a `HEADER` of it, as in 'X-Azure-FDID: 1111'; may be repeated"},
		},
		DisableSliceFlagSeparator: true,
		Description: `Callers are client (a go command of the first entry of gateway.clients),
client:NAME (one of another entry), unlisted (one of none), internet (past the
Front Door), region (the crathens of another region), gateway (another route of the same gateway),
lathens, crathens, athens, anyone (another pod in the mesh) and plain (a pod
outside the mesh).

The exit code is 0 if every answer is known, and 3 if one is unknown because the
objects use something that this program does not model.

With --manifests, the objects are those, and the site is the one that their labels
name, or the spec that you name as well. Requests that get another answer than the
site promises are listed, and the exit code is then 1. Without the spec, a warning
reports that a missing object may not be noticed; with --all the exit code is then 3,
because a promise may depend on that object.

With --all, sorts all requests into the kinds that routes and policies distinguish,
and evaluates one of each kind for every caller. The answers hold for every request.
Each promise of the site is proven, broken by the shortest request that shows it (exit
code 1), or unknown (exit code 3). docs/howto/prove-all.md lists the promises and what the model leaves out.

   athens-kfn prove site.yaml
   athens-kfn prove --all site.yaml
   athens-kfn prove site.yaml --request 'GET /github.com/%21azure/x/@v/list'
   athens-kfn prove site.yaml --request 'GET /catalog' --as crathens
   athens-kfn prove site.yaml --manifests rendered.yaml`,
		Action: action(c.prove),
	}
}

func (c console) prove(cmd *cli.Command) int {
	line, to := cmd.String("request"), c.renamed(cmd, "service", "to")
	sent, err := prove.ParseHeaders(cmd.StringSlice("H"))
	switch {
	case err != nil:
		return c.misuse(cmd, "%s", err)
	case to != "" && to != generators.Athens && to != generators.List:
		return c.misuse(cmd, "--service is %s or %s, not %q", generators.Athens, generators.List, to)
	}
	for _, name := range []string{"as", "service", "to", "host", "H"} {
		if line == "" && cmd.IsSet(name) {
			return c.misuse(cmd, "--%s is about one request; add it, as in --request 'GET /golang.org/x/mod/@v/list'", name)
		}
	}
	all := cmd.Bool("all")
	switch {
	case all && line != "":
		return c.misuse(cmd, "--all is about every request, and --request about one: leave one out")
	case !all && cmd.IsSet("o"):
		return c.misuse(cmd, "-o is the form of what --all prints: add --all")
	}
	var request prove.Request
	if line != "" {
		if request, err = prove.ParseRequest(line, cmd.String("as")); err != nil {
			return c.misuse(cmd, "%s", err)
		}
		request.To, request.Host, request.Headers = to, cmd.String("host"), sent
	}
	_, worlds, code := c.worlds(cmd)
	if all {
		return c.proveAll(worlds, code, cmd.String("o"))
	}
	if err := noCaller(worlds, request.As); err != nil {
		return c.misuse(cmd, "--as %s: %s", request.As, err)
	}
	for _, w := range worlds {
		site := w.world.Site()
		if !w.inMesh() {
			code = max(code, c.fail(notMeshed(site)))
			continue
		}
		proveTitle(c.stdout, site)
		var unknown []string
		if line == "" {
			prove.PrintTable(c.stdout, w.world.Table())
			unknown = w.world.Unknown()
			if w.manifests && w.subject == nil {
				c.warn(manifests.WithoutSpec)
			}
		} else {
			answer := w.world.Ask(request)
			c.prose(answer.Print)
			unknown = answer.Unknown
		}
		if c.prose(func(w io.Writer) { prove.PrintUnknown(w, unknown) }); len(unknown) > 0 {
			code = max(code, notJudged)
		}
		if broken := w.world.Broken(); w.manifests && line == "" && len(broken) > 0 {
			c.prose(func(w io.Writer) { prove.PrintBroken(w, broken) })
			code = 1
		}
		fmt.Fprintln(c.stdout, "\nassumed of the cluster, which is not read:")
		assumptions.Write(c.stdout, assumptions.Of(site))
	}
	return code
}

// noCaller is an error if a caller is an entry of gateway.clients that none of some sites
// has. Without the spec of a site, its entries are not known.
func noCaller(worlds []world, as string) (err error) {
	for _, w := range worlds {
		none := w.world.CheckCaller(as)
		if none == nil || w.subject == nil {
			return nil
		}
		err = none
	}
	return err
}

func notMeshed(site *v1alpha1.AthensSite) error {
	return fmt.Errorf("%s/%s: mesh.mode is None, so no mesh decides where requests go, and prove has nothing to follow: check and graph judge such a site; for one in a mesh, set mesh.mode to %s or %s",
		site.Namespace, site.Name, v1alpha1.MeshSidecar, v1alpha1.MeshAmbient)
}

// proveTitle names a site and its host, which manifests without a route do not tell.
func proveTitle(w io.Writer, site *v1alpha1.AthensSite) {
	host := "https://" + site.Spec.Host
	if site.Spec.Host == "" {
		host = "of an unknown host"
	}
	fmt.Fprintln(w, quote.Sprintf("# %s/%s, %s", site.Namespace, site.Name, host))
}

// proveAll judges every request to each of some sites.
func (c console) proveAll(worlds []world, code int, format string) int {
	reports := []prove.Report{}
	for _, w := range worlds {
		site := w.world.Site()
		if !w.inMesh() {
			code = max(code, c.fail(notMeshed(site)))
			continue
		}
		if w.manifests && w.subject == nil {
			// Promises of what is missing altogether are not among those that are judged.
			c.warn(manifests.WithoutSpec)
			code = max(code, notJudged)
		}
		report := w.world.All(w.manifests)
		reports = append(reports, report)
		switch report.Verdict() {
		case prove.BrokenBy:
			code = 1
		case prove.Undecided:
			code = max(code, notJudged)
		}
		switch format {
		case "json":
			continue
		case "markdown":
			c.markdown(func(w io.Writer) {
				proveTitle(w, site)
				report.Print(w)
			})
			continue
		}
		proveTitle(c.stdout, site)
		c.prose(report.Print)
		fmt.Fprintln(c.stdout, "\nassumed of the cluster, which is not read:")
		assumptions.Write(c.stdout, assumptions.Of(site))
	}
	if format == "json" {
		if err := quote.JSON(c.stdout, reports); err != nil {
			return c.fail(err)
		}
	}
	return code
}
