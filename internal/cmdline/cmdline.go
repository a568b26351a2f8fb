// Package cmdline writes the command lines of athens-kfn that this program
// prints for a person to copy: each names the file and the region that the
// person named, as words of a POSIX shell. It is pure.
package cmdline

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Program is the name of the program, and the first word of each line.
const Program = "athens-kfn"

// StdinName is the file that lines name where the site came from stdin.
const StdinName = "site.yaml"

// Site is where a command reads sites.
type Site struct {
	// File is a file or a directory as the command line names it; - is stdin.
	File string
	// Region is the entry of spec.regions that is chosen; empty for none.
	Region string
}

// Command is the command line that begins with some words, the name of a
// command first, and reads these sites: athens-kfn WORDS FILE --region REGION.
func (s Site) Command(words ...string) string {
	line := append([]string{Program}, words...)
	line = append(line, s.Path())
	if s.Region != "" {
		line = append(line, "--region", s.Region)
	}
	for i := range line {
		line[i] = quote.Shell(line[i])
	}
	return strings.Join(line, " ")
}

// Fill puts the file and the region into the commands of a text that is written
// for every site: `athens-kfn why FIELD -f FILE`.
func (s Site) Fill(text string) string {
	file := strings.TrimPrefix(s.Command(), Program+" ")
	return strings.ReplaceAll(text, "FILE`", file+"`")
}

// Path is the operand that names the file: no flag, and not stdin.
func (s Site) Path() string {
	switch {
	case s.File == "-":
		return StdinName
	case strings.HasPrefix(s.File, "-"):
		return "./" + s.File
	}
	return s.File
}
