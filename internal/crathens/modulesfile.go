package crathens

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/module"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// ReadModules reads module paths, one a line; # begins a comment. It returns
// every problem, each with its line.
func ReadModules(r io.Reader) (paths []string, problems []error) {
	lines := bufio.NewScanner(r)
	n := 0
	for lines.Scan() {
		n++
		text, _, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "\ufeff"), "#")
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		if module.CheckPath(text) == nil {
			paths = append(paths, text)
			continue
		}
		path, _, versioned := strings.Cut(text, "@")
		switch {
		case strings.Contains(text, "://"):
			problems = append(problems, fmt.Errorf("line %d: %s begins with a scheme; write the module path, as in golang.org/x/tools", n, quote.Value(text)))
		case versioned && module.CheckPath(path) == nil:
			problems = append(problems, fmt.Errorf("line %d: %s holds a version, but the newest ones are warmed; write %s", n, quote.Value(text), quote.Short(path)))
		default:
			problems = append(problems, fmt.Errorf("line %d: %s is not a module path; write one, as in golang.org/x/tools", n, quote.Value(text)))
		}
	}
	if err := lines.Err(); err != nil {
		problems = append(problems, fmt.Errorf("after line %d: %w", n, err))
	}
	return paths, problems
}
