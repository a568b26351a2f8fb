//go:build !unix

package argocd

import (
	"errors"
	"os/exec"
)

func confine(*exec.Cmd, string) error { return errors.ErrUnsupported }
