package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v3"
	"mvdan.cc/sh/v3/shell"
)

// commandTree is the whole command line as a user sees it, with what the library adds
// when it runs.
func commandTree(t *testing.T) *cli.Command {
	t.Helper()
	c := console{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}
	root := c.commands()
	if err := root.Run(context.Background(), []string{program, "--help"}); err != nil {
		t.Fatal(err)
	}
	return root
}

// visible are a command and all below it, in the order of the help.
func visible(cmd *cli.Command) []*cli.Command {
	all := []*cli.Command{cmd}
	for _, sub := range cmd.VisibleCommands() {
		if sub.Name != "help" {
			all = append(all, visible(sub)...)
		}
	}
	return all
}

// examples are the lines of a description that show the program at work.
func examples(cmd *cli.Command) (lines []string) {
	for _, line := range strings.Split(cmd.Description, "\n") {
		if example, found := strings.CutPrefix(line, "   "+program+" "); found {
			lines = append(lines, program+" "+example)
		}
		if example, found := strings.CutPrefix(line, "   source <("+program+" "); found {
			lines = append(lines, program+" "+strings.TrimSuffix(example, ")"))
		}
	}
	return lines
}

// TestHelp wants every command to say what it does, and one with arguments to
// show how.
func TestHelp(t *testing.T) {
	for _, cmd := range visible(commandTree(t)) {
		if cmd.Usage == "" {
			t.Errorf("%s has no Usage", cmd.FullName())
		}
		if strings.HasSuffix(cmd.Usage, ".") {
			t.Errorf("%s: its Usage is a line of a list and ends without a full stop", cmd.FullName())
		}
		shown := slices.ContainsFunc(examples(cmd), func(line string) bool { return strings.HasPrefix(line, cmd.FullName()+" ") })
		if cmd.ArgsUsage != "" && !shown {
			t.Errorf("%s takes %s: show an example in its Description, indented by three spaces", cmd.FullName(), cmd.ArgsUsage)
		}
		for _, flag := range cmd.VisibleFlags() {
			if doc, ok := flag.(cli.DocGenerationFlag); !ok || doc.GetUsage() == "" {
				t.Errorf("%s --%s has no Usage", cmd.FullName(), flag.Names()[0])
			} else if doc.TakesValue() && !strings.Contains(doc.GetUsage(), "`") {
				t.Errorf("%s --%s: put what it takes between backticks in its Usage, as in `FILE`", cmd.FullName(), flag.Names()[0])
			}
		}
	}
}

// TestExamples gives every example of the help to the command line: its
// command and its flags must exist.
func TestExamples(t *testing.T) {
	seen := 0
	for _, cmd := range visible(commandTree(t)) {
		for _, line := range examples(cmd) {
			t.Run(line, func(t *testing.T) {
				seen++
				args, err := shell.Fields(firstCommand(line), nil)
				if err != nil {
					t.Fatal(err)
				}
				reached := dryRun(t, args)
				if reached == "" || reached == program {
					t.Errorf("names no command")
				}
			})
		}
	}
	if seen < 10 {
		t.Errorf("%d examples only", seen)
	}
}

// firstCommand is a line of a shell up to its pipe or its redirection.
func firstCommand(line string) string {
	if i := strings.IndexAny(line, "|>#"); i >= 0 {
		return line[:i]
	}
	return line
}

// dryRun parses a command line as the program does, and says which command it
// is for. No command runs.
func dryRun(t *testing.T, args []string) (reached string) {
	t.Helper()
	root := console{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}.commands()
	complete := root.ConfigureShellCompletionCommand
	note := action(func(cmd *cli.Command) int {
		reached = cmd.FullName()
		return 0
	})
	root.ConfigureShellCompletionCommand = func(made *cli.Command) {
		complete(made)
		rearm(made, note)
	}
	rearm(root, note)
	if err := root.Run(context.Background(), args); err != nil {
		t.Errorf("%s: %v", strings.Join(args, " "), err)
	}
	return reached
}

// rearm puts one action in place of those of a command and all below it.
func rearm(cmd *cli.Command, act cli.ActionFunc) {
	cmd.Action = act
	for _, sub := range cmd.Commands {
		rearm(sub, act)
	}
}

// TestSiteBothWays wants every command that reads a site as its operand to read
// it with -f as well, so that users need not remember which takes which.
func TestSiteBothWays(t *testing.T) {
	seen := 0
	for _, cmd := range visible(commandTree(t)) {
		if cmd.ArgsUsage != inputs {
			continue
		}
		seen++
		if !slices.ContainsFunc(cmd.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), "f") }) {
			t.Errorf("%s takes %s and has no -f", cmd.FullName(), cmd.ArgsUsage)
		}
	}
	if seen < 8 {
		t.Errorf("%d commands read a site as their operand", seen)
	}
}

// TestOneLineEach has each of several errors on a line of its own.
func TestOneLineEach(t *testing.T) {
	var errs strings.Builder
	c := console{stdin: strings.NewReader(""), stdout: io.Discard, stderr: &errs}
	if code := c.fail(errors.Join(errors.New("one"), errors.Join(errors.New("two"), errors.New("three")))); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if diff := cmp.Diff("athens-kfn: error: one\nathens-kfn: error: two\nathens-kfn: error: three\n", errs.String()); diff != "" {
		t.Error(diff)
	}
}
