package source

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// childTime is how long a program that reads for us may take, as long as Argo CD
// gives a plugin.
const childTime = 60 * time.Second

// errMissing is about a program that is not in PATH.
var errMissing = errors.New("not in PATH")

// run runs a program in a directory. What it prints counts as read; the error of
// one that fails is the first line of what it says.
func (r *Reader) run(dir, program string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), childTime)
	defer cancel()
	command := exec.CommandContext(ctx, program, args...)
	command.Dir, command.WaitDelay = dir, time.Second
	// kustomize fetches what a kustomization names with git, which must neither
	// ask nor run a helper that the address chooses.
	command.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=https:ssh")
	said := &beginning{}
	command.Stderr = said
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	switch err := command.Start(); {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errMissing
	case err != nil:
		return nil, err
	}
	out, unread := r.All(stdout)
	if unread != nil {
		cancel()
		_, _ = io.Copy(io.Discard, stdout) // until it has ended
	}
	err = command.Wait()
	var failed *exec.ExitError
	switch {
	case unread != nil:
		return nil, unread
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s did not end within %s", program, childTime)
	case errors.As(err, &failed):
		line, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return nil, fmt.Errorf("%s: %s", program, cmp.Or(strings.TrimPrefix(line, "Error: "), err.Error()))
	}
	return out, err
}

// beginning keeps the first 64 KiB of what is written to it.
type beginning struct{ bytes.Buffer }

// Write takes everything.
func (b *beginning) Write(p []byte) (int, error) {
	_, _ = b.Buffer.Write(p[:min(len(p), max(0, 64<<10-b.Len()))])
	return len(p), nil
}
