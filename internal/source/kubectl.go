package source

import (
	"errors"
	"fmt"
	"strings"
)

// answers are the bounds of one answer of kubectl.
var answers = Bounds{Bytes: 8 << 20, Parts: 1 << 20}

// Kubectl runs the kubectl of the user's PATH, with the user's configuration, as
// often as it is called. The context is the one that kubectl uses if it is empty.
func Kubectl(context string) func(args ...string) ([]byte, error) {
	return func(args ...string) ([]byte, error) {
		all := []string{args[0], "--request-timeout=20s"} // before a --
		if context != "" {
			all = append(all, "--context="+context)
		}
		r := &Reader{Bounds: answers}
		out, err := r.run("", "kubectl", append(all, args[1:]...)...)
		if errors.Is(err, errMissing) {
			err = fmt.Errorf("kubectl: %w: install it", err)
		}
		return out, err
	}
}

// isLog says that a line is one of klog, which kubectl prints before its error.
func isLog(line string) bool {
	return len(line) > 5 && strings.ContainsRune("IWEF", rune(line[0])) && strings.Trim(line[1:5], "0123456789") == "" && line[5] == ' '
}
