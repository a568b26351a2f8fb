package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/google/ko/pkg/build"
	"github.com/google/ko/pkg/publish"
)

const (
	module = "github.com/gomods/athens-kfn"
	// nonroot is the user of distroless' nonroot images.
	nonroot = "65532:65532"
)

// programs are those that have an image.
var programs = []string{"athens-kfn", "lathens", "crathens"}

// options of a build.
type options struct {
	root, out, repo, base, tag, arch string
}

// build makes the image of one program and returns the path of its tarball.
func (o options) build(ctx context.Context, program string) (string, error) {
	builder, err := build.NewGo(ctx, o.root,
		build.WithBaseImages(o.baseImage),
		build.WithPlatforms("linux/"+o.arch),
		build.WithTrimpath(true),
		build.WithDefaultEnv([]string{"CGO_ENABLED=0"}),
		build.WithDefaultLdflags([]string{"-s", "-w", "-X", "main.release=" + o.tag}),
		build.WithUser(nonroot),
		build.WithLabel("org.opencontainers.image.source", "https://"+module),
		build.WithLabel("org.opencontainers.image.licenses", "Apache-2.0"),
		build.WithSPDX(o.tag),
		build.WithSBOMDir(o.out),
		build.WithJobs(1),
	)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return "", err
	}
	importPath := path.Join(module, "cmd", program)
	image, err := builder.Build(ctx, build.StrictScheme+importPath)
	if err != nil {
		return "", err
	}
	file := filepath.Join(o.out, fmt.Sprintf("%s-linux-%s.tar", program, o.arch))
	name := func(repo, importPath string) string { return path.Join(repo, path.Base(importPath)) }
	tarball := publish.NewTarball(file, o.repo, name, []string{o.tag})
	if _, err := tarball.Publish(ctx, image, importPath); err != nil {
		return "", err
	}
	return file, tarball.Close()
}
