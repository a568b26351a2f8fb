package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v3"
	"golang.org/x/term"

	"github.com/gomods/athens-kfn/internal/terminal"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// isTerminal says whether a file is a device that gives or takes characters.
func isTerminal(r io.Reader) bool {
	file, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// onTerminal says whether a person can answer. /dev/null is none.
func onTerminal(r io.Reader) bool {
	file, ok := r.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// width is how many columns the terminal behind stdout has; 0 for no terminal.
// main puts a buffer before it.
func (c console) width() int {
	if _, buffered := c.stdout.(*bufio.Writer); !buffered {
		return 0
	}
	width, _, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil { // error dropped: it says that stdout is no terminal
		return 0
	}
	return width
}

// colors says whether output may be coloured: on a terminal, unless a flag or the
// environment (https://no-color.org) says no.
func (c console) colors(cmd *cli.Command) bool {
	return c.width() > 0 && !cmd.Bool("no-color") && os.Getenv("NO_COLOR") == ""
}

// commentLines and commentBytes bound the Markdown of one command: a comment on a
// pull request has at most 65,536 characters on GitHub, pictures among them.
const (
	commentLines = 150
	commentBytes = 15_000
	commentWidth = 300 // bytes of a line, so that none takes the room of others
)

// markdown prints text for a comment on a pull request: a code block, whatever is in
// the text. A long line is cut, and of a long text the lines that ask for attention
// (!, ✗ and ?) come before the others that follow.
func (c console) markdown(print func(io.Writer)) {
	var text, short strings.Builder
	print(&text)
	lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	printed := make([]bool, len(lines))
	left, room := commentLines, commentBytes
	take := func(wanted func(line string) bool) {
		for i, line := range lines {
			if len(line) > commentWidth {
				lines[i] = strings.ToValidUTF8(line[:commentWidth], "") + "…"
			}
			if cost := len(lines[i]) + 1; !printed[i] && wanted(line) && left > 0 && cost <= room {
				printed[i], left, room = true, left-1, room-cost
			}
		}
	}
	head := commentLines / 3
	take(func(string) bool { head--; return head >= 0 })
	take(func(line string) bool {
		line = strings.TrimSpace(line)
		return strings.HasPrefix(line, "!") || strings.HasPrefix(line, "✗") || strings.HasPrefix(line, "? ")
	})
	take(func(string) bool { return true })
	hidden := 0
	for i, line := range lines {
		switch {
		case !printed[i]:
			hidden++
		case text.Len() > 0:
			short.WriteString(line + "\n")
		}
	}
	if hidden > 0 {
		fmt.Fprintf(&short, "… and %d more lines\n", hidden)
	}
	_, _ = io.WriteString(c.stdout, quote.CodeBlock("", short.String())+"\n") // main reports what cannot be written
}

// prose prints text for people, as wide as the terminal.
func (c console) prose(print func(io.Writer)) {
	var text strings.Builder
	print(&text)
	_, _ = io.WriteString(c.stdout, terminal.Wrap(text.String(), c.width())) // main reports what cannot be written
}
