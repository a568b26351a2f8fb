package main

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/ko/pkg/build"
)

const (
	// distroless holds CA certificates, /etc/passwd and time zones.
	distroless = "gcr.io/distroless/static-debian12:nonroot"
	// none is the base without a file. The programs need none in a mesh: TLS
	// is the sidecar's work.
	none = "none"
)

// baseImage is what a program's layers are put upon.
func (o options) baseImage(ctx context.Context, _ string) (name.Reference, build.Result, error) {
	if o.base == none {
		ref, err := name.ParseReference("scratch")
		if err != nil {
			return nil, nil, err
		}
		image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{
			OS:           "linux",
			Architecture: o.arch,
			RootFS:       v1.RootFS{Type: "layers"},
		})
		return ref, image, err
	}
	ref, err := name.ParseReference(o.base)
	if err != nil {
		return nil, nil, err
	}
	image, err := remote.Image(ref, remote.WithContext(ctx), remote.WithPlatform(v1.Platform{OS: "linux", Architecture: o.arch}))
	if err != nil {
		return nil, nil, fmt.Errorf("%w; without an image registry write -base %s", err, none)
	}
	return ref, image, nil
}
