// Package buildtest builds the project's programs for tests that run them.
package buildtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Into builds programs of cmd/ into a folder. The root is the repository's, as
// seen from the test. The programs are static, so that they run in an empty
// root too.
func Into(dir, root string, programs ...string) error {
	if err := lookAtSources(root); err != nil {
		return err
	}
	args := []string{"build", "-o", dir + string(filepath.Separator)}
	for _, p := range programs {
		args = append(args, "./cmd/"+p)
	}
	build := exec.Command("go", args...) //nolint:gosec,noctx // the project's own programs
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// lookAtSources makes the programs' sources part of what go test's cache goes
// by: it sees the files that a test looks at, but not those of a go build in it.
func lookAtSources(root string) error {
	for _, folder := range []string{"cmd", "internal", "pkg"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, _ os.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(path)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
