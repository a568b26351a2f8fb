package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// prove says where requests to the sites of a file go.
func (c console) prove(args []string) int {
	var file, region, line, as, to, host string
	sent := headers{}
	flags := flag.NewFlagSet("prove", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&file, "f", "", "")
	flags.StringVar(&region, "region", "", "")
	flags.StringVar(&line, "request", "", "")
	flags.StringVar(&as, "as", prove.Client, "")
	flags.StringVar(&to, "to", "", "")
	flags.StringVar(&host, "host", "", "")
	flags.Var(sent, "H", "")
	operands, err := parseFlags(flags, args)
	if file != "" {
		operands = append(operands, file)
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.help()
	case err != nil:
		return c.misuse("%s", err)
	case len(operands) != 1:
		return c.misuse("prove takes one FILE, one DIR or -, not %d of them", len(operands))
	case to != "" && to != generators.Athens && to != generators.List:
		return c.misuse("--to is %s or %s, not %q", generators.Athens, generators.List, to)
	}
	var request prove.Request
	if line != "" {
		if request, err = prove.ParseRequest(line, as); err != nil {
			return c.misuse("%s", err)
		}
		request.To, request.Host, request.Headers = to, host, sent
	}
	sites, code := c.sites(operands[0], region)
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
	}
	return code
}

// sites reads sites that are sound; the code is 1 if one is not.
func (c console) sites(operand, region string) ([]*v1alpha1.AthensSite, int) {
	nodes, err := c.read(operand, region)
	if err != nil {
		return nil, c.fail(err)
	}
	list := &krm.ResourceList{Items: nodes}
	sites := list.Load()
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
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.As, line(&r.Request), status(a), a.By,
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
		{"status", status(&a)}, {"by", a.By}, {"fallback", a.Fallback}, {"route", a.Route},
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

func status(a *prove.Answer) string {
	if a.Status == 0 {
		return "closed"
	}
	return fmt.Sprint(a.Status)
}

func timeout(a *prove.Answer) string {
	if a.Timeout == 0 {
		return "-"
	}
	return short(a.Timeout)
}

func tries(a *prove.Answer) string {
	switch {
	case a.Tries == 0:
		return "-"
	case a.PerTry == 0:
		return fmt.Sprint(a.Tries)
	}
	return fmt.Sprintf("%d × %s", a.Tries, short(a.PerTry))
}

// short writes a duration in seconds, as it stands in a VirtualService.
func short(d time.Duration) string { return fmt.Sprintf("%gs", d.Seconds()) }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// headers of a request, by -H 'Name: value'.
type headers map[string]string

// String is what flag asks of a value.
func (h headers) String() string { return "" }

// Set takes one header.
func (h headers) Set(s string) error {
	name, value, found := strings.Cut(s, ":")
	if !found {
		return errors.New("write a header as in 'X-Azure-FDID: 1111'")
	}
	h[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	return nil
}
