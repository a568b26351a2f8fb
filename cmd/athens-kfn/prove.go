package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v3"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/assumptions"
	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/span"
)

func (c console) proveCommand() *cli.Command {
	return &cli.Command{
		Name:      "prove",
		Usage:     "say where requests go, who answers when that is gone, and who may send them",
		ArgsUsage: "FILE|DIR|-",
		Flags: []cli.Flag{
			fileFlag(),
			regionFlag(),
			&cli.StringFlag{Name: "request", Usage: "one request, as in `'GET /PATH'`; without it, a table of all kinds"},
			&cli.StringFlag{Name: "as", Usage: "who sends it: a `CALLER` of those above", Value: prove.Client},
			&cli.StringFlag{Name: "to", Usage: "the `SERVICE` that it is sent to, past the gateway: athens or list"},
			&cli.StringFlag{Name: "host", Usage: "its Host header, where that is not spec.host: a `NAME`"},
			&cli.StringSliceFlag{Name: "H", Usage: "a `HEADER` of it, as in 'X-Azure-FDID: 1111'; may be repeated"},
		},
		DisableSliceFlagSeparator: true,
		Description: `Callers are client (a go command), internet (past the Front Door), region (the
crathens of another region), gateway (another route of the same gateway),
lathens, crathens, athens, anyone (another pod in the mesh) and plain (a pod
outside the mesh).

   athens-kfn prove site.yaml
   athens-kfn prove site.yaml --request 'GET /github.com/%21azure/x/@v/list'
   athens-kfn prove site.yaml --request 'GET /catalog' --as crathens`,
		Action: action(c.prove),
	}
}

// prove says where requests to the sites of a file go.
func (c console) prove(cmd *cli.Command) int {
	operands := operandsOf(cmd)
	line, to := cmd.String("request"), cmd.String("to")
	sent, err := headers(cmd.StringSlice("H"))
	switch {
	case err != nil:
		return c.misuse(cmd, "%s", err)
	case len(operands) != 1:
		return c.misuse(cmd, "prove takes one FILE, one DIR or -, not %d of them", len(operands))
	case to != "" && to != generators.Athens && to != generators.List:
		return c.misuse(cmd, "--to is %s or %s, not %q", generators.Athens, generators.List, to)
	}
	for _, name := range []string{"as", "to", "host", "H"} {
		if line == "" && cmd.IsSet(name) {
			return c.misuse(cmd, "--%s is about one request; add it, as in --request 'GET /golang.org/x/mod/@v/list'", name)
		}
	}
	var request prove.Request
	if line != "" {
		if request, err = prove.ParseRequest(line, cmd.String("as")); err != nil {
			return c.misuse(cmd, "%s", err)
		}
		request.To, request.Host, request.Headers = to, cmd.String("host"), sent
	}
	sites, code := c.sites(operands[0], cmd.String("region"))
	for _, site := range sites {
		if !generators.Meshed(site) {
			code = max(code, c.fail(fmt.Errorf("%s/%s: mesh.mode is None, so no mesh decides where requests go", site.Namespace, site.Name)))
			continue
		}
		fmt.Fprintf(c.stdout, "# %s/%s, https://%s\n", site.Namespace, site.Name, site.Spec.Host)
		if world := prove.New(site); line == "" {
			c.table(world.Table())
		} else {
			c.answer(world.Ask(request))
		}
		fmt.Fprintln(c.stdout, "\nassumed of the cluster, which is not read:")
		assumptions.Write(c.stdout, assumptions.Of(site))
	}
	return code
}

// sites reads sites that are sound, each as one cluster has it; the code is 1
// if one is not.
func (c console) sites(operand, region string) ([]*v1alpha1.AthensSite, int) {
	return c.load(operand, region, func(list *krm.ResourceList) []*v1alpha1.AthensSite { return list.LoadOneCluster(krm.ByFlag) })
}

