//go:build unix

package argocd

import (
	"os/exec"
	"syscall"
)

// confine gives a command a root of its own and Argo CD's user.
func confine(cmd *exec.Cmd, root string) error {
	const argocd = 999
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     root,
		Credential: &syscall.Credential{Uid: argocd, Gid: argocd},
	}
	return nil
}
