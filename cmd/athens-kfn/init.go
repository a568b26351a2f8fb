package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"
	"golang.org/x/term"

	"github.com/gomods/athens-kfn/internal/scaffold"
)

func (c console) initCommand() *cli.Command {
	return &cli.Command{
		Name:      "init",
		Usage:     "write the first files of a site: athens.yaml, kustomization.yaml and the schema for editors",
		ArgsUsage: "[DIR]",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "host", Usage: "the DNS `NAME` under which go commands reach the site (kind: goproxy.localtest.me)"},
			&cli.StringFlag{Name: "storage", Usage: "the `STORE` of the modules: " + choiceNames(scaffold.Storages()), Value: scaffold.Storages()[0].Name},
			&cli.StringFlag{Name: "platform", Usage: "the `PLATFORM` that it runs on: " + choiceNames(scaffold.Platforms()), Value: scaffold.Platforms()[0].Name},
			&cli.StringFlag{Name: "upstream", Usage: "where modules come from: a `URL`, direct, or several as in GOPROXY"},
			&cli.StringFlag{Name: "name", Usage: "the `NAME` of the site, which begins the name of every object", Value: "goproxy"},
			&cli.StringFlag{Name: "namespace", Usage: "the `NAMESPACE` of the site alone (default: its name)"},
			&cli.BoolFlag{Name: "interactive", Usage: "ask for what no flag says"},
		},
		Description: `DIR is made if it is not there; without it, files are written here. Nothing is
ever overwritten. On a terminal, and without --host, init asks; elsewhere it never
does. A GOPROXY of this machine that is not Go's default is offered as upstream.

   athens-kfn init
   athens-kfn init --host goproxy.example.com
   athens-kfn init site --host goproxy.example.com --platform aks --storage azureblob
   athens-kfn init laptop --platform kind`,
		Action: action(c.init),
	}
}

func choiceNames(choices []scaffold.Choice) string {
	out := make([]string, len(choices))
	for i, choice := range choices {
		out[i] = choice.Name
	}
	return strings.Join(out, ", ")
}

// onTerminal says whether a person can answer. /dev/null is none.
func onTerminal(r io.Reader) bool {
	file, ok := r.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

func (c console) init(cmd *cli.Command) int {
	if cmd.NArg() > 1 {
		return c.misuse(cmd, "init takes one DIR or nothing, not %d of them", cmd.NArg())
	}
	for _, f := range []struct {
		flag    string
		choices []scaffold.Choice
	}{{"storage", scaffold.Storages()}, {"platform", scaffold.Platforms()}} {
		if v := cmd.String(f.flag); !slices.ContainsFunc(f.choices, func(choice scaffold.Choice) bool { return choice.Name == v }) {
			return c.misuse(cmd, "--%s %q is not a choice; write one of %s", f.flag, v, choiceNames(f.choices))
		}
	}
	dir := filepath.Clean(cmd.Args().First()) // without one, the working directory
	if inTheWay := scaffold.InTheWay(dir); len(inTheWay) > 0 {
		return c.fail(errors.Join(inTheWay...))
	}
	o := scaffold.Options{
		Host: cmd.String("host"), Storage: cmd.String("storage"), Platform: cmd.String("platform"),
		Name: cmd.String("name"), Namespace: cmp.Or(cmd.String("namespace"), cmd.String("name")), GoProxy: cmd.String("upstream"),
	}
	if !cmd.IsSet("upstream") {
		o.Offer = scaffold.Offer(scaffold.MachineProxy())
	}
	switch asks := cmd.Bool("interactive"); {
	case asks && !onTerminal(c.stdin):
		return c.misuse(cmd, "--interactive asks on a terminal, and stdin is none; say it with flags instead, as in --host goproxy.example.com")
	case asks, o.Host == "" && onTerminal(c.stdin):
		if err := o.Ask(c.stdin, c.stderr, cmd.IsSet); err != nil {
			return c.fail(err)
		}
	case o.Host == "":
		if o.Host = scaffold.Host(o.Platform); o.Host == "" {
			return c.misuse(cmd, "--host is missing; write the DNS name under which go commands will reach the site, as in --host goproxy.example.com")
		}
	}
	files := scaffold.Files(o)
	site, results := scaffold.Load(files)
	if c.report(results); results.Failed() {
		return 1
	}
	if err := scaffold.Write(dir, files); err != nil {
		return c.fail(err)
	}
	fmt.Fprint(c.stdout, scaffold.Next(o, filepath.ToSlash(dir), site))
	return 0
}
