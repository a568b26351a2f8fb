package client

import (
	"fmt"
	"strings"
)

// Shell is a script for Linux and macOS.
func (g *Guide) Shell() string {
	var b strings.Builder
	b.WriteString("# For every go command of this user, until go env -u takes it back:\n")
	for _, s := range g.Settings {
		fmt.Fprintf(&b, "go env -w %s=%s\n", s.Name, quote(s.Value))
	}
	b.WriteString("\n# Or for this shell alone. It wins over the lines above:\n")
	for _, s := range g.Settings {
		fmt.Fprintf(&b, "export %s=%s\n", s.Name, quote(s.Value))
	}
	if g.Password {
		fmt.Fprintf(&b, "\n# The password. Replace USER and PASSWORD; nobody else may read the file:\n"+
			"echo 'machine %s login USER password PASSWORD' >> ~/.netrc\nchmod 600 ~/.netrc\n", g.Host)
	}
	return b.String()
}

// PowerShell is a script for Windows.
func (g *Guide) PowerShell() string {
	var b strings.Builder
	b.WriteString("# For every go command of this user, until go env -u takes it back:\n")
	for _, s := range g.Settings {
		fmt.Fprintf(&b, "go env -w '%s=%s'\n", s.Name, s.Value)
	}
	b.WriteString("\n# Or for this window alone. It wins over the lines above:\n")
	for _, s := range g.Settings {
		fmt.Fprintf(&b, "$env:%s = '%s'\n", s.Name, s.Value)
	}
	if g.Password {
		fmt.Fprintf(&b, "\n# The password. Replace USER and PASSWORD:\n"+
			"Add-Content -Encoding ascii \"$HOME\\_netrc\" 'machine %s login USER password PASSWORD'\n", g.Host)
	}
	return b.String()
}

// Head is a comment that says whose lines follow, and why they are as they are.
func (g *Guide) Head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Go modules from %s, the site %s.\n", g.URL, g.Title)
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
		b.WriteString("# " + line)
	}
}

// quote writes a value as one word of a POSIX shell.
func quote(s string) string {
	if strings.ContainsAny(s, " '\"*?[]|&;<>()$`\\!#~{}") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}
