package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/urfave/cli/v3"
)

// complete offers a shell the words that a command takes, or its flags where
// one was begun.
func (c console) complete(words func(*cli.Command) []string) cli.ShellCompleteFunc {
	return func(ctx context.Context, cmd *cli.Command) {
		if args := cmd.Args().Slice(); len(args) > 0 && strings.HasPrefix(args[len(args)-1], "-") {
			cli.DefaultCompleteWithFlags(ctx, cmd)
			return
		}
		for _, word := range words(cmd) {
			fmt.Fprintln(c.stdout, word)
		}
	}
}
