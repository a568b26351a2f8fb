package client

import (
	"fmt"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Shell is a script for Linux and macOS.
func (g *Guide) Shell() string {
	var b strings.Builder
	b.WriteString("# For every go command of this user, until go env -u removes it:\n")
	g.lines(&b, "go env -w %s=%s", quote.Shell)
	b.WriteString("\n# Or only for this shell. It overrides the lines above:\n")
	g.lines(&b, "export %s=%s", quote.Shell)
	if g.Password {
		fmt.Fprintf(&b, "\n# The password. Replace USER and PASSWORD. Only you may read the file:\n"+
			"echo %s >> ~/.netrc\nchmod 600 ~/.netrc\n", quote.Shell("machine "+g.Host+" login USER password PASSWORD"))
	}
	return b.String()
}

// PowerShell is a script for Windows.
func (g *Guide) PowerShell() string {
	var b strings.Builder
	b.WriteString("# For every go command of this user, until go env -u removes it:\n")
	for _, s := range g.Settings {
		if s.Name == goAuth {
			// Windows PowerShell loses quotation marks in arguments.
			fmt.Fprintf(&b, "[Environment]::SetEnvironmentVariable('GOAUTH', %s, 'User')\n", quote.PowerShell(g.goAuthOnWindows()))
		} else {
			fmt.Fprintf(&b, "go env -w %s\n", quote.PowerShell(s.Name+"="+s.Value))
		}
	}
	b.WriteString("\n# Or only for this window. It overrides the lines above:\n")
	for _, s := range g.Settings {
		if s.Name == goAuth {
			s.Value = g.goAuthOnWindows()
		}
		fmt.Fprintf(&b, "$env:%s = %s\n", s.Name, quote.PowerShell(s.Value))
	}
	if g.Password {
		fmt.Fprintf(&b, "\n# The password. Replace USER and PASSWORD:\n"+
			"Add-Content -Encoding ascii \"$HOME\\_netrc\" %s\n", quote.PowerShell("machine "+g.Host+" login USER password PASSWORD"))
	}
	return b.String()
}

// Head is a comment that says whose lines follow, and why they are as they are.
func (g *Guide) Head() string {
	var b strings.Builder
	comment(&b, "Go modules from "+g.URL+", the site "+g.Title+".")
	for _, s := range g.Settings {
		comment(&b, s.Name+": "+s.Why)
	}
	for _, n := range g.Notes {
		comment(&b, n)
	}
	b.WriteString("# Try it: go list -m -versions golang.org/x/text\n")
	return b.String()
}

func comment(b *strings.Builder, text string) {
	for line := range strings.Lines(text + "\n") {
		b.WriteString("# " + quote.Comment(strings.TrimSuffix(line, "\n")) + "\n")
	}
}
