package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/urfave/cli/v3"
)

// The manual pages and docs/commands.md are the help in two more forms. They
// are made here, so that the program links nothing for them.

var manPage = page(`% "{{upper .Command.FullName | hyphens}}" "1" "" "{{.Root.Name}}" "Manual of {{.Root.Name}}"
# NAME
{{hyphens .Command.FullName}} - {{.Command.Usage}}
# SYNOPSIS
{{range synopsis .Command}}**{{.}}**

{{end}}# DESCRIPTION
{{code .Command.Description}}
{{with .Command.VisibleCommands}}# COMMANDS
{{range .}}{{if ne .Name "help"}}**{{.Name}}**
: {{.Usage}}

{{end}}{{end}}{{end}}{{with flags .Command}}# OPTIONS
{{range .}}**{{flag .}}**
: {{usage .}}

{{end}}{{end}}# EXIT STATUS
{{code exits}}
# SEE ALSO
{{range $i, $other := .Others}}{{if $i}}, {{end}}**{{hyphens .FullName}}**(1){{end}}
`)

var commandsPage = page(`<!-- made by make golden; the texts are in cmd/athens-kfn -->
# Commands
{{exitTable}}

The same text is in ` + "`--help`" + ` of each command and in the manual pages
([how to install them](howto/install.md)).
{{range .}}
## {{.FullName}}
{{sentence .Usage}}

{{range synopsis .}}    {{.}}
{{end}}{{with .Description}}
{{code .}}
{{end}}{{with .VisibleCommands}}
| command | what |
|---|---|
{{range .}}{{if ne .Name "help"}}| ` + "`{{.Name}}`" + ` | {{cell .Usage}} |
{{end}}{{end}}{{end}}{{with flags .}}
| option | what |
|---|---|
{{range .}}| ` + "`{{flag .}}`" + ` | {{usage . | cell}} |
{{end}}{{end}}{{end}}`)

const exitCodes = `The exit code is 0 when all is well, 1 for a problem with what the program was
given, and 2 for a wrong command line. check, prove, graph and runbook have one more: 3
means that an answer is unknown. diff differs: 1 means that something changed, and 2 is
any error.`

const exitTable = `| exit code | most commands | check, prove, graph, runbook | diff |
|---|---|---|---|
| 0 | all is well | the same | nothing differs |
| 1 | a problem with the input | the same; for check an error of the site, for prove a request that gets another answer than the site promises | something differs, with --fail-on only the changes that it names |
| 2 | a wrong command line | the same | any error |
| 3 | - | an answer is unknown | - |`

// TestGoldenMan holds the manual pages against the command line.
func TestGoldenMan(t *testing.T) {
	dir := filepath.Join(root, "docs/man")
	all := documented(t)
	made := map[string]bool{}
	for _, cmd := range all {
		source := fill(t, manPage, map[string]any{"Command": cmd, "Root": all[0], "Others": others(all, cmd)})
		name := hyphens(cmd.FullName()) + ".1"
		made[name] = true
		compare(t, filepath.Join(dir, name), string(md2man.Render([]byte(source))))
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if made[e.Name()] {
			continue
		}
		if *update {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		} else {
			t.Errorf("docs/man/%s is the page of no command", e.Name())
		}
	}
}

// TestGoldenCommands does so with docs/commands.md.
func TestGoldenCommands(t *testing.T) {
	compare(t, filepath.Join(root, "docs/commands.md"), fill(t, commandsPage, documented(t)))
}

// documented are the commands that have more to say than the line that they
// have in the list of the command above them.
func documented(t *testing.T) []*cli.Command {
	return slices.DeleteFunc(visible(commandTree(t)), func(cmd *cli.Command) bool {
		return strings.Count(cmd.FullName(), " ") > 1 && cmd.Description == "" && len(ownFlags(cmd)) == 0
	})
}

// ownFlags are a command's flags without --help, which all have.
func ownFlags(cmd *cli.Command) []cli.Flag {
	return slices.DeleteFunc(slices.Clone(cmd.VisibleFlags()), func(f cli.Flag) bool { return f.Names()[0] == "help" })
}

// others are the pages to read next: those above and below a command, and all
// for the program as a whole.
func others(all []*cli.Command, cmd *cli.Command) (out []*cli.Command) {
	name := cmd.FullName()
	for _, other := range all {
		if full := other.FullName(); full != name && (strings.HasPrefix(name, full+" ") || strings.HasPrefix(full, name+" ")) {
			out = append(out, other)
		}
	}
	return out
}

func page(text string) *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"cell": cell, "code": code, "exits": func() string { return exitCodes }, "exitTable": func() string { return exitTable }, "flag": flagNames, "flags": ownFlags,
		"hyphens": hyphens, "sentence": sentence, "synopsis": synopsis, "upper": strings.ToUpper, "usage": flagUsage,
	}).Parse(text))
}

func fill(t *testing.T, page *template.Template, data any) string {
	t.Helper()
	var out strings.Builder
	if err := page.Execute(&out, data); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// hyphens makes the name of a page, as man finds it for "man athens-kfn render".
func hyphens(name string) string { return strings.ReplaceAll(name, " ", "-") }

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// code indents the examples of a description as Markdown wants it.
func code(text string) string {
	return strings.ReplaceAll("\n"+text, "\n   ", "\n    ")[1:]
}

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }

func synopsis(cmd *cli.Command) []string {
	if cmd.UsageText != "" {
		return strings.Split(cmd.UsageText, "\n")
	}
	line := cmd.FullName()
	if len(cmd.VisibleCommands()) > 0 {
		line += " COMMAND"
	}
	if len(ownFlags(cmd)) > 0 {
		line += " [options]"
	}
	return []string{strings.TrimSpace(line + " " + cmd.ArgsUsage)}
}

// The library writes a flag as its names and a tab and its text.
func flagNames(f cli.Flag) string {
	names, _, _ := strings.Cut(f.String(), "\t")
	return names
}

func flagUsage(f cli.Flag) string {
	_, usage, _ := strings.Cut(f.String(), "\t")
	return usage
}
