package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/urfave/cli/v3"
)

// The flags that several commands take. They mean the same in each of them:
//
//	-f FILE      the site, as the last operand does
//	-o FORMAT    how the output is written
//	--to DIR     where files are written
//	--region     one region of the site
//	--limits     what the cluster allows
//	-q           errors and warnings only on stderr, findings only on stdout
//	--no-color   no colours on a terminal
//
// TestFlags_MeanOneThing holds every command to this table.

// inputs is how help names what a command reads.
const inputs = "[FILE|DIR|REF:PATH|-]"

// fileFlag names a command's input, as every command takes it.
func fileFlag() cli.Flag {
	return &cli.StringFlag{Name: "f", Usage: "the site: a `FILE`, a directory, REF:PATH in Git, or - for stdin; without it, the working directory", TakesFile: true}
}

func regionFlag() cli.Flag {
	return &cli.StringFlag{Name: "region", Usage: "read the site as the entry `NAME` of spec.regions has it"}
}

// toFlag is where a command writes files; what says which.
func toFlag(what string) cli.Flag {
	return &cli.StringFlag{Name: "to", Usage: what + " to `DIR`", TakesFile: true}
}

// formatFlag is how a command writes its output; the first format is the default.
func formatFlag(formats ...string) cli.Flag {
	return choiceFlag("o", "print it as `FORMAT`: "+either(formats), formats...)
}

// choiceFlag takes one of several words; the first is the default.
func choiceFlag(name, usage string, choices ...string) cli.Flag {
	return &cli.StringFlag{Name: name, Usage: usage, Value: choices[0], Validator: func(word string) error {
		if !slices.Contains(choices, word) {
			return errors.New("write " + either(choices))
		}
		return nil
	}}
}

// consoleFlags are those of the program, which every command takes.
func consoleFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "q", Usage: "print no notes and no progress on stderr; check prints its findings only"},
		&cli.BoolFlag{Name: "no-color", Usage: "print no colours, as with NO_COLOR in the environment"},
	}
}

// oldFlag is a flag under the name that it had. It works, and is no longer shown.
func oldFlag(name string) cli.Flag { return &cli.StringFlag{Name: name, Hidden: true} }

// renamed is the value of a flag, or of the one that it replaces.
func (c console) renamed(cmd *cli.Command, name, old string) string {
	if !cmd.IsSet(old) {
		return cmd.String(name)
	}
	dashes := "--"
	if len(old) == 1 {
		dashes = "-"
	}
	c.note(cmd, "%s %s%s is now --%s", cmd.Name, dashes, old, name)
	return cmd.String(old)
}

// either lists choices, as in "text, json or sarif".
func either(choices []string) string {
	last := len(choices) - 1
	if last < 1 {
		return strings.Join(choices, "")
	}
	return strings.Join(choices[:last], ", ") + " or " + choices[last]
}
