package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/internal/why"
)

func (c console) whyCommand() *cli.Command {
	return &cli.Command{
		Name:      "why",
		Usage:     "print which field, default or rule set a value of an object, and the reason",
		ArgsUsage: "KIND/NAME[.PATH]|FIELD " + inputs,
		Flags:     []cli.Flag{fileFlag(), regionFlag()},
		Description: `In PATH, write containers, variables and other named items in brackets; quote PATH
if your shell expands brackets, as zsh does. Without PATH, prints the whole object
with a comment on each value. For a FIELD of the spec, prints where its value comes
from and which objects it reaches.

   athens-kfn why -f site.yaml deployment/goproxy-athens
   athens-kfn why -f site.yaml deploy/goproxy-athens.spec.template.spec.containers[athens].resources.limits.memory
   athens-kfn why -f site.yaml virtualservice/goproxy.spec.http[list].retries
   athens-kfn why -f site.yaml spec.athens.timeouts.request`,
		ShellComplete: c.complete(c.objects),
		Action:        action(c.why),
	}
}

// why says where a value comes from, in each of the sites that have it.
func (c console) why(cmd *cli.Command) int {
	question := cmd.Args().First()
	if question == "" {
		return c.misuse(cmd, "why takes one KIND/NAME[.PATH] or one FIELD, and then the site")
	}
	sites, code := c.located(cmd, cmd.Args().Tail()...)
	answered := 0
	var problems []error
	for i, site := range sites {
		if i > 0 && answered > 0 {
			fmt.Fprintln(c.stdout, "---")
		}
		if err := c.because(site, question); err != nil {
			problems = append(problems, err)
			continue
		}
		answered++
	}
	if answered == 0 && code == 0 {
		return c.fail(errors.Join(problems...))
	}
	return code
}

func (c console) because(site *why.Site, question string) error {
	if why.IsField(question) {
		field, path, err := site.Field(question)
		if err == nil {
			site.PrintField(c.stdout, field, path, site.Objects())
		}
		return err
	}
	found, path, err := why.Find(site.Objects(), question)
	if err != nil {
		return err
	}
	for _, object := range found {
		values, err := object.Under(path)
		switch {
		case err != nil:
			return err
		case len(path) == 0:
			err = site.PrintObject(c.stdout, object)
		case len(values) == 1:
			site.PrintValue(c.stdout, object, values[0])
		default:
			site.PrintValues(c.stdout, object, values)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// objects are those of the sites that a command line names.
func (c console) objects(cmd *cli.Command) (titles []string) {
	file := cmp.Or(cmd.String("f"), source.Here)
	if info, err := os.Stat(file); err != nil || !info.IsDir() && !info.Mode().IsRegular() {
		return nil // to read a pipe would take it from the command
	}
	quiet := console{c.stdin, c.stdout, io.Discard}
	sites, _ := quiet.located(cmd)
	for _, site := range sites {
		titles = append(titles, site.Titles()...)
	}
	return titles
}
