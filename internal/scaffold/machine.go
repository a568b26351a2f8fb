package scaffold

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Load reads the site that the files hold.
func Load(files []File) (*v1alpha1.AthensSite, krm.Results) {
	var list krm.ResourceList
	var err error
	if list.Items, err = krm.SitesIn([]byte(files[0].Text)); err != nil {
		return nil, krm.Results{{Severity: krm.Error, Message: err.Error()}}
	}
	sites := list.Load()
	if list.Results.Failed() {
		return nil, list.Results
	}
	return sites[0], list.Results
}

// InTheWay says which files of a directory are in the way, all at once.
func InTheWay(dir string) (problems []error) {
	for _, name := range Taken {
		path := filepath.Join(dir, name)
		switch _, err := os.Lstat(path); {
		case err == nil:
			problems = append(problems, fmt.Errorf("%s already exists, and init overwrites nothing: move it away, or name another directory", path))
		case !errors.Is(err, fs.ErrNotExist):
			return []error{err}
		}
	}
	return problems
}

// Write writes files that are not there yet; if one cannot be written, those
// before it are removed again.
func Write(dir string, files []File) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i, f := range files {
		if err := writeOne(filepath.Join(dir, f.Name), f.Text); err != nil {
			for _, done := range files[:i] {
				_ = os.Remove(filepath.Join(dir, done.Name))
			}
			return err
		}
	}
	return nil
}

func writeOne(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

// MachineProxy is the GOPROXY of the go command of this machine;
// empty where it is Go's default.
func MachineProxy() string {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "env", "-changed", "-json", "GOPROXY")
	// A go.mod here must not make it fetch another toolchain.
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN=local")
	out, err := cmd.Output()
	var changed struct{ GOPROXY string }
	if err != nil || json.Unmarshal(out, &changed) != nil { // error dropped: no go command, no suggestion
		return ""
	}
	return changed.GOPROXY
}
