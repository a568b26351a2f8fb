package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// kustomizeModule is what the repository's Makefile installs too.
const kustomizeModule = "sigs.k8s.io/kustomize/kustomize/v5@v5.8.2"

// programs are the paths of everything that is run.
type programs struct {
	function, byteCopy, kyamlEcho, peak, kustomize string
}

// build makes every program the same way, into dir/bin.
func build(root, dir, function string) (programs, error) {
	bin := filepath.Join(dir, "bin")
	p := programs{
		function:  filepath.Join(bin, "athens-kfn"),
		byteCopy:  filepath.Join(bin, "bytecopy"),
		kyamlEcho: filepath.Join(bin, "kyamlecho"),
		peak:      filepath.Join(bin, "peak"),
	}
	if function == "" {
		if err := goBuild(root, p.function, "", "github.com/gomods/athens-kfn/cmd/athens-kfn"); err != nil {
			return p, err
		}
	} else if err := copyProgram(function, p.function); err != nil {
		return p, err
	}
	for _, path := range []string{p.byteCopy, p.kyamlEcho, p.peak} {
		if err := goBuild(".", path, "", "./programs/"+filepath.Base(path)); err != nil {
			return p, err
		}
	}
	var err error
	p.kustomize, err = kustomize(root)
	return p, err
}

func goBuild(from, to, ldflags, pkg string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w "+ldflags, "-o", to, pkg)
	cmd.Dir = from
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// copyProgram puts a program that was built already where the rest is.
func copyProgram(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o755)
}

// kustomize is the repository's own, installed if it is missing.
func kustomize(root string) (string, error) {
	bin, err := filepath.Abs(filepath.Join(root, ".bin"))
	if err != nil {
		return "", err
	}
	path := filepath.Join(bin, "kustomize")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	cmd := exec.Command("go", "install", kustomizeModule)
	cmd.Env = append(os.Environ(), "GOBIN="+bin)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("installing %s: %w\n%s", kustomizeModule, err, out)
	}
	return path, nil
}
