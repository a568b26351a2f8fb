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

// question is what prove is asked.
type question struct {
	region, request, as, to, host string
	headers                       headers
}

// prove says where requests to the sites of a file go.
func (c console) prove(args []string) int {
	var q question
	var file string
	flags := flag.NewFlagSet("prove", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&file, "f", "", "")
	flags.StringVar(&q.region, "region", "", "")
	flags.StringVar(&q.request, "request", "", "")
	flags.StringVar(&q.as, "as", prove.Client, "")
	flags.StringVar(&q.to, "to", "", "")
	flags.StringVar(&q.host, "host", "", "")
	flags.Var(&q.headers, "H", "")
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
	case q.to != "" && q.to != generators.Athens && q.to != generators.List:
		return c.misuse("--to is %s or %s, not %q", generators.Athens, generators.List, q.to)
	}
	if q.request != "" {
		if _, err := prove.ParseRequest(q.request, q.as); err != nil {
			return c.misuse("%s", err)
		}
	}
	sites, code := c.sites(operands[0], q.region)
	for _, site := range sites {
		if !generators.Meshed(site) {
			code = max(code, c.fail(fmt.Errorf("%s/%s: mesh.mode is None, so no mesh decides where requests go", site.Namespace, site.Name)))
			continue
		}
		fmt.Fprintf(c.stdout, "# %s/%s, https://%s\n", site.Namespace, site.Name, site.Spec.Host)
		if q.request == "" {
			c.table(prove.New(site).Table())
		} else {
			c.answer(q.ask(site))
		}
	}
	return code
}

// sites reads sites that are sound; the code is 1 if one is not.
func (c console) sites(operand, region string) ([]*v1alpha1.AthensSite, int) {
	nodes, err := c.read(operand)
	if err != nil {
		return nil, c.fail(err)
	}
	if region != "" {
		for _, node := range nodes {
			krm.SetRegion(node, region)
		}
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

func (q *question) ask(site *v1alpha1.AthensSite) prove.Answer {
	r, err := prove.ParseRequest(q.request, q.as)
	if err != nil {
		panic(err) // was read before
	}
	r.To, r.Host = q.to, q.host
	for name, value := range q.headers {
		r.Headers[name] = value
	}
	return prove.New(site).Ask(r)
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
func (h *headers) String() string { return "" }

// Set takes one header.
func (h *headers) Set(s string) error {
	name, value, found := strings.Cut(s, ":")
	if !found {
		return errors.New("write a header as in 'X-Azure-FDID: 1111'")
	}
	if *h == nil {
		*h = headers{}
	}
	(*h)[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	return nil
}
