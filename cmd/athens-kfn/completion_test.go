package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// completions ask a shell what it offers for the last word of the line that is
// the script's argument.
var completions = map[string]string{
	// bash calls the function that complete -p names with the words of the line.
	"bash": `
source <(athens-kfn completion bash)
COMP_WORDS=($1) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
[[ $1 != *' ' ]] || { COMP_WORDS+=(""); COMP_CWORD=$((COMP_CWORD + 1)); }
COMP_LINE=$1 COMP_POINT=${#1}
function=$(complete -p athens-kfn | sed 's/.*-F \([^ ]*\) .*/\1/')
"$function" athens-kfn
printf '%s\n' "${COMPREPLY[@]}"`,
	// zsh completes in its line editor alone, so _describe is a stand-in.
	"zsh": `
compdef() { : }
source <(athens-kfn completion zsh)
_files() { print files }
_describe() { print -l -- ${opts%%:*} }
words=(${(s: :)1})
[[ $1 != *' ' ]] || words+=("")
_athens-kfn`,
	"fish": `
athens-kfn completion fish | source
complete --do-complete $argv[1] | string split -f1 \t`,
}

// TestCompletion completes commands and flags in the shells that are here.
func TestCompletion(t *testing.T) {
	dir, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for shell, script := range completions {
		t.Run(shell, func(t *testing.T) {
			path, err := exec.LookPath(shell)
			if err != nil {
				t.Skipf("%s is not on this machine: skipped", shell)
			}
			for line, want := range map[string]string{
				"athens-kfn ren":             "render",
				"athens-kfn render --reg":    "--region",
				"athens-kfn prove -f x --re": "--request",
				"athens-kfn argocd ":         "discover",
				"athens-kfn completion ":     "zsh",
			} {
				flags := map[string][]string{"bash": {"--norc", "-c", script, shell}, "zsh": {"-f", "-c", script, shell}, "fish": {"--no-config", "-c", script}}
				cmd := exec.Command(path, append(flags[shell], line)...) //nolint:gosec // a shell
				cmd.Env = append(os.Environ(), "PATH="+dir+string(filepath.ListSeparator)+os.Getenv("PATH"), "HOME="+dir)
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Errorf("%q: %v\n%s", line, err, out)
				}
				words := strings.Fields(string(out))
				if !slices.Contains(words, want) {
					t.Errorf("%q is completed to %q, not to %s", line, words, want)
				}
			}
		})
	}
}
