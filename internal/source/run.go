package source

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// childTime is how long a program that reads for us may take, as long as Argo CD
// gives a plugin.
var childTime = 60 * time.Second

// errMissing is about a program that is not in PATH.
var errMissing = errors.New("not in PATH")

// run runs a program in a directory. What it prints counts as read; the error of
// one that fails is the first line of what it says.
func (r *Reader) run(dir, program string, args ...string) ([]byte, error) {
	return r.runUntil(time.Now().Add(childTime), dir, program, args...)
}

func (r *Reader) runUntil(end time.Time, dir, program string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithDeadline(context.Background(), end)
	defer cancel()
	command := exec.CommandContext(ctx, program, args...)
	command.Dir, command.WaitDelay = dir, time.Second
	// kustomize fetches what a kustomization names with git, which must neither
	// ask nor run a helper that the address chooses.
	command.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=https:ssh")
	// One byte more than may be read is enough to see that it is too much.
	said, out := &beginning{most: 64 << 10}, &beginning{most: max(0, r.Bounds.Bytes-r.bytes) + 1, full: cancel}
	command.Stdout, command.Stderr = out, said
	err := command.Run()
	in, tooMuch := r.All(bytes.NewReader(out.kept))
	var failed *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errMissing
	case tooMuch != nil:
		return nil, tooMuch
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s did not end within %s", program, childTime)
	case errors.Is(err, exec.ErrWaitDelay):
		return nil, fmt.Errorf("%s left a program behind that may still print", program)
	case errors.As(err, &failed):
		return nil, fmt.Errorf("%s: %s", program, cmp.Or(strings.TrimPrefix(firstLine(string(said.kept)), "Error: "), err.Error()))
	}
	return in, err
}

// firstLine of what a program says, without its log.
func firstLine(said string) string {
	for line := range strings.Lines(said) {
		if line = strings.TrimSpace(line); line != "" && !isLog(line) {
			return line
		}
	}
	return ""
}

// beginning keeps the first bytes of what is written to it. It has no method
// ReadFrom of a buffer, with which io.Copy would pass by Write.
type beginning struct {
	kept []byte
	// most bytes are kept.
	most int64
	// full is called when there are so many; nil for nothing.
	full func()
}

// Write takes everything.
func (b *beginning) Write(p []byte) (int, error) {
	b.kept = append(b.kept, p[:min(int64(len(p)), b.most-int64(len(b.kept)))]...)
	if b.full != nil && int64(len(b.kept)) == b.most {
		b.full()
	}
	return len(p), nil
}
