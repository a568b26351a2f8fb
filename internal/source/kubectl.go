package source

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// answers are the bounds of one answer of kubectl.
var answers = Bounds{Bytes: 8 << 20, Parts: 1 << 20}

// Kubectl runs the kubectl of the user's PATH, with the user's configuration, as
// often as it is called. The context is the one that kubectl uses if it is empty.
// All calls together have the time of one program: one that hangs would else take it
// for each question.
func Kubectl(context string) func(args ...string) ([]byte, error) {
	var end time.Time
	return func(args ...string) ([]byte, error) {
		switch now := time.Now(); {
		case end.IsZero():
			end = now.Add(childTime)
		case now.After(end):
			return nil, fmt.Errorf("not asked: kubectl took %s for the questions before", childTime)
		}
		all := []string{args[0], "--request-timeout=20s"} // before a --
		if context != "" {
			all = append(all, "--context="+context)
		}
		r := &Reader{Bounds: answers}
		out, err := r.runUntil(end, "", "kubectl", append(all, args[1:]...)...)
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
