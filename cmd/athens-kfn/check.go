package main

import (
	"io"
	"slices"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/source"
)

func (c console) checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "list a site's errors and warnings, each with a code",
		ArgsUsage: inputs,
		Flags: []cli.Flag{
			formatFlag("text", "json", "sarif", "markdown"),
			&cli.BoolFlag{Name: "strict", Usage: "exit with 1 for warnings too, unless the site accepts them"},
			&cli.BoolFlag{Name: "v", Usage: "also list what passed, the assumptions about the cluster and the deadlines of requests"},
			fileFlag(),
			regionFlag(),
			manifestsFlag(),
			limitsFlag(),
			&cli.BoolFlag{Name: "cluster", Usage: "also look in a cluster for what must exist, with the kubectl in your PATH, which only reads"},
			&cli.StringFlag{Name: "context", Usage: "the `CONTEXT` of kubectl for --cluster (default: kubectl's current one)"},
		},
		Description: `Without an operand, checks the working directory. If a directory has a kustomization,
checks the sites that it lists, or those that the kustomize in your PATH builds from
it, without running functions. Without --region, checks each region of the site. The
exit code is 1 if there is an error; with --strict, also if there is a warning that
the site does not accept (annotation athens.gomods.io/accept: "AK401: REASON").

With --cluster, also looks for what must exist: APIs and their kinds, Secrets and
their keys (it reads no value), classes, the gateway's pods and their account, Istio's
version, its CNI plugin, the mesh config. The exit code is 3 if the cluster does not
answer, for example because you may not read an object.

With --manifests, checks manifests as they are: references, selectors, policies,
sidecars and the answers that requests get. If you name the spec as well, it is
checked too, and the manifests are compared with what it renders to: a missing object
is an error (AK809), and a field that differs is a warning (AK811) if that affects
requests, callers, data or pods. Without the spec, a warning reports that a missing
object may not be noticed. The exit code is 3 if something in the manifests is not
known.

   athens-kfn check
   athens-kfn check overlays/westeurope
   athens-kfn check site.yaml --strict
   athens-kfn check site.yaml --manifests rendered.yaml
   athens-kfn check site.yaml --cluster --context production
   athens-kfn check site.yaml -o sarif > athens.sarif
   athens-kfn explain AK401`,
		Action: action(c.check),
	}
}

func (c console) check(cmd *cli.Command) int {
	within, err := limitsOf(cmd.String("limits"))
	if err != nil {
		return c.fail(err)
	}
	given, code := c.given(cmd)
	switch {
	case code != 0:
		return code
	case cmd.Bool("cluster") && given != nil:
		return c.misuse(cmd, "check looks in a cluster for what a spec needs, not for what --manifests need: leave one of --cluster and --manifests out")
	case cmd.IsSet("context") && !cmd.Bool("cluster"):
		return c.misuse(cmd, "--context is for --cluster")
	}
	var in input
	if given == nil || c.named(cmd) {
		if in, code = c.open(cmd, cmd.Args().Slice()...); code != 0 {
			return code
		}
	}
	var report *check.Report
	if given != nil {
		report = check.Manifests(given.files, within, in.files, cmd.String("region"), given.operand)
	} else {
		c.halves(in.files)
		if cmd.Bool("cluster") {
			report, err = check.InCluster(in.files, within, in.region, in.operand, source.Kubectl(cmd.String("context")))
		} else {
			report = check.Run(in.files, within, in.region, in.operand)
		}
		if err != nil {
			return c.misuse(cmd, "%s", err)
		}
	}
	if slices.ContainsFunc(report.Sites, func(s check.Site) bool { return s.Alone }) {
		c.warn(manifests.WithoutSpec)
	}
	switch cmd.String("o") {
	case "json":
		err = check.JSON(c.stdout, report)
	case "sarif":
		err = check.SARIF(c.stdout, report, versionOf())
	case "markdown":
		c.markdown(func(w io.Writer) {
			check.Text{Strict: cmd.Bool("strict"), Verbose: cmd.Bool("v"), Quiet: cmd.Bool("q")}.Write(w, report)
		})
	default:
		c.prose(func(w io.Writer) {
			check.Text{Color: c.colors(cmd), Strict: cmd.Bool("strict"), Verbose: cmd.Bool("v"), Quiet: cmd.Bool("q")}.Write(w, report)
		})
	}
	switch {
	case err != nil:
		return c.fail(err)
	case report.Count(check.Error) > 0, cmd.Bool("strict") && report.Count(check.Warning) > 0:
		return 1
	case report.Count(check.Unknown) > 0:
		return notJudged
	}
	return 0
}
