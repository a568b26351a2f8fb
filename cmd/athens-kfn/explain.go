package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/diff"
	"github.com/gomods/athens-kfn/internal/explain"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/problem"
)

func (c console) explainCommand() *cli.Command {
	return &cli.Command{
		Name:      "explain",
		Usage:     "describe a field of the spec or a code of check or diff, or print a site with its defaults",
		ArgsUsage: "[[KIND.]FIELD|CODE], or --effective " + inputs,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "recursive", Usage: "print the fields inside it as a tree"},
			&cli.BoolFlag{Name: "effective", Usage: "print a site with all its defaults, and where each value comes from"},
			fileFlag(),
			regionFlag(),
		},
		Description: `Without FIELD, the fields at the top of the spec. KIND is AthensSite, or
MeshReferences, MeshEnrolment (docs/transformers.md) or AthensLimits.

   athens-kfn explain
   athens-kfn explain athens.storage.azureBlob
   athens-kfn explain spec.regions[].name
   athens-kfn explain mesh --recursive
   athens-kfn explain MeshEnrolment.drain
   athens-kfn explain AK104
   athens-kfn explain AD101
   athens-kfn explain --effective site.yaml --region eastus2`,
		ShellComplete: c.complete(fieldsAndCodes),
		Action:        action(c.explain),
	}
}

func (c console) explain(cmd *cli.Command) int {
	if cmd.NArg() > 1 {
		return c.misuse(cmd, "explain takes one FIELD or CODE or none, not %d of them", cmd.NArg())
	}
	if file := cmd.String("f"); cmd.Bool("effective") || file != "" {
		return c.effective(cmd, file)
	}
	path := cmd.Args().First()
	if isCode(path) {
		return c.explainCode(path)
	}
	kind, inside := kindOf(path)
	spec, err := explain.Of(kind)
	if err != nil {
		return c.fail(err)
	}
	field, known := spec.Find(inside)
	switch {
	case !known:
		return c.fail(fmt.Errorf("there is no field %s%s", path, explain.DidYouMean(spec, inside)))
	case cmd.Bool("recursive"):
		field.Tree(c.stdout)
	default:
		c.prose(field.Print)
	}
	return 0
}

// kindOf takes a kind off a path; without one a site is meant.
func kindOf(path string) (kind, field string) {
	kind, field, _ = strings.Cut(path, ".")
	if slices.Contains(explain.Kinds(), kind) {
		return kind, field
	}
	return v1alpha1.Kind, path
}

// isCode says whether a word is meant as a code of check or diff: AK or AD, and
// digits.
func isCode(word string) bool {
	return len(word) > 2 && (strings.EqualFold(word[:2], "AK") || strings.EqualFold(word[:2], "AD")) && strings.Trim(word[2:], "0123456789") == ""
}

func (c console) explainCode(code string) int {
	page, known := check.Page(code)
	if !known {
		page, known = diff.Page(code)
	}
	if known {
		c.prose(func(w io.Writer) { fmt.Fprint(w, page) })
		return 0
	}
	return c.fail(noCode(strings.ToUpper(code)))
}

// noCode is the error for a code that does not exist. It names those of the same
// hundred, and the page that lists all.
func noCode(code string) error {
	page, group := "codes/README.md", code[:3]
	if strings.HasPrefix(code, "AD") {
		page = "diff-codes.md"
	}
	near := slices.DeleteFunc(codes(), func(known string) bool { return !strings.HasPrefix(known, group) })
	if len(near) == 0 {
		return fmt.Errorf("there is no code %s; %s lists all", code, problem.Page(page))
	}
	return fmt.Errorf("there is no code %s; those of %sxx are %s; %s lists all", code, group, strings.Join(near, ", "), problem.Page(page))
}

func (c console) effective(cmd *cli.Command, file string) int {
	if !cmd.Bool("effective") {
		return c.misuse(cmd, "-f goes with --effective")
	}
	spec, err := explain.Spec()
	if err != nil {
		return c.fail(err)
	}
	if word := cmd.Args().First(); word != "" {
		if _, field := spec.Find(word); field {
			return c.misuse(cmd, "--effective prints the whole site: leave %s out, or ask `%s`", word,
				cmdline.Site{File: cmp.Or(file, source.Here), Region: cmd.String("region")}.Command("why", "spec."+strings.TrimPrefix(word, "spec."), "-f"))
		}
	}
	sites, code := c.located(cmd, cmd.Args().Slice()...)
	var docs []*yaml.Node
	for _, site := range sites {
		docs = append(docs, site.Effective())
	}
	if err := krm.WriteStream(c.stdout, docs...); err != nil {
		return c.fail(err)
	}
	return code
}

// fieldsAndCodes are what explain can be asked for.
func fieldsAndCodes(*cli.Command) (words []string) {
	spec, err := explain.Spec()
	if err != nil {
		return nil
	}
	spec.Walk(func(f *explain.Field) { words = append(words, f.Path) })
	return slices.Concat(words, explain.Kinds(), codes())
}

func codes() (all []string) {
	for _, rule := range check.Rules() {
		all = append(all, rule.Code)
	}
	for _, kind := range diff.Kinds() {
		all = append(all, kind.Code)
	}
	return all
}
