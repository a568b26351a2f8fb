// Command images builds the images of the three programs into tarballs, with
// ko as a library: no container daemon, no Dockerfile, no shell inside.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

func main() {
	o := options{repo: "ghcr.io/gomods/athens-kfn"}
	flag.StringVar(&o.root, "C", "../..", "the repository")
	flag.StringVar(&o.out, "to", "out/images", "folder for the tarballs and their SBOMs")
	flag.StringVar(&o.base, "base", distroless, "base image; "+none+" takes an empty one, for machines without an image registry")
	flag.StringVar(&o.tag, "tag", "dev", "tag of the images")
	flag.StringVar(&o.arch, "arch", runtime.GOARCH, "architecture, of linux")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	for _, program := range programs {
		path, err := o.build(context.Background(), program)
		if err != nil {
			return fmt.Errorf("%s: %w", program, err)
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		fmt.Printf("%s/%s:%s\t%d MiB\t%s\n", o.repo, program, o.tag, info.Size()>>20, filepath.Clean(path))
	}
	fmt.Println("load one: docker load -i FILE; push one: crane push FILE IMAGE")
	return nil
}
