package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v3"
)

// describeCompletion makes the library's command for completion one of ours:
// seen in the help, and with a script for bash that works where the package
// bash-completion is not installed, as on macOS and in small images.
func describeCompletion(made *cli.Command) {
	made.Hidden = false
	made.Usage = "print the script that completes commands and flags in a shell"
	made.Description = `For the current shell. For every shell, put the line into ~/.bashrc or ~/.zshrc
(there after compinit):

   source <(athens-kfn completion bash)
   source <(athens-kfn completion zsh)

fish and PowerShell read a file, which PowerShell's profile must run:

   athens-kfn completion fish > ~/.config/fish/completions/athens-kfn.fish
   athens-kfn completion pwsh > athens-kfn.ps1`
	for _, shell := range made.Commands {
		shell.Usage = "print the script for " + shell.Name
		if shell.Name == "bash" {
			shell.Action = withoutPackage(shell.Action)
		}
	}
}

// withoutPackage adds what the library's script for bash leaves to the package
// bash-completion: without it, completing prints an error for each key.
func withoutPackage(script cli.ActionFunc) cli.ActionFunc {
	return func(ctx context.Context, cmd *cli.Command) error {
		if err := script(ctx, cmd); err != nil {
			return err
		}
		fmt.Fprintf(cmd.Root().Writer, `
if ! declare -F _comp_initialize _get_comp_words_by_ref >/dev/null; then
  __%s_init_completion() { COMPREPLY=(); }
fi
`, program)
		return nil
	}
}
