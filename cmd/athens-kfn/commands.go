package main

import (
	"context"
	"errors"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// commands is the whole command line. Its help, the shells' completion, the
// manual pages and docs/commands.md are made from it.
func (c console) commands() *cli.Command {
	all := &cli.Command{
		Name:        program,
		Usage:       "every manifest of a Go module proxy site, from one short file",
		Description: about,
		UsageText:   program + " COMMAND [OPTIONS] [ARGUMENTS]\n" + program + " < RESOURCELIST   run as a KRM function (kustomize, kpt)",
		Commands: []*cli.Command{
			c.initCommand(),
			c.importCommand(),
			c.clientCommand(),
			c.runbookCommand(),
			c.renderCommand(),
			c.checkCommand(),
			c.proveCommand(),
			c.diffCommand(),
			c.upgradeCommand(),
			c.explainCommand(),
			c.whyCommand(),
			c.graphCommand(),
			c.terraformCommand(),
			c.schemaCommand(),
			c.argocdCommand(),
			c.versionCommand(),
		},
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "doc", Usage: "print this help, for kpt fn doc", Local: true},
			&cli.BoolFlag{Name: "version", Usage: "print the version", Local: true},
		}, consoleFlags()...),
		EnableShellCompletion:           true,
		ConfigureShellCompletionCommand: describeCompletion,
		Action:                          action(c.noCommand),
		Reader:                          c.stdin,
		Writer:                          c.stdout,
		ErrWriter:                       c.stderr,
		// The exit code is run's to return.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
	}
	// Walk fails only if its function does.
	_ = all.Walk(func(each *cli.Command) error {
		each.OnUsageError = func(_ context.Context, cmd *cli.Command, err error, _ bool) error { return misuse{cmd, err} }
		each.HideHelpCommand = each != all
		return nil
	})
	return all
}

// execute runs a command line and returns its exit code.
func (c console) execute(args []string) int {
	err := c.commands().Run(context.Background(), append([]string{program}, args...))
	var code exit
	var wrong misuse
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &wrong):
		return c.misuse(wrong.command, "%s", wrong.err)
	}
	return c.fail(err)
}

// noCommand is what runs when the first word names no command.
func (c console) noCommand(cmd *cli.Command) int {
	switch word := cmd.Args().First(); {
	case cmd.Bool("version"):
		return c.version()
	case word == "":
		_ = cli.ShowRootCommandHelp(cmd)
		return 0
	case cmd.NArg() == 1 && isFile(word):
		return c.plugin(word)
	default:
		return c.unknown(cmd, word)
	}
}

func (c console) unknown(cmd *cli.Command, word string) int {
	hint := ": no such command and no such file"
	var known []string
	for _, k := range cmd.Root().VisibleCommands() {
		known = append(known, k.Name)
	}
	if near, ok := problem.Nearest(word, known); ok {
		hint += "; did you mean " + near + "?"
	}
	return c.misuse(cmd, "%s%s", word, hint)
}

// exit is an exit code that is not 0, in the only form in which cli carries it.
type exit int

// Error is never printed: what there is to say was said.
func (exit) Error() string { return "" }

// misuse is a wrong command line.
type misuse struct {
	command *cli.Command
	err     error
}

// Error is what is wrong.
func (m misuse) Error() string { return m.err.Error() }

// action makes a command of a function that returns an exit code: 0, 1 for
// problems with the input, 2 for a wrong command line.
func action(run func(*cli.Command) int) cli.ActionFunc {
	return func(_ context.Context, cmd *cli.Command) error {
		if code := run(cmd); code != 0 {
			return exit(code)
		}
		return nil
	}
}
