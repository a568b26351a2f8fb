package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/scaffold"
)

func (c console) initCommand() *cli.Command {
	return &cli.Command{
		Name:  "init",
		Usage: "write the first files of a site: athens.yaml, kustomization.yaml and the schema for editors",
		Flags: []cli.Flag{
			toFlag("write the files"),
			&cli.StringFlag{Name: "host", Usage: "the DNS `NAME` under which go commands reach the site (kind: goproxy.localtest.me)"},
			choiceFlag("storage", "the `STORE` of the modules: "+either(names(scaffold.Storages())), names(scaffold.Storages())...),
			choiceFlag("platform", "the `PLATFORM` that it runs on: "+either(names(scaffold.Platforms())), names(scaffold.Platforms())...),
			&cli.StringFlag{Name: "upstream", Usage: "where modules come from: a `URL`, direct, or several as in GOPROXY"},
			&cli.StringFlag{Name: "name", Usage: "the `NAME` of the site, which begins the name of every object", Value: "goproxy"},
			&cli.StringFlag{Name: "namespace", Usage: "the `NAMESPACE` of the site alone (default: its name)"},
			&cli.BoolFlag{Name: "interactive", Usage: "ask for each value that no flag sets"},
		},
		Description: `Creates DIR if it does not exist; without --to, writes to the working directory.
Never overwrites a file. Without --host, asks on a terminal, and only there. Offers a
GOPROXY of this machine that is not Go's default as upstream. The files pass
check --strict.

   athens-kfn init
   athens-kfn init --host goproxy.example.com
   athens-kfn init --to site --host goproxy.example.com --platform aks --storage azureblob
   athens-kfn init --to laptop --platform kind`,
		Action: action(c.init),
	}
}

func names(choices []scaffold.Choice) (out []string) {
	for _, choice := range choices {
		out = append(out, choice.Name)
	}
	return out
}

func (c console) init(cmd *cli.Command) int {
	dir, old := cmd.String("to"), cmd.Args().First()
	switch {
	case cmd.NArg() > 1 || old != "" && dir != "":
		return c.misuse(cmd, "init writes to one directory, which --to names")
	case old != "":
		c.note(cmd, "init DIR is now init --to DIR")
		dir = old
	}
	dir = filepath.Clean(dir) // without one, the working directory
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
	if cmd.Bool("q") {
		return 0
	}
	fmt.Fprint(c.stdout, scaffold.Next(o, filepath.ToSlash(dir), site))
	return 0
}
