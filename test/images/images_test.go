package main

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// The empty base is the one that can be had everywhere.
func TestImages(t *testing.T) {
	o := options{root: "../..", out: t.TempDir(), repo: "example.com/athens-kfn", base: none, tag: "v1.2.3", arch: runtime.GOARCH}
	for _, program := range programs {
		t.Run(program, func(t *testing.T) {
			file, err := o.build(t.Context(), program)
			if err != nil {
				t.Fatal(err)
			}
			manifest, err := tarball.LoadManifest(tarball.Opener(func() (io.ReadCloser, error) { return os.Open(file) }))
			if err != nil {
				t.Fatal(err)
			}
			if want := []string{"example.com/athens-kfn/" + program + ":v1.2.3"}; !slices.Equal(manifest[0].RepoTags, want) {
				t.Errorf("tags %q, want %q", manifest[0].RepoTags, want)
			}
			image, err := tarball.ImageFromPath(file, nil)
			if err != nil {
				t.Fatal(err)
			}
			config, err := image.ConfigFile()
			if err != nil {
				t.Fatal(err)
			}
			if config.Config.User != nonroot {
				t.Errorf("user %q, want %q", config.Config.User, nonroot)
			}
			if want := []string{"/ko-app/" + program}; !slices.Equal(config.Config.Entrypoint, want) || len(config.Config.Cmd) != 0 {
				t.Errorf("entrypoint %q and command %q, want %q and none", config.Config.Entrypoint, config.Config.Cmd, want)
			}
			if config.OS != "linux" || config.Architecture != o.arch {
				t.Errorf("platform %s/%s, want linux/%s", config.OS, config.Architecture, o.arch)
			}
			if got, want := filesIn(t, image), []string{"ko-app/" + program}; !slices.Equal(got, want) {
				t.Errorf("files %q, want the program alone, %q", got, want)
			}
			if sboms, _ := filepath.Glob(filepath.Join(o.out, program+"*.spdx.json")); len(sboms) != 1 {
				t.Errorf("SBOMs %q, want one", sboms)
			}
		})
	}
}

// A registry that cannot be reached is reported with the way around it.
func TestBaseOutOfReach(t *testing.T) {
	o := options{root: "../..", out: t.TempDir(), repo: "example.com/athens-kfn", base: "127.0.0.1:1/base:latest", tag: "dev", arch: runtime.GOARCH}
	if _, err := o.build(t.Context(), "lathens"); err == nil || !strings.Contains(err.Error(), "-base none") {
		t.Errorf("error %v, want the flag -base none named", err)
	}
}

// filesIn lists the regular files of an image.
func filesIn(t *testing.T, image v1.Image) []string {
	t.Helper()
	content := mutate.Extract(image)
	defer content.Close()
	var files []string
	for r := tar.NewReader(content); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Typeflag == tar.TypeReg {
			files = append(files, strings.TrimPrefix(header.Name, "/"))
			if header.Mode&0o111 == 0 {
				t.Errorf("%s cannot be executed", header.Name)
			}
		}
	}
}