// fromOf is where sites were read, for command lines that read them again. A
// region that the file chooses is named too where that says the same.
func fromOf(cmd *cli.Command, operand string, sites []*v1alpha1.AthensSite) cmdline.Site {
	region := cmd.String("region")
	if region == "" && len(sites) == 1 {
		region = sites[0].Spec.Region
	}
	return cmdline.Site{File: operand, Region: region}
}

// allRegions reads sites that are sound, for what is about all their regions
// unless one is named; the code is 1 if one is not.
func (c console) allRegions(operand, region string) ([]*v1alpha1.AthensSite, int) {
	return c.load(operand, region, (*krm.ResourceList).Load)
}

func (c console) load(operand, region string, load func(*krm.ResourceList) []*v1alpha1.AthensSite) ([]*v1alpha1.AthensSite, int) {
	nodes, err := c.read(operand, region)
	if err != nil {
		return nil, c.fail(err)
	}
	return c.sound(operand, nodes, load)
}

// sound are the sites of an operand if all of them are; the code is 1 if one is
// not.
func (c console) sound(operand string, nodes []*yaml.Node, load func(*krm.ResourceList) []*v1alpha1.AthensSite) ([]*v1alpha1.AthensSite, int) {
	list := &krm.ResourceList{Items: nodes}
	sites := load(list)
	c.report(list.Results)
	switch {
	case list.Results.Failed():
		return nil, 1
	case len(sites) == 0:
		return nil, c.fail(fmt.Errorf("%s: no AthensSite in it", operand))
	}
	return sites, 0
}

// table prints rows for a person.
func (c console) table(rows []prove.Row) {
	t := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	defer func() { _ = t.Flush() }()
	fmt.Fprintln(t, "AS\tREQUEST\tSTATUS\tBY\tFALLBACK\tROUTE\tTIMEOUT\tTRIES\tMTLS\tPOLICY")
	for _, r := range rows {
		a := &r.Answer
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.As, line(&r.Request), a.Outcome(), a.By,
			cmp.Or(a.Fallback, "-"), cmp.Or(a.Route, "-"), timeout(a), tries(a), yes(a.MTLS), cmp.Or(a.Policy, "-"))
	}
}

// answer prints one answer with its steps.
func (c console) answer(a prove.Answer) {
	for _, step := range a.Steps {
		fmt.Fprintf(c.stdout, "  %s\n", step)
	}
	t := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	defer func() { _ = t.Flush() }()
	for _, f := range [][2]string{
		{"status", a.Outcome()}, {"by", a.By}, {"fallback", fallback(&a)}, {"route", a.Route},
		{"timeout", timeout(&a)}, {"tries", tries(&a)}, {"retry on", a.RetryOn}, {"mTLS", yes(a.MTLS)}, {"policy", a.Policy},
	} {
		fmt.Fprintf(t, "%s\t%s\n", f[0], cmp.Or(f[1], "-"))
	}
}

func line(r *prove.Request) string {
	if r.To == generators.List {
		return r.Method + " " + r.Path + " (at " + r.To + ")"
	}
	return r.Method + " " + r.Path
}

// fallback says what clients see until it answers.
func fallback(a *prove.Answer) string {
	switch {
	case a.Fallback == "":
		return ""
	case a.Seamless:
		return a.Fallback + ", and no client sees a failure"
	}
	return a.Fallback + ", after some failed requests"
}

func timeout(a *prove.Answer) string {
	if a.Timeout == 0 {
		return "-"
	}
	return span.Seconds(a.Timeout)
}

func tries(a *prove.Answer) string {
	switch {
	case a.Tries == 0:
		return "-"
	case a.PerTry == 0:
		return fmt.Sprint(a.Tries)
	}
	return fmt.Sprintf("%d × %s", a.Tries, span.Seconds(a.PerTry))
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// headers reads headers of a request, each as 'Name: value'.
func headers(lines []string) (map[string]string, error) {
	out := map[string]string{}
	for _, line := range lines {
		name, value, found := strings.Cut(line, ":")
		if !found {
			return nil, errors.New("write a header as in 'X-Azure-FDID: 1111'")
		}
		out[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	return out, nil
}
